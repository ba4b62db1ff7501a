"""BasicVAE with mean-latent sampling, as the article prints it.

The article: "The Next AI Revolution: A Tutorial Using VAEs to Generate High-Quality Synthetic Data". The VAE: Kingma &
Welling 2014, Auto-Encoding Variational Bayes, doi 10.48550/arXiv.1312.6114.
"""

from __future__ import annotations

from numbers import Integral, Real
from typing import ClassVar

import numpy as np
import torch
from imblearn.over_sampling.base import BaseOverSampler
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (as torch writes it)

SEARCH = {"latent_dim": [4, 8, 16], "hidden_dim": [8, 32], "noise_scale": [0.1, 0.5, 1.0]}


class BasicVAE(nn.Module):
    """The article's network.

    Parameters
    ----------
    n_columns : int
        Columns of the input, D: the encoded features and the label.
    hidden_dim, latent_dim : int
        Width of the one hidden layer on either side, H, and of the latent space, L.
    generator : torch.Generator
        Draws the initial weights and, in `reparameterize`, the noise.
    """

    def __init__(self, n_columns: int, hidden_dim: int, latent_dim: int, generator: torch.Generator):
        super().__init__()
        self.generator = generator
        self.hidden = self._linear(n_columns, hidden_dim)
        self.mu = self._linear(hidden_dim, latent_dim)
        self.logvar = self._linear(hidden_dim, latent_dim)
        self.decoder_hidden = self._linear(latent_dim, hidden_dim)
        self.decoder_output = self._linear(hidden_dim, n_columns)

    def _linear(self, n_in: int, n_out: int) -> nn.Linear:
        # nn.Linear's own initial weights, U(-1/sqrt(n_in), 1/sqrt(n_in)), but drawn from our generator: its
        # constructor would draw them from torch's global state.
        layer: nn.Linear = nn.utils.skip_init(nn.Linear, n_in, n_out)
        for parameter in (layer.weight, layer.bias):
            nn.init.uniform_(parameter, -(n_in**-0.5), n_in**-0.5, generator=self.generator)
        return layer

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Give mean and log-variance of each row's latent normal distribution."""
        hidden = F.relu(self.hidden(x))  # (B, D) -> (B, H)
        return self.mu(hidden), self.logvar(hidden)  # (B, L) each

    def reparameterize(self, mu: Tensor, logvar: Tensor) -> Tensor:
        """Draw one latent point a row."""
        noise = torch.randn(mu.shape, generator=self.generator)
        return mu + noise * torch.exp(0.5 * logvar)

    def decode(self, z: Tensor) -> Tensor:
        """Give the rows of latent points, every column squeezed into (0, 1)."""
        return torch.sigmoid(self.decoder_output(F.relu(self.decoder_hidden(z))))  # (B, L) -> (B, D)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give reconstruction, mean and log-variance."""
        mu, logvar = self.encode(x)
        return self.decode(self.reparameterize(mu, logvar)), mu, logvar


def basic_vae_loss(reconstruction: Tensor, x: Tensor, mu: Tensor, logvar: Tensor) -> tuple[Tensor, Tensor]:
    """Compute the article's loss: MSE, a *mean* over all entries, plus KL, a *sum* over latent dimensions.

    The two terms are on different scales (a sum of squares would be D times larger), so the KL term wins and the
    latent space collapses. That is the article's error; it is kept because it is what we measure.

    Parameters
    ----------
    reconstruction, x : Tensor of shape (B, D)
    mu, logvar : Tensor of shape (B, L)

    Returns
    -------
    loss, mse : Tensor of shape ()
    """
    mse = F.mse_loss(reconstruction, x)
    kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp()) / len(x)
    return mse + kl, mse


