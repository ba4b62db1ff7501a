"""Seconds of BasicVAE's training beside the article's own loop, at an equal error; run by `tox -e speed`."""

import numpy as np
import pytest
import torch
from oversampling_bench.oversamplers.basic_vae import BasicVAE, BasicVAEOversampler

EPOCHS = 50


@pytest.fixture(scope="module")
def rows(adult_fold):
    return np.column_stack([adult_fold.encoded_train, adult_fold.y_train]).astype(np.float32)[:20_838]


def ours(rows, epochs):
    generator = torch.Generator().manual_seed(0)
    sampler = BasicVAEOversampler(epochs=epochs)
    sampler.model_ = BasicVAE(rows.shape[1], sampler.hidden_dim, sampler.latent_dim, generator)
    return sampler._train(torch.from_numpy(rows), generator)["reconstruction_mse"]


@pytest.mark.benchmark(group="BasicVAE on 20,838 rows, 50 epochs")
@pytest.mark.parametrize("who", ["basic_vae", "the article's loop"])
def test_vae(benchmark, rows, peers, who):
    train = ours if who == "basic_vae" else peers.article_vae
    train(rows, 1)  # what torch imports when it is first used
    mse = benchmark.pedantic(train, args=(rows, EPOCHS), rounds=3)
    benchmark.extra_info |= {"peer": "the article's loop", "final_mse": mse[-1]}
