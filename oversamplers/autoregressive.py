"""A small network that writes a row column by column, each given the class and the columns before it.

Larochelle & Murray 2011, The Neural Autoregressive Distribution Estimator, PMLR 15:29-37; numeric columns in bins and a
softmax for each: van den Oord, Kalchbrenner & Kavukcuoglu 2016, Pixel Recurrent Neural Networks,
doi 10.48550/arXiv.1601.06759. Training: Loshchilov & Hutter 2019, Decoupled Weight Decay Regularization,
doi 10.48550/arXiv.1711.05101, its steps annealed as in their SGDR, doi 10.48550/arXiv.1608.03983.
"""

from __future__ import annotations

from numbers import Integral, Real
from typing import ClassVar

import numpy as np
import pandas as pd
import torch
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (as torch writes it)

from ._bins import Bins
from ._rows import RowsAsTheyAre

SPACE = "table"
SEARCH = {"hidden_dim": [64, 128], "bins": [32, 64], "epochs": [5, 10, 20]}


class Network(nn.Module):
    """Logits of every column, given the class and the columns before it.

    Parameters
    ----------
    sizes : list of int
        Codes that each of the d columns has.
    hidden_dim : int
        Width H.
    generator : torch.Generator
        Draws the initial weights.
    """

    def __init__(self, sizes: list[int], hidden_dim: int, generator: torch.Generator):
        super().__init__()

        def drawn(*shape: int, scale: float) -> nn.Parameter:
            return nn.Parameter(torch.randn(*shape, generator=generator) * scale)

        self.sizes = sizes
        self.start = drawn(2, hidden_dim, scale=1.0)  # one for each class
        # What a column's code adds to the context of all columns after it; the last column has none.
        self.embeddings = nn.ParameterList(drawn(size, hidden_dim, scale=1.0) for size in sizes[:-1])
        # Each column reads the context in its own way: the weights are no larger for that, and it trains faster.
        self.read = drawn(len(sizes), hidden_dim, hidden_dim, scale=hidden_dim**-0.5)
        self.bias = nn.Parameter(torch.zeros(len(sizes), hidden_dim))
        self.heads = nn.ParameterList(drawn(hidden_dim, size, scale=hidden_dim**-0.5) for size in sizes)
        self.offsets = nn.ParameterList(nn.Parameter(torch.zeros(size)) for size in sizes)

    def logits(self, context: Tensor, column: int, before: int) -> Tensor:
        """Give the logits of a column from a context that sums the class and `before` columns."""
        # Divided by the root of how much was added, so that late columns see numbers of the size that early ones see.
        scaled = context / (before + 1) ** 0.5
        hidden = F.silu(scaled @ self.read[column] + self.bias[column])  # (B, H)
        out: Tensor = hidden @ self.heads[column] + self.offsets[column]  # (B, H) -> (B, size)
        return out

    def nll(self, codes: Tensor, label: Tensor) -> Tensor:
        """Negative log-likelihood in nats of codes (B, d), given the class (B,), a mean over rows."""
        context, total = self.start[label], torch.zeros((), device=label.device)
        for column in range(len(self.sizes)):
            total = total + F.cross_entropy(self.logits(context, column, column), codes[:, column])
            if column < len(self.embeddings):
                context = context + F.embedding(codes[:, column], self.embeddings[column])  # (B, H)
        return total

    @torch.no_grad()
    def sample(self, label: Tensor, generator: torch.Generator) -> Tensor:
        """Draw codes, int64 of shape (m, d), for labels (m,)."""
        context, codes = self.start[label], []
        for column in range(len(self.sizes)):
            probability = F.softmax(self.logits(context, column, column), dim=1)
            codes.append(torch.multinomial(probability, 1, generator=generator)[:, 0])
            if column < len(self.embeddings):
                context = context + F.embedding(codes[-1], self.embeddings[column])
        return torch.stack(codes, dim=1)