class BasicVAEOversampler(BaseOverSampler):
    """The article's oversampler, step by step.

    1. Put the label beside the encoded features as one more column.
    2. Keep 80 % of these rows, by ``train_test_split(test_size=0.2, random_state=42)``.
    3. Train `BasicVAE` on them with `basic_vae_loss`: Adam, shuffled batches, a fixed number of epochs.
    4. Mean-latent sampling: encode the kept rows of the class, reparameterize, take the *mean* of these latent
       points, and draw new points around that one mean with a little Gaussian noise.
    5. Decode, drop the label column, append as rows of the class, as they are: nothing is rounded, and a sigmoid
       cannot leave (0, 1) although standardized columns do.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows each class shall have, as in imbalanced-learn. The article adds 15,000 rows.
    random_state : int, RandomState or None, default=None
        Seeds initial weights, order of rows and latent noise.
    hidden_dim, latent_dim : int, default=8
    epochs : int, default=50
    batch_size : int, default=128
    learning_rate : float, default=1e-3
    noise_scale : float, default=0.1
        Standard deviation of the noise around the mean latent point, in latent units.
    holdout : float, default=0.2
        Share of the rows that step 2 leaves out.
    split_seed : int, default=42
        Seed of step 2, fixed in the article, whatever `random_state` is.

    Attributes
    ----------
    model_ : BasicVAE
        The trained network.
    history_ : dict of str to list of float
        "loss" and "reconstruction_mse", the mean over the rows of each epoch.

    Raises
    ------
    FloatingPointError
        From `fit_resample`, if the loss is no longer finite.
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseOverSampler._parameter_constraints,
        "hidden_dim": [Interval(Integral, 1, None, closed="left")],
        "latent_dim": [Interval(Integral, 1, None, closed="left")],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "noise_scale": [Interval(Real, 0, None, closed="left")],
        "holdout": [Interval(Real, 0, 1, closed="neither")],
        "split_seed": [Interval(Integral, 0, None, closed="left")],
    }

    def __init__(
        self,
        *,
        sampling_strategy="auto",
        random_state=None,
        hidden_dim=8,
        latent_dim=8,
        epochs=50,
        batch_size=128,
        learning_rate=1e-3,
        noise_scale=0.1,
        holdout=0.2,
        split_seed=42,
    ):
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.hidden_dim = hidden_dim
        self.latent_dim = latent_dim
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.noise_scale = noise_scale
        self.holdout = holdout
        self.split_seed = split_seed

    def _fit_resample(self, X, y):
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        generator = torch.Generator().manual_seed(seed)
        labelled = np.column_stack([X, y]).astype(np.float32)  # (n, d) -> (n, d + 1)
        kept, _ = train_test_split(labelled, test_size=self.holdout, random_state=self.split_seed)
        rows = torch.from_numpy(kept)
        self.model_ = BasicVAE(rows.shape[1], self.hidden_dim, self.latent_dim, generator)
        self.history_ = self._train(rows, generator)

        X_all, y_all = [X], [y]
        for label, count in self.sampling_strategy_.items():
            of_class = rows[rows[:, -1] == label]
            if count and not len(of_class):
                raise ValueError(f"no row of class {label} is left after {self.holdout:.0%} of the rows were held out")
            X_all.append(self._sample(of_class, count, generator).astype(X.dtype))
            y_all.append(np.full(count, label, dtype=y.dtype))
        return np.concatenate(X_all), np.concatenate(y_all)

    def _train(self, rows: Tensor, generator: torch.Generator) -> dict[str, list[float]]:
        optimiser = torch.optim.Adam(self.model_.parameters(), lr=self.learning_rate, fused=True)
        history: dict[str, list[float]] = {"loss": [], "reconstruction_mse": []}
        for epoch in range(self.epochs):
            losses, mses, sizes = [], [], []
            # Slices of one shuffled copy: a DataLoader would cost more than this network's arithmetic.
            for batch in rows[torch.randperm(len(rows), generator=generator)].split(self.batch_size):  # (B, d + 1)
                loss, mse = basic_vae_loss(*self._reconstruct(batch))
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                losses.append(loss.detach())
                mses.append(mse.detach())
                sizes.append(len(batch))
            weights = torch.tensor(sizes) / len(rows)
            mean_loss, mean_mse = float(torch.stack(losses) @ weights), float(torch.stack(mses) @ weights)
            if not np.isfinite(mean_loss):
                raise FloatingPointError(f"the loss is {mean_loss} in epoch {epoch + 1}; are all inputs finite?")
            history["loss"].append(mean_loss)
            history["reconstruction_mse"].append(mean_mse)
        return history

    def _reconstruct(self, batch: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        reconstruction, mu, logvar = self.model_(batch)
        return reconstruction, batch, mu, logvar

    @torch.no_grad()
    def _sample(self, rows: Tensor, count: int, generator: torch.Generator) -> np.ndarray:
        mu, logvar = self.model_.encode(rows)
        mean = self.model_.reparameterize(mu, logvar).mean(dim=0)  # (n, L) -> (L,)
        latent = mean + self.noise_scale * torch.randn(count, self.latent_dim, generator=generator)  # (count, L)
        return self.model_.decode(latent)[:, :-1].numpy()  # (count, d + 1) -> (count, d)


def make(random_state, sampling_strategy="auto", **params):
    return BasicVAEOversampler(random_state=random_state, sampling_strategy=sampling_strategy, **params)
