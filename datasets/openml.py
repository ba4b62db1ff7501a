"""Any two-class table of OpenML, by its number.

Source: https://www.openml.org (Vanschoren et al. 2013, OpenML: networked science in machine learning, doi
10.1145/2641190.2641198). Licence: the table's own, named on its page.
Rows: as they are. scikit-learn's `fetch_openml` fetches a table once, checks its MD5 and keeps it in its data folder
(``SCIKIT_LEARN_DATA``).
"""

import pandas as pd


def load(id: int, positive: str | None = None) -> tuple[pd.DataFrame, pd.Series]:
    """Load a table with its default target.

    Parameters
    ----------
    id : int
        OpenML's number of the table.
    positive : str, optional
        The value of the target that is positive; the rarer one if left out.

    Raises
    ------
    ValueError
        If it cannot be fetched, or its target has not two values.
    """
    from sklearn.datasets import fetch_openml

    try:
        found = fetch_openml(data_id=int(id), as_frame=True, parser="liac-arff")
    except OSError as error:
        raise ValueError(
            f"table {id} cannot be fetched from OpenML ({error}); the first time needs a network"
        ) from error
    if not isinstance(found.target, pd.Series):
        raise ValueError(f"table {id} has no single target")
    labels = found.target.astype(str)
    counts = labels.value_counts()
    if len(counts) != 2:
        raise ValueError(f"the target of table {id} has {len(counts)} values, not two")
    chosen = str(positive) if positive is not None else counts.index[-1]
    if chosen not in counts:
        raise ValueError(f"the target of table {id} has no value '{chosen}'; it has {', '.join(counts.index)}")
    text = found.data.select_dtypes(exclude=["number", "category"]).columns
    return found.data.astype(dict.fromkeys(text, "category")), (labels == chosen).astype("int64")
