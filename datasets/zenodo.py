"""The 27 tables of imbalanced-learn's benchmark, fetched once from Zenodo.

Source: Ding 2011, Diversified Ensemble Classifiers for Highly Imbalanced Data Learning (thesis), as collected in
https://doi.org/10.5281/zenodo.61452 from UCI, LIBSVM and KDD. Licence: CC BY 4.0 for the collection.
Rows: 336 to 145,751; positives from 0.7 to 10 %. All columns are numeric. The files go into scikit-learn's data folder
(``SCIKIT_LEARN_DATA``). Zenodo publishes no checksum of the single tables: sizes are checked against imbalanced-learn's
documentation, and the SHA-256 of the first reading is kept beside each file and must not change.
"""

import hashlib
from pathlib import Path

import pandas as pd

NAMES = tuple(
    """
    ecoli optical_digits satimage pen_digits abalone sick_euthyroid spectrometer car_eval_34 isolet us_crime
    yeast_ml8 scene libras_move thyroid_sick coil_2000 arrhythmia solar_flare_m0 oil car_eval_4 wine_quality
    letter_img yeast_me2 webpage ozone_level mammography protein_homo abalone_19
    """.split()  # noqa: SIM905  (a hundred lines of one name each tell no more)
)
SOURCE = {
    "abalone": ["abalone", "abalone_19"],
    "coil_2000": ["coil_2000"],
    "optical_digits": ["optical_digits"],
    "car_evaluation": ["car_eval_34", "car_eval_4"],
    "ecoli": ["ecoli"],
    "satimage": ["satimage"],
    "solar_flare": ["solar_flare_m0"],
    "thyroid_disease": ["sick_euthyroid", "thyroid_sick"],
    "wine_quality": ["wine_quality"],
    "yeast": ["yeast_me2"],
}
"""The tables whose rows others have too, here or in the data set ``common``, by source."""
SHAPES = {
    "ecoli": (336, 7),
    "optical_digits": (5620, 64),
    "satimage": (6435, 36),
    "pen_digits": (10992, 16),
    "abalone": (4177, 10),
    "sick_euthyroid": (3163, 42),
    "spectrometer": (531, 93),
    "car_eval_34": (1728, 21),
    "isolet": (7797, 617),
    "us_crime": (1994, 100),
    "yeast_ml8": (2417, 103),
    "scene": (2407, 294),
    "libras_move": (360, 90),
    "thyroid_sick": (3772, 52),
    "coil_2000": (9822, 85),
    "arrhythmia": (452, 278),
    "solar_flare_m0": (1389, 32),
    "oil": (937, 49),
    "car_eval_4": (1728, 21),
    "wine_quality": (4898, 11),
    "letter_img": (20000, 16),
    "yeast_me2": (1484, 8),
    "webpage": (34780, 300),
    "ozone_level": (2536, 72),
    "mammography": (11183, 6),
    "protein_homo": (145751, 74),
    "abalone_19": (4177, 10),
}
"""Rows and columns."""


def load(name: str) -> tuple[pd.DataFrame, pd.Series]:
    """Load one of the tables, fetching all of them the first time.

    Raises
    ------
    ValueError
        If there is no such table, it cannot be fetched, or it is not what it was.
    """
    from imblearn.datasets import fetch_datasets
    from sklearn.datasets import get_data_home

    if name not in SHAPES:
        raise ValueError(f"Zenodo's collection has no table '{name}'")
    try:
        found = fetch_datasets(filter_data=(name,))[name]
    except OSError as error:
        raise ValueError(f"it cannot be fetched from Zenodo ({error}); the first time needs a network") from error
    if found.data.shape != SHAPES[name]:
        raise ValueError(
            f"it has {found.data.shape} rows and columns, not {SHAPES[name]}; remove it from the data folder"
        )
    seen = hashlib.sha256(found.data.tobytes() + found.target.tobytes()).hexdigest()
    kept = Path(get_data_home()) / "zenodo" / f"{name}.sha256"
    kept.parent.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        kept.write_text(seen)
    elif kept.read_text() != seen:
        raise ValueError(
            f"its content is not what it was when it was fetched; remove it and {kept.name}, and fetch it anew"
        )
    X = pd.DataFrame(found.data, columns=[f"x{column}" for column in range(found.data.shape[1])])
    return X, pd.Series((found.target == 1).astype("int64"))
