"""UCI Adult, census income 1994: who earns more than 50,000 dollars a year.

Source: Becker, B. & Kohavi, R. (1996), Adult, UCI Machine Learning Repository, doi 10.24432/C5XW20 (file adult.data).
Licence: CC BY 4.0.
Rows: 32,561, of which 7,841 (24.08 %) are positive (``>50K``); 14 features, 6 numeric and 8 categorical.
"""

import gzip
import hashlib
import io
import zlib
from pathlib import Path

import pandas as pd

SHA256 = "5b00264637dbfec36bdeaab5676b0b309ff9eb788d63554ca0a249491c86603d"

NUMERIC = ["age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week"]
COLUMNS = [
    *["age", "workclass", "fnlwgt", "education", "education-num", "marital-status", "occupation", "relationship"],
    *["race", "sex", "capital-gain", "capital-loss", "hours-per-week", "native-country", "income"],
]


def load() -> tuple[pd.DataFrame, pd.Series]:
    """Read the embedded file.

    Returns
    -------
    X : DataFrame of shape (32561, 14)
        Numeric columns as int64, categorical ones as ``category``. '?' stays a category of its own, as in the article.
    y : Series of shape (32561,)
        1 for ``>50K``, 0 for ``<=50K``.

    Raises
    ------
    ValueError
        If the file is missing, cannot be unpacked, or its uncompressed SHA-256 is not `SHA256`.
    """
    return read("adult.data.gz", SHA256)


def read(name: str, sha256: str, skip: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    """Read one of UCI's two files of the survey, without the first lines; see `load`."""
    path = Path(__file__).with_name(name)
    try:
        raw = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path.name} cannot be read ({error}); restore it from the repository") from error
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise ValueError(f"{path.name} is not UCI's {path.stem} (its SHA-256 differs); restore it from the repository")
    table = pd.read_csv(
        io.BytesIO(raw),
        names=COLUMNS,
        skipinitialspace=True,
        na_filter=False,
        skiprows=skip,
        dtype=dict.fromkeys(NUMERIC, "int64"),
    )
    # The test file ends its labels with a full stop.
    y = (table.pop("income").str.rstrip(".") == ">50K").astype("int64").rename("income")
    categorical = [column for column in table.columns if column not in NUMERIC]
    return table.astype(dict.fromkeys(categorical, "category")), y
