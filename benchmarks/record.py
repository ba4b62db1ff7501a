"""The record of a cell: its columns, in their order, and the words that may stand in `status` and `phase`."""

from typing import Any

IDENTITY = ["suite", "dataset", "classifier", "contender", "seed"]
VERDICT = ["status", "phase", "reason"]
COUNTS = ["n_train", "n_test", "n_requested", "n_synthetic", "tn", "fp", "fn", "tp"]
ERRORS = ["error", "error_positive", "error_negative", "balanced_error"]
PROBABILISTIC = ["roc_auc", "average_precision", "brier", "log_loss"]
LIFT = "lift_over_threshold"
TIMINGS = ["encode_s", "sample_s", "fit_s", "predict_s", "peak_mb"]
SYNTHETIC = [
    *["synthetic_unique", "synthetic_copies", "synthetic_spread", "synthetic_valid"],
    *["synthetic_detectability", "synthetic_invalid"],
]
COLUMNS = IDENTITY + VERDICT + COUNTS + ERRORS + PROBABILISTIC + [LIFT] + TIMINGS + SYNTHETIC
TEXT = [*IDENTITY[:-1], *VERDICT]
"""Columns of words. Those in `COUNTS` and the seed are whole numbers, all others real ones."""

SCORED = ("ok", "partial")
"""Statuses of cells that carry scores. All others have none, and nothing is imputed."""

STATUSES = (*SCORED, "no_op", "failed", "timeout", "out_of_memory", "crashed", "invalid_output", "not_installed")

PASSING = ("not_installed",)
"""Statuses whose cause lies outside of the cell and may be mended by the next run, which tries these cells again."""

Record = dict[str, Any]
