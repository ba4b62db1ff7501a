"""The bracket grammar: ``NAME[param=value,param=value]``, in suites, on the command line and in every report.

``NAME[param=value|value]`` stands for several labels, one a value.
"""

import re
from ast import literal_eval
from itertools import product
from typing import Any

from ..errors import UsageError

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def parse(label: str) -> tuple[str, dict[str, Any]]:
    """Split a label into its name and its parameters.

    A value is a number, ``true``, ``false``, ``none``, a list, or else a string, which may itself be a label, or stand
    in quotes. A path to a file, or ``package.module:Class``, may stand for the name.

    Raises
    ------
    UsageError
        If the brackets do not match, a parameter has no value, or one stands twice.

    Examples
    --------
    >>> parse("smote")
    ('smote', {})
    >>> parse("filtered[of=smote[k_neighbors=3], keep=0.5]")
    ('filtered', {'of': 'smote[k_neighbors=3]', 'keep': 0.5})
    """
    name, bracket, rest = label.strip().partition("[")
    if not name or (bracket and not rest.endswith("]")):
        raise UsageError(f"cannot read '{label}'; write NAME or NAME[param=value,param=value]")
    params: dict[str, Any] = {}
    for part in _split(rest[:-1], label) if bracket else []:
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value or not NAME.fullmatch(key):
            raise UsageError(f"cannot read '{part.strip()}' in '{label}'; write param=value")
        if key in params:
            raise UsageError(f"parameter '{key}' stands twice in '{label}'")
        params[key] = _value(value)
    return name.strip(), params


def alternatives(label: str) -> list[str]:
    """Give the labels that one stands for: every combination of the values that ``|`` parts, in their order.

    A ``|`` in quotes is a letter like others.

    Raises
    ------
    UsageError
        If the label cannot be read, or has nothing before or after a ``|``.

    Examples
    --------
    >>> alternatives("smote[k_neighbors=3|5]")
    ['smote[k_neighbors=3]', 'smote[k_neighbors=5]']
    >>> alternatives("filtered[keep=0.5, of=smote[k_neighbors=3|5]]")
    ['filtered[keep=0.5,of=smote[k_neighbors=3]]', 'filtered[keep=0.5,of=smote[k_neighbors=5]]']
    """
    parse(label)
    name, _, rest = label.strip().partition("[")
    if "|" not in rest:
        return [label]
    parts = []
    for part in _split(rest[:-1], label):
        key, _, value = (piece.strip() for piece in part.partition("="))
        values = [each.strip() for each in _split(value, label, "|")]
        if not all(values):
            raise UsageError(f"cannot read '{value}' in '{label}'; write param=value|value")
        # A label may be a value; what begins with a bracket is a list, with a quote text.
        inner = [alternatives(one) if "[" in one and one[0] not in "[\"'" else [one] for one in values]
        parts.append([f"{key}={each}" for several in inner for each in several])
    return [f"{name}[{','.join(combined)}]" for combined in product(*parts)]


def renamed(label: str, name: str) -> str:
    """Give a label another name, and leave its brackets as they are.

    >>> renamed("mine/good.py[k=1|2]", "good")
    'good[k=1|2]'
    """
    _, bracket, rest = label.strip().partition("[")
    return f"{name}{bracket}{rest}"


def format_label(name: str, params: dict[str, Any]) -> str:
    """Write a label in its one canonical form: parameters by name, no spaces.

    >>> format_label("smote", {"k_neighbors": 3, "b": True})
    'smote[b=true,k_neighbors=3]'
    >>> format_label("mine", {"target": "a, b", "positive": "1"})
    "mine[positive='1',target='a, b']"
    """
    inside = ",".join(f"{key}={_text(params[key])}" for key in sorted(params))
    return f"{name}[{inside}]" if inside else name


def _split(text: str, label: str, at: str = ",") -> list[str]:
    parts, depth, quote, escaped = [""], 0, "", False
    for character in text:
        if quote or character in "'\"":
            quote = "" if character == quote and not escaped else quote or character
            escaped = bool(quote) and character == "\\" and not escaped
            parts[-1] += character
            continue
        depth += {"[": 1, "]": -1}.get(character, 0)
        if depth < 0:
            break
        if character == at and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    if depth or quote:
        raise UsageError(f"the brackets of '{label}' do not match")
    return parts if text.strip() else []


_WORDS = {"true": True, "false": False, "none": None}


def _value(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    try:
        return literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text


def _text(value: Any) -> str:
    for word, meaning in _WORDS.items():
        if value is meaning:
            return word
    if isinstance(value, str):
        # Whatever would be read as something else, or fall apart, is quoted.
        return value if _reads_as_itself(value) else repr(value)
    return _literal(value) if isinstance(value, list | tuple | dict) else str(value)


def _literal(value: Any) -> str:
    # As Python writes it, without spaces between.
    match value:
        case list():
            return f"[{','.join(map(_literal, value))}]"
        case tuple():
            return f"({','.join(map(_literal, value))}{',' * (len(value) == 1)})"
        case dict():
            return "{" + ",".join(f"{_literal(key)}:{_literal(of)}" for key, of in value.items()) + "}"
    return repr(value)


def _reads_as_itself(text: str) -> bool:
    try:
        parts = _split(text, "")
    except UsageError:
        return False
    return parts == [text] and _value(text) == text and text == text.strip() and "|" not in text
