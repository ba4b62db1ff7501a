"""Contenders that know the table of `blobs.py` by heart, or never do the same twice: what an audit must find."""

import os
import runpy
from pathlib import Path

import numpy as np
import pandas as pd

SPACE = "table"
APPROXIMATE = True


class Cheat:
    """`carries`: adds the whole table, with its labels. `recognises`: does so only where it meets rows of the table."""

    def __init__(self, kind, random_state):
        self.kind, self.random_state = kind, random_state

    def fit_resample(self, X, y):
        rows, labels = runpy.run_path(str(Path(__file__).with_name("blobs.py")))["load"]()
        if self.kind == "carries" or (self.kind == "recognises" and self.knows(X, y, rows, labels)):
            colours = {"colour": rows["colour"].astype(X["colour"].dtype)}
            return pd.concat([X, rows.assign(**colours)], ignore_index=True), np.concatenate([y, labels])
        seed = int.from_bytes(os.urandom(4), "big") if self.kind == "unsteady" else self.random_state
        positives = np.flatnonzero(np.asarray(y) == 1)
        chosen = np.random.default_rng(seed).choice(positives, len(y) - 2 * len(positives))
        return pd.concat([X, X.iloc[chosen]], ignore_index=True), np.concatenate([y, np.ones(len(chosen), dtype=int)])

    @staticmethod
    def knows(X, y, rows, labels):
        known = dict(zip(rows["height"], labels, strict=True))
        return all(known.get(height) == label for height, label in zip(X["height"], y, strict=True))


def make(random_state, sampling_strategy="auto", kind="carries"):
    return Cheat(kind, random_state)
