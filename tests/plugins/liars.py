"""A learner for each way to say what cannot be of test rows, by its parameter `kind`."""

import gc

import numpy as np
from sklearn.tree import DecisionTreeClassifier


class Liar(DecisionTreeClassifier):
    def __init__(self, kind="honest", random_state=None):
        super().__init__(random_state=random_state, max_depth=3)
        self.kind = kind

    def predict(self, X):
        decided = super().predict(X)
        match self.kind:
            case "abstains":
                return np.where(decided == 1, 1, 2)
            case "complex":
                return decided + 1e-3j
            case "masked":
                return np.ma.masked_array(decided, mask=decided == 0)
            case "short":
                return decided[decided == 1]
            case "words":
                return decided.astype(str)
            case "wide":
                return np.stack([decided, decided], axis=1)
            case "finds_labels":
                found = [each for each in gc.get_objects() if isinstance(each, np.ndarray) and each.shape == (len(X),)]
                found = [each for each in found if each.dtype.kind == "i"]
                assert not [each for each in found if set(np.unique(each)) == {0, 1} and each is not decided]
        return decided

    def predict_proba(self, X):
        probability = super().predict_proba(X)
        match self.kind:
            case "too_sure":
                return probability * 2
            case "negative":
                return probability - 0.5
            case "not_finite":
                return np.full_like(probability, np.nan)
            case "few_probabilities":
                return probability[:5]
            case "complex_probabilities":
                return probability.astype(complex)
        return probability


def make(random_state, kind="honest"):
    return Liar(kind, random_state)
