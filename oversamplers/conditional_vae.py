"""The article's idea done right: a VAE for mixed columns, told the class, that writes new rows from near real ones.

Kingma & Welling 2014, Auto-Encoding Variational Bayes, doi 10.48550/arXiv.1312.6114; told the class: Sohn, Lee & Yan
2015, Learning Structured Output Representation using Deep Conditional Generative Models, NeurIPS 28; the weight of the
KL term raised slowly: Bowman et al. 2016, Generating Sentences from a Continuous Space, doi 10.18653/v1/K16-1002; the
posteriors of real rows for the prior: Tomczak & Welling 2018, VAE with a VampPrior, doi 10.48550/arXiv.1705.07120.
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

from ._columns import Columns
from ._rows import RowsAsTheyAre

SPACE = "table"

LOG_2PI = 1.8378770664093453
SEARCH = {"latent_dim": [8, 16, 32], "beta": [0.2, 0.5, 1.0], "between": [0.0, 0.5]}


class ConditionalVAE(nn.Module):
    """Encoder and decoder, either of one hidden layer, both told the class.

    Numeric columns, as normal scores, have a normal likelihood with a spread of their own; categorical ones a softmax.

    Parameters
    ----------
    n_numeric : int
        Numeric columns, N.
    sizes : list of int
        Categories of each categorical column; S is their sum.
    hidden_dim, latent_dim : int
        H and L.
    generator : torch.Generator
        Draws the initial weights and all noise.
    """

    def __init__(self, n_numeric: int, sizes: list[int], hidden_dim: int, latent_dim: int, generator: torch.Generator):
        super().__init__()
        self.n_numeric, self.sizes, self.generator = n_numeric, sizes, generator
        # Categories go in as rows of a matrix, added up: what a linear layer makes of one-hot columns, without them.
        self.embeddings = nn.ParameterList(self._drawn(size, hidden_dim, scale=len(sizes) ** -0.5) for size in sizes)
        self.encoder = self._linear(n_numeric + 1, hidden_dim)
        self.posterior = self._linear(hidden_dim, 2 * latent_dim)
        self.decoder = self._linear(latent_dim + 1, hidden_dim)
        self.output = self._linear(hidden_dim, n_numeric + sum(sizes))
        self.log_spread = nn.Parameter(torch.zeros(n_numeric))

    def _drawn(self, *shape: int, scale: float) -> nn.Parameter:
        return nn.Parameter(torch.randn(*shape, generator=self.generator) * scale)

    def _linear(self, n_in: int, n_out: int) -> nn.Linear:
        layer: nn.Linear = nn.utils.skip_init(nn.Linear, n_in, n_out)  # else drawn from torch's global state
        nn.init.kaiming_uniform_(layer.weight, a=5**0.5, generator=self.generator)
        nn.init.zeros_(layer.bias)
        return layer

    def encode(self, scores: Tensor, codes: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        """Give mean and log-variance, (B, L) each, from scores (B, N), codes (B, C) and labels (B, 1)."""
        hidden = self.encoder(torch.cat([scores, label], dim=1))  # (B, N + 1) -> (B, H)
        for code, embedding in zip(codes.T, self.embeddings, strict=True):
            hidden = hidden + F.embedding(code, embedding)
        mu, logvar = self.posterior(F.silu(hidden)).chunk(2, dim=1)
        return mu, logvar.clamp(-10, 10)

    def decode(self, z: Tensor, label: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Give means of the scores (B, N), and logits (B, size) of each categorical column, from z (B, L)."""
        hidden = F.silu(self.decoder(torch.cat([z, label], dim=1)))
        means, *logits = self.output(hidden).split([self.n_numeric, *self.sizes], dim=1)
        return means, logits

    def reparameterize(self, mu: Tensor, logvar: Tensor) -> Tensor:
        """Draw one latent point a row."""
        noise = torch.randn(mu.shape, generator=self.generator).to(mu.device)
        return mu + noise * torch.exp(0.5 * logvar)

    def loss(self, scores: Tensor, codes: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        """Give reconstruction and KL term in nats a row: both *sums* over what they are about, means over rows.

        The article takes the mean of its squared errors over columns and the sum of its KL over latent dimensions,
        which weighs the KL a hundredfold: nothing but the average row is worth its price then.
        """
        mu, logvar = self.encode(scores, codes, label)
        means, logits = self.decode(self.reparameterize(mu, logvar), label)
        log_spread = self.log_spread.clamp(-4, 2)  # a column that another one gives away would shrink it for ever
        error = (scores - means) / log_spread.exp()
        reconstruction = (0.5 * error.square() + log_spread + 0.5 * LOG_2PI).sum(dim=1).mean()
        for column, part in enumerate(logits):
            reconstruction = reconstruction + F.cross_entropy(part, codes[:, column])
        kl = -0.5 * (1 + logvar - mu.square() - logvar.exp()).sum(dim=1).mean()
        return reconstruction, kl

    @torch.no_grad()
    def sample(self, z: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        """Draw scores (m, N) and codes (m, C) from their likelihoods at latent points (m, L)."""
        means, logits = self.decode(z, label)
        noise = torch.randn(means.shape, generator=self.generator)
        scores = means + noise * self.log_spread.clamp(-4, 2).exp()
        codes = [torch.multinomial(F.softmax(part, dim=1), 1, generator=self.generator)[:, 0] for part in logits]
        return scores, torch.stack(codes, dim=1) if codes else torch.empty(len(z), 0, dtype=torch.int64)


class ConditionalVAEOversampler(RowsAsTheyAre):
    """Train the network on all rows; then decode from the posteriors of real rows of the class.

    Latent points are drawn from the posteriors of real rows of the class, or between those of two that are neighbours
    in latent space: so they lie where the decoder was trained, which points of the prior need not.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows each class shall have, as in imbalanced-learn.
    random_state : int, RandomState or None, default=None
        Seeds initial weights, order of rows and all draws.
    hidden_dim : int, default=256
        Width of the hidden layers.
    latent_dim : int, default=16
        More than real tables need; the KL term switches off those that are not.
    beta : float, default=0.5
        Weight of the KL term. 1 is the bound on the likelihood; below it rows are kept apart better, and as nothing is
        drawn from the prior, that the posteriors do not fill it costs nothing.
    warm_up : float, default=0.3
        Share of the training in which that weight rises from 0, so that the decoder learns to use the latent space
        before leaving it empty is rewarded.
    epochs : int, default=30
        Passes over the rows; more of them on a small table, so that they make `MIN_STEPS`, but one stays one.
    batch_size : int, default=256
    learning_rate : float, default=2e-3
        Adam's, falling to 0 along a cosine.
    device : str, default="cpu"
        Where the network is trained, as torch names it: "cuda". All that is random is drawn on the CPU, so that another
        device gives the same but for rounding.
    between : float, default=0.0
        How far towards its neighbour a latent point may lie: 0 is the row's own posterior, wide enough on Adult (seed
        1000): generated and real positives are told apart with an AUC of 0.55, and with 0.60 at 0.5.

    Attributes
    ----------
    history_ : dict of str to list of float
        "reconstruction" and "kl", nats a row, the mean of each epoch.

    Raises
    ------
    ValueError
        From `fit_resample`, if X is no DataFrame or has missing values.
    FloatingPointError
        From `fit_resample`, if the loss is no longer finite.
    """

    MIN_STEPS = 1000

    _parameter_constraints: ClassVar[dict] = {
        **RowsAsTheyAre._parameter_constraints,
        "hidden_dim": [Interval(Integral, 1, None, closed="left")],
        "latent_dim": [Interval(Integral, 1, None, closed="left")],
        "beta": [Interval(Real, 0, None, closed="left")],
        "warm_up": [Interval(Real, 0, 1, closed="both")],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "between": [Interval(Real, 0, 1, closed="both")],
        "device": [str],
    }

    def __init__(
        self,
        *,
        sampling_strategy="auto",
        random_state=None,
        hidden_dim=256,
        latent_dim=16,
        beta=0.5,
        warm_up=0.3,
        epochs=30,
        batch_size=256,
        learning_rate=2e-3,
        between=0.0,
        device="cpu",
    ):
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.hidden_dim = hidden_dim
        self.latent_dim = latent_dim
        self.beta = beta
        self.warm_up = warm_up
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.between = between
        self.device = device

    def _fit_resample(self, X, y):
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        rng, self._draw = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
        columns = Columns(X)
        self.model_ = ConditionalVAE(len(columns.numeric), columns.sizes, self.hidden_dim, self.latent_dim, self._draw)
        scores, codes = torch.from_numpy(columns.scores(X, rng)), torch.from_numpy(columns.codes(X))
        labels = torch.from_numpy((y == 1).astype(np.float32))[:, None]
        self.history_ = self._train(scores, codes, labels)
        X_all, y_all = [X], [y]
        for label, count in self.sampling_strategy_.items():
            of_class = torch.from_numpy(np.flatnonzero(y == label))
            z = self._latent(scores[of_class], codes[of_class], labels[of_class], int(count), rng)
            drawn = self.model_.sample(z, torch.full((int(count), 1), float(label == 1)))
            X_all.append(columns.table(*(part.numpy() for part in drawn)))
            y_all.append(np.full(count, label, dtype=y.dtype))
        return pd.concat(X_all, ignore_index=True).astype(X.dtypes.to_dict()), np.concatenate(y_all)

    def _train(self, scores: Tensor, codes: Tensor, labels: Tensor) -> dict[str, list[float]]:
        self.model_.to(self.device)
        scores, codes, labels = (part.to(self.device) for part in (scores, codes, labels))
        batches = -(-len(scores) // self.batch_size)
        epochs = max(self.epochs, -(-self.MIN_STEPS // batches)) if self.epochs > 1 else 1
        optimiser = torch.optim.Adam(self.model_.parameters(), lr=self.learning_rate, fused=True)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs * batches)
        history: dict[str, list[float]] = {"reconstruction": [], "kl": []}
        step = 0
        for epoch in range(epochs):
            totals = np.zeros(2)
            for chosen in torch.randperm(len(scores), generator=self._draw).to(self.device).split(self.batch_size):
                reconstruction, kl = self.model_.loss(scores[chosen], codes[chosen], labels[chosen])
                risen = min(1.0, step / (self.warm_up * epochs * batches)) if self.warm_up else 1.0
                optimiser.zero_grad()
                (reconstruction + self.beta * risen * kl).backward()
                optimiser.step()
                schedule.step()
                step += 1
                totals += np.array([reconstruction.item(), kl.item()]) * len(chosen)
            for name, total in zip(history, totals / len(scores), strict=True):
                history[name].append(float(total))
                if not np.isfinite(total):
                    raise FloatingPointError(f"the {name} is {total} in epoch {epoch + 1}; lower learning_rate")
        self.model_.cpu()
        return history

    @torch.no_grad()
    def _latent(self, scores: Tensor, codes: Tensor, labels: Tensor, count: int, rng: np.random.Generator) -> Tensor:
        mu, logvar = self.model_.encode(scores, codes, labels)  # of the n rows of the class
        first = torch.from_numpy(rng.permuted(np.tile(np.arange(len(mu)), (-(-count // len(mu)), 1)), axis=1).ravel())
        first = first[:count]
        second = torch.cat([self._near(mu, part, rng) for part in first.split(8192)]) if count else first
        share = torch.rand(count, 1, generator=self._draw) * self.between
        return self.model_.reparameterize(
            torch.lerp(mu[first], mu[second], share), torch.lerp(logvar[first], logvar[second], share)
        )

    @staticmethod
    def _near(mu: Tensor, rows: Tensor, rng: np.random.Generator) -> Tensor:
        # The nearest of 32 random rows of the class: near enough, in a time that is linear in rows.
        others = torch.from_numpy(rng.integers(len(mu), size=(len(rows), 32)))
        distance = (mu[rows][:, None] - mu[others]).square().sum(dim=2)  # (m, 32, L) -> (m, 32)
        distance[others == rows[:, None]] = torch.inf
        return others.gather(1, distance.argmin(dim=1, keepdim=True))[:, 0]


def make(random_state, sampling_strategy="auto", **params):
    return ConditionalVAEOversampler(random_state=random_state, sampling_strategy=sampling_strategy, **params)
