"""The tables that come with scikit-learn, one class of each against the others.

Source: scikit-learn's `sklearn.datasets`, which copies them from UCI (breast_cancer: Wolberg et al. 1993, doi
10.24432/C5DW2B; wine: Aeberhard & Forina 1992, doi 10.24432/C5PC7J; digits: Alpaydin & Kaynak 1998, doi
10.24432/C50P49; iris: Fisher 1936, doi 10.24432/C56C76). Licence: CC BY 4.0.
Rows: 569 (breast_cancer, malignant against benign), 178 (wine, class 2), 1,797 (digits, 8), 150 (iris, virginica).
"""

import pandas as pd

NAMES = ("breast_cancer", "digits", "iris", "wine")
SOURCE = {"breast_cancer_diagnostic": ["breast_cancer"], "iris": ["iris"], "optical_digits": ["digits"]}
"""As the data sets ``common`` and ``zenodo`` call them, which have tables of the same rows."""
POSITIVE = {"breast_cancer": 0, "digits": 8, "iris": 2, "wine": 2}


def load(name: str) -> tuple[pd.DataFrame, pd.Series]:
    """Load one of the tables; all columns are numeric, and 1 is the class that `POSITIVE` names."""
    from sklearn import datasets  # not ourselves: imports are absolute

    if name not in NAMES:
        raise ValueError(f"scikit-learn has no table '{name}' for this; there are {', '.join(NAMES)}")
    found = getattr(datasets, f"load_{name}")(as_frame=True)
    return found.data, (found.target == POSITIVE[name]).astype("int64")
