"""What others would write, and we are measured against: a grid by imblearn's pipeline, and the article's own loop."""

import sys
from collections.abc import Sequence

import numpy as np
from imblearn.pipeline import make_pipeline
from oversampling_bench.benchmarks.catalog import registry, wrapping
from oversampling_bench.datasets import adult
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedShuffleSplit, cross_validate
from sklearn.preprocessing import OneHotEncoder, StandardScaler

SCORES = ["accuracy", "balanced_accuracy", "recall", "roc_auc", "average_precision", "neg_brier_score", "neg_log_loss"]


def grid(contenders: Sequence[str], seeds: int, jobs: int) -> None:
    """Fit and score a forest on Adult over so many splits, as a pipeline with each of these contenders."""
    X, y = adult.load()
    numeric = X.select_dtypes("number").columns
    encoder = ColumnTransformer(
        [("num", StandardScaler(), numeric), ("cat", OneHotEncoder(handle_unknown="ignore"), X.columns.drop(numeric))],
        sparse_threshold=0,
    )
    splits = StratifiedShuffleSplit(seeds, test_size=0.2, random_state=0)
    for name in contenders:
        weights = "balanced" if name == "class_weight" else None
        forest = RandomForestClassifier(n_estimators=100, class_weight=weights, random_state=0)
        steps = [encoder]
        if name not in ("none", "class_weight"):
            contender = wrapping.load(registry.chosen("contender", name))
            steps.insert(0 if contender.declared.space == "table" else 1, contender.sampler(0))
        pipeline = make_pipeline(*steps, forest)
        found = cross_validate(pipeline, X, y, cv=splits, scoring=SCORES, n_jobs=jobs)
        print(name, *(f"{score} {found[f'test_{score}'].mean():.4f}" for score in SCORES))


def article_vae(rows: np.ndarray, epochs: int, batch_size: int = 128) -> list[float]:
    """Train the article's network as the article does; give the mean squared error of each epoch."""
    import torch
    from torch import nn
    from torch.nn import functional as F  # noqa: N812
    from torch.utils.data import DataLoader, TensorDataset

    class Net(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.hidden, self.mu, self.logvar = nn.Linear(width, 8), nn.Linear(8, 8), nn.Linear(8, 8)
            self.decoder_hidden, self.decoder_output = nn.Linear(8, 8), nn.Linear(8, width)

        def forward(self, x):
            hidden = F.relu(self.hidden(x))
            mu, logvar = self.mu(hidden), self.logvar(hidden)
            z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
            return torch.sigmoid(self.decoder_output(F.relu(self.decoder_hidden(z)))), mu, logvar

    torch.manual_seed(0)
    network = Net(rows.shape[1])
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)
    loader = DataLoader(TensorDataset(torch.from_numpy(rows)), batch_size=batch_size, shuffle=True)
    history = []
    for _ in range(epochs):
        total = 0.0
        for (batch,) in loader:
            reconstruction, mu, logvar = network(batch)
            mse = F.mse_loss(reconstruction, batch)
            loss = mse - 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp()) / len(batch)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += mse.item() * len(batch)
        history.append(total / len(rows))
    return history


if __name__ == "__main__":
    grid(sys.argv[1].split(","), int(sys.argv[2]), int(sys.argv[3]))
