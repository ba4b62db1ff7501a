"""Results that somebody edited by hand: where nothing can be made of them, a line says so, and names the file."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from pydantic import ValidationError

from ..errors import UsageError, plain, uncapitalised
from ..record.folder import CELLS, ENVIRONMENT, Results

Made = TypeVar("Made")


def made(results: Results, make: Callable[[Results], Made]) -> Made:
    """Make something of results.

    Raises
    ------
    UsageError
        If they are damaged.
    """
    try:
        with np.errstate(invalid="ignore"):  # infinite scores, that somebody wrote there: no number comes of them
            return make(results)
    except ValidationError as error:
        first = error.errors()[0]
        problem = f"{'.'.join(map(str, first['loc']))}: {uncapitalised(first['msg'])}, got {first['input']!r}"
        raise UsageError(f"{results.folder / CELLS} is damaged ({plain(problem)})") from error
    except (KeyError, ValueError, TypeError, AttributeError, ArithmeticError, IndexError) as error:
        raise UsageError(f"{results.folder / CELLS} or {ENVIRONMENT} is damaged ({plain(repr(error))})") from error
