"""What is looked at of a table before anything runs: its size, and whether its protocol can split it."""

import inspect

from ..catalog.data import Table, describe_data, ties
from ..catalog.entry import Choice
from ..errors import UsageError, one_line
from .splits import split
from .suite import Suite


def describe_split(choice: Choice, label: str, protocol: Choice, suite: Suite) -> Table:
    """Load a data set and look at it, and whether a protocol can split it, by the first and the last of its seeds.

    Raises
    ------
    UsageError
        If it cannot be loaded or split, or is no table of two classes.
    """
    table = describe_data(choice, label)
    module, own = choice.entry.load(), choice.without("positives").params
    tied = ties(module, own)
    accepted = inspect.signature(protocol.entry.load().split).parameters
    if choice.entry.how == "table" and tied.folds is not None and "folds" not in accepted:
        raise UsageError(f"--fold goes with --protocol predefined: '{protocol.entry.name}' splits without it")
    is_tied = tied.groups is not None or tied.times is not None
    if protocol.entry.name == "strict" and not protocol.params and not is_tied:
        return table  # any table of two classes can be split so, with any seed
    X, y = module.load(**own)
    seeds = suite.seeds_for(table.rows * table.positives)
    for seed in dict.fromkeys([seeds[0], seeds[-1]]):
        try:
            split(protocol, X, y, seed, tied)
        except Exception as error:
            said = str(error) if isinstance(error, ValueError) else one_line(error)
            whose = f"data set '{label}' cannot be split by protocol '{protocol.entry.name}'"
            raise UsageError(f"{whose}, seed {seed}: {' '.join(said.split())}") from error
    return table
