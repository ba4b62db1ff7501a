"""Words for people: bad input said in one line, durations, counts."""

from collections.abc import Iterable
from difflib import get_close_matches


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


def one_line(error: BaseException, limit: int = 300) -> str:
    """Type and message of an exception on one line, for a record or for the user."""
    try:
        message = str(error)
    except Exception:  # somebody else's exception may fail at that, too
        message = "its message cannot be read"
    text = " ".join(f"{type(error).__name__}: {message}".split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


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
