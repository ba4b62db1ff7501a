"""Bad input, said in one line."""

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
