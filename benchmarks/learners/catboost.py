"""CatBoost with its defaults; categories and gaps are its own affair. Needs the extra `learners`.

Prokhorenkova et al. 2018, CatBoost: Unbiased Boosting with Categorical Features, NeurIPS 31.
"""

ENCODING = "table"


def make(random_state, thread_count=1, verbose=False, allow_writing_files=False, **params):
    from catboost import CatBoostClassifier

    from ._names import numbered, words_of_categories

    class Classifier(CatBoostClassifier):
        """The same, told which columns are categorical; it takes no gaps there, so these are a category, too."""

        def fit(self, X, y, sample_weight=None, **how):
            X, categorical = words_of_categories(numbered(X))
            return super().fit(X, y, cat_features=categorical, sample_weight=sample_weight, **how)

        def predict(self, X, *more, **how):
            return super().predict(words_of_categories(numbered(X))[0], *more, **how)

        def predict_proba(self, X, **how):
            return super().predict_proba(words_of_categories(numbered(X))[0], **how)

    return Classifier(
        random_state=random_state,
        thread_count=thread_count,
        verbose=verbose,
        allow_writing_files=allow_writing_files,  # else a folder catboost_info appears wherever it runs
        **params,
    )
