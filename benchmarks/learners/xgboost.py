"""XGBoost with its defaults; categories and gaps are its own affair. Needs the extra `learners`.

Chen & Guestrin 2016, XGBoost: A Scalable Tree Boosting System, doi 10.1145/2939672.2939785.
"""

ENCODING = "table"


def make(random_state, n_jobs=1, enable_categorical=True, **params):
    from xgboost import XGBClassifier

    from ._names import numbered

    class Classifier(XGBClassifier):
        """The same, whatever columns are called."""

        def fit(self, X, y, *, sample_weight=None, **how):
            return super().fit(numbered(X), y, sample_weight=sample_weight, **how)

        def predict(self, X, **how):
            return super().predict(numbered(X), **how)

        def predict_proba(self, X, **how):
            return super().predict_proba(numbered(X), **how)

    return Classifier(random_state=random_state, n_jobs=n_jobs, enable_categorical=enable_categorical, **params)
