"""LightGBM with its defaults; categories and gaps are its own affair. Needs the extra `learners`.

Ke et al. 2017, LightGBM: A Highly Efficient Gradient Boosting Decision Tree, NeurIPS 30.
"""

ENCODING = "table"


def make(random_state, n_jobs=1, verbose=-1, deterministic=True, force_row_wise=True, **params):
    from lightgbm import LGBMClassifier

    from ._names import numbered

    class Classifier(LGBMClassifier):
        """The same, whatever columns are called."""

        def fit(self, X, y, sample_weight=None, **how):
            return super().fit(numbered(X), y, sample_weight=sample_weight, **how)

        def predict_proba(self, X, **how):
            return super().predict_proba(numbered(X), **how)

    return Classifier(
        random_state=random_state,
        n_jobs=n_jobs,
        verbose=verbose,
        deterministic=deterministic,  # the same trees on another machine
        force_row_wise=force_row_wise,  # else it times both ways first, and takes the one that was quicker
        **params,
    )