class AutoregressiveOversampler(RowsAsTheyAre):
    """Train the network on all rows, with the class as a condition; then let it write rows of the class.

    Trained on both classes, because most of what makes a row plausible (a wife is a woman) is the same in both, and the
    rarer class alone has too few rows to learn it from.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows each class shall have, as in imbalanced-learn.
    random_state : int, RandomState or None, default=None
        Seeds initial weights, order of rows and draws.
    hidden_dim : int, default=128
        Width of the one hidden layer a column.
    bins : int, default=64
        Codes of a numeric column. One with no more distinct values than that keeps each; another has bins of equally
        many rows, of which a value that is more frequent than a bin is one of its own. A drawn bin becomes one of the
        training values in it.
    epochs : int, default=10
        Passes over the rows; more of them on a small table, so that they make `MIN_STEPS`, but one stays one.
    batch_size : int, default=256
    learning_rate : float, default=5e-3
        At the start; falls to 0 along a cosine.
    weight_decay : float, default=0.01
        AdamW's own default.
    device : str, default="cpu"
        Where the network is trained, as torch names it: "cuda". All that is random is drawn on the CPU, so that another
        device gives the same but for rounding.

    Attributes
    ----------
    history_ : dict of str to list of float
        "nll", nats a row, the mean of each epoch.

    Raises
    ------
    ValueError
        From `fit_resample`, if X is no DataFrame or has missing values.
    FloatingPointError
        From `fit_resample`, if the loss is no longer finite.
    """

    MIN_STEPS = 500

    _parameter_constraints: ClassVar[dict] = {
        **RowsAsTheyAre._parameter_constraints,
        "hidden_dim": [Interval(Integral, 1, None, closed="left")],
        "bins": [Interval(Integral, 2, None, closed="left")],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
        "device": [str],
    }

    def __init__(
        self,
        *,
        sampling_strategy="auto",
        random_state=None,
        hidden_dim=128,
        bins=64,
        epochs=10,
        batch_size=256,
        learning_rate=5e-3,
        weight_decay=0.01,
        device="cpu",
    ):
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.hidden_dim = hidden_dim
        self.bins = bins
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.device = device

    def _fit_resample(self, X, y):
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
        table = Bins(X, self.bins)
        self.network_ = Network(table.sizes, self.hidden_dim, generator)
        codes, labels = torch.from_numpy(table.codes(X)), torch.from_numpy((y == 1).astype(np.int64))
        self.history_ = {"nll": self._train(codes, labels, generator)}
        X_all, y_all = [X], [y]
        for label, count in self.sampling_strategy_.items():
            written = [
                self.network_.sample(torch.full((len(part),), int(label == 1)), generator).numpy()
                for part in torch.arange(count).split(8192)  # a wide softmax over all rows would fill the memory
            ]
            if written:
                X_all.append(table.table(np.concatenate(written), rng))
            y_all.append(np.full(count, label, dtype=y.dtype))
        return pd.concat(X_all, ignore_index=True).astype(X.dtypes.to_dict()), np.concatenate(y_all)

    def _train(self, codes: Tensor, labels: Tensor, generator: torch.Generator) -> list[float]:
        self.network_.to(self.device)
        codes, labels = codes.to(self.device), labels.to(self.device)
        batches = -(-len(codes) // self.batch_size)
        epochs = max(self.epochs, -(-self.MIN_STEPS // batches)) if self.epochs > 1 else 1
        optimiser = torch.optim.AdamW(
            self.network_.parameters(), lr=self.learning_rate, weight_decay=self.weight_decay, fused=True
        )
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs * batches)
        history = []
        for epoch in range(epochs):
            total = 0.0
            for chosen in torch.randperm(len(codes), generator=generator).to(self.device).split(self.batch_size):
                loss = self.network_.nll(codes[chosen], labels[chosen])
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
                total += loss.item() * len(chosen)
            history.append(total / len(codes))
            if not np.isfinite(history[-1]):
                raise FloatingPointError(f"the loss is {history[-1]} in epoch {epoch + 1}; lower learning_rate")
        self.network_.cpu()
        return history


def make(random_state, sampling_strategy="auto", **params):
    return AutoregressiveOversampler(random_state=random_state, sampling_strategy=sampling_strategy, **params)
