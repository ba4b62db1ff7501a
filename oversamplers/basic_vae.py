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

# What autograd itself calls for the derivatives of sigmoid and relu.
sigmoid_backward, threshold_backward = torch.ops.aten.sigmoid_backward, torch.ops.aten.threshold_backward

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
        self.posterior = self._linear(hidden_dim, 2 * latent_dim)  # mean and log-variance, side by side
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
        mu, logvar = self.posterior(F.relu(self.hidden(x))).chunk(2, dim=-1)  # (B, D) -> (B, H) -> (B, L) each
        return mu, logvar

    def reparameterize(self, mu: Tensor, logvar: Tensor) -> Tensor:
        """Draw one latent point a row."""
        noise = torch.randn(mu.shape, generator=self.generator).to(mu.device)
        return mu + noise * torch.exp(0.5 * logvar)

    def decode(self, z: Tensor) -> Tensor:
        """Give the rows of latent points, every column squeezed into (0, 1)."""
        return torch.sigmoid(self.decoder_output(F.relu(self.decoder_hidden(z))))  # (B, L) -> (B, D)


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


class Trainer:
    """Trains a `BasicVAE` by `basic_vae_loss` and Adam, its gradient written out.

    Autograd, and an optimiser that goes from weight to weight, take several times as long: a network as small as this
    one costs what it takes to call an operation, and not what the operation does.

    Attributes
    ----------
    gradient : Tensor
        Of the loss over the last batch, by all weights in one vector: each layer's, (out, in), then its bias.
    """

    def __init__(self, model: BasicVAE, learning_rate: float):
        self.learning_rate, self.steps = learning_rate, 0
        layers = [model.hidden, model.posterior, model.decoder_hidden, model.decoder_output]
        own = [each for layer in layers for each in (layer.weight, layer.bias)]
        # The network keeps its weights, but as parts of one vector: a step of Adam is one for all of them.
        self.weights = torch.cat([each.detach().flatten() for each in own])
        self.gradient, self.mean, self.square = (torch.zeros_like(self.weights) for _ in range(3))
        sizes = [each.numel() for each in own]
        for each, part in zip(own, self.weights.split(sizes), strict=True):
            each.data = part.view(each.shape)
        self.layers = [each.data for each in own]
        self.gradients = [part.view(each.shape) for each, part in zip(own, self.gradient.split(sizes), strict=True)]

    def backward(self, x: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        """Put the gradient of the loss over a batch into `gradient`.

        Parameters
        ----------
        x : Tensor of shape (B, D)
        noise : Tensor of shape (B, L)
            What `BasicVAE.reparameterize` draws.

        Returns
        -------
        error : Tensor of shape ()
            The root of the sum of squared errors.
        posterior : Tensor of shape (B, 2 L)
            Means and log-variances.
        """
        W1, b1, W2, b2, W3, b3, W4, b4 = self.layers
        dW1, db1, dW2, db2, dW3, db3, dW4, db4 = self.gradients
        hidden = torch.addmm(b1, x, W1.T).relu_()  # (B, D) -> (B, H)
        posterior = torch.addmm(b2, hidden, W2.T)  # (B, H) -> (B, 2 L)
        mu, logvar = posterior.chunk(2, dim=1)
        spread = torch.exp(0.5 * logvar)
        drawn = noise * spread
        z = mu + drawn
        decoded = torch.addmm(b3, z, W3.T).relu_()  # (B, L) -> (B, H)
        output = torch.addmm(b4, decoded, W4.T).sigmoid_()  # (B, H) -> (B, D)
        error = output - x

        # From the loss back to every layer, by the chain rule; d… is the loss's derivative by …
        doutput = sigmoid_backward(error, output).mul_(2 / error.numel())  # of the MSE, before the sigmoid
        torch.mm(doutput.T, decoded, out=dW4)
        torch.sum(doutput, 0, out=db4)
        ddecoded = threshold_backward(doutput @ W4, decoded, 0)
        torch.mm(ddecoded.T, z, out=dW3)
        torch.sum(ddecoded, 0, out=db3)
        dz = ddecoded @ W3
        # z = mu + noise exp(logvar / 2), and KL = (mu² + exp(logvar) - logvar - 1) / 2, its mean over the batch.
        dmu = torch.add(dz, mu, alpha=1 / len(x))
        dlogvar = (dz * drawn).add_(spread.square_().sub_(1), alpha=1 / len(x)).mul_(0.5)
        dposterior = torch.cat([dmu, dlogvar], dim=1)
        torch.mm(dposterior.T, hidden, out=dW2)
        torch.sum(dposterior, 0, out=db2)
        dhidden = threshold_backward(dposterior @ W2, hidden, 0)
        torch.mm(dhidden.T, x, out=dW1)
        torch.sum(dhidden, 0, out=db1)
        return torch.linalg.vector_norm(error), posterior

    def step(self) -> None:
        """Take a step of Adam (Kingma & Ba 2015, doi 10.48550/arXiv.1412.6980), with torch's defaults."""
        self.steps += 1
        self.mean.lerp_(self.gradient, 0.1)
        self.square.mul_(0.999).addcmul_(self.gradient, self.gradient, value=0.001)
        root = (1 - 0.999**self.steps) ** 0.5
        length = self.learning_rate * root / (1 - 0.9**self.steps)
        self.weights.addcdiv_(self.mean, self.square.sqrt().add_(1e-8 * root), value=-length)


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
    device : str, default="cpu"
        Where the network is trained, as torch names it: "cuda". All that is random is drawn on the CPU, so that another
        device gives the same rows but for rounding.

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
        "device": [str],
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
        device="cpu",
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
        self.device = device

    def _fit_resample(self, X, y):
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        generator = torch.Generator().manual_seed(seed)
        labelled = np.column_stack([X, y]).astype(np.float32)  # (n, d) -> (n, d + 1)
        kept, _ = train_test_split(labelled, test_size=self.holdout, random_state=self.split_seed)
        rows = torch.from_numpy(kept).to(self.device)
        self.model_ = BasicVAE(rows.shape[1], self.hidden_dim, self.latent_dim, generator).to(self.device)
        self.history_ = self._train(rows, generator)

        X_all, y_all = [X], [y]
        for label, count in self.sampling_strategy_.items():
            of_class = rows[rows[:, -1] == label]
            if count and not len(of_class):
                raise ValueError(f"no row of class {label} is left after {self.holdout:.0%} of the rows were held out")
            X_all.append(self._sample(of_class, count, generator).astype(X.dtype))
            y_all.append(np.full(count, label, dtype=y.dtype))
        return np.concatenate(X_all), np.concatenate(y_all)

    @torch.no_grad()
    def _train(self, rows: Tensor, generator: torch.Generator) -> dict[str, list[float]]:
        trainer = Trainer(self.model_, self.learning_rate)
        history: dict[str, list[float]] = {"loss": [], "reconstruction_mse": []}
        for epoch in range(self.epochs):
            # Slices of one shuffled copy: a DataLoader would cost more than this network's arithmetic.
            shuffled = rows[torch.randperm(len(rows), generator=generator).to(rows.device)]  # (n, D)
            noise = torch.randn(len(rows), self.latent_dim, generator=generator).to(rows.device)
            errors, posteriors = [], []
            for batch, drawn in zip(shuffled.split(self.batch_size), noise.split(self.batch_size), strict=True):
                error, posterior = trainer.backward(batch, drawn)
                trainer.step()
                errors.append(error)
                posteriors.append(posterior)
            mse = float(torch.stack(errors).square().sum()) / rows.numel()
            mu, logvar = torch.cat(posteriors).chunk(2, dim=1)
            loss = mse + float((mu.square() + logvar.exp() - logvar - 1).sum()) / 2 / len(rows)
            if not np.isfinite(loss):
                raise FloatingPointError(f"the loss is {loss} in epoch {epoch + 1}; are all inputs finite?")
            history["loss"].append(loss)
            history["reconstruction_mse"].append(mse)
        return history

    @torch.no_grad()
    def _sample(self, rows: Tensor, count: int, generator: torch.Generator) -> np.ndarray:
        mu, logvar = self.model_.encode(rows)
        mean = self.model_.reparameterize(mu, logvar).mean(dim=0).cpu()  # (n, L) -> (L,)
        latent = mean + self.noise_scale * torch.randn(count, self.latent_dim, generator=generator)  # (count, L)
        return self.model_.decode(latent.to(rows.device))[:, :-1].cpu().numpy()  # (count, d + 1) -> (count, d)


def make(random_state, sampling_strategy="auto", **params):
    return BasicVAEOversampler(random_state=random_state, sampling_strategy=sampling_strategy, **params)
