"""Names as anybody may have given them, made harmless to show."""

import unicodedata

UNSEEN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
"""Unicode's categories of what moves a cursor, turns the direction of writing, ends a line, or cannot be seen."""


def visible(text: str) -> str:
    r"""Write what cannot be seen by its number, so that nothing is hidden and two names stay two.

    >>> visible("plain é"), visible("\x1b[31mred"), visible("a\u202eb\nc")
    ('plain é', '[U+001B][31mred', 'a[U+202E]b[U+000A]c')
    """
    return "".join(f"[U+{ord(each):04X}]" if unicodedata.category(each) in UNSEEN else each for each in text)
