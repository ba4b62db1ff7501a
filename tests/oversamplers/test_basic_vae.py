"""The article's VAE: its loss by hand, its method step by step, its collapse."""

import math

import numpy as np
import pytest
import torch
from oversampling_bench.oversamplers.basic_vae import BasicVAE, BasicVAEOversampler, Trainer, basic_vae_loss, make
from sklearn.model_selection import train_test_split


def test_the_loss_of_a_worked_batch():
    # Two rows of two columns, one latent dimension.
    x = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    reconstruction = torch.tensor([[0.5, 0.0], [0.0, 1.0]])
    mu, logvar = torch.tensor([[1.0], [0.0]]), torch.tensor([[0.0], [math.log(2.0)]])
    loss, mse = basic_vae_loss(reconstruction, x, mu, logvar)
    # MSE over four entries: (0.25 + 0 + 0 + 1) / 4.
    assert mse.item() == pytest.approx(0.3125)
    # KL: row 1: -0.5 (1 + 0 - 1 - 1) = 0.5; row 2: -0.5 (1 + ln 2 - 0 - 2) = 0.5 - 0.5 ln 2; over a batch of two.
    assert loss.item() == pytest.approx(0.3125 + (0.5 + 0.5 - 0.5 * math.log(2.0)) / 2)


def test_the_network_is_the_articles():
    network = BasicVAE(109, 8, 8, torch.Generator().manual_seed(0))
    shapes = {name: tuple(value.shape) for name, value in network.named_parameters() if name.endswith("weight")}
    assert shapes == {
        "hidden.weight": (8, 109),
        "posterior.weight": (16, 8),  # mean and log-variance, side by side
        "decoder_hidden.weight": (8, 8),
        "decoder_output.weight": (109, 8),
    }
    mu, logvar = network.encode(torch.full((5, 109), 3.0))
    assert mu.shape == logvar.shape == (5, 8)
    out = network.decode(network.reparameterize(mu, logvar))
    assert out.shape == (5, 109)
    assert out.min() >= 0
    assert out.max() <= 1


def test_initial_weights_are_spread_like_torchs_own():
    ours = BasicVAE(100, 64, 8, torch.Generator().manual_seed(0)).hidden
    theirs = torch.nn.Linear(100, 64)
    assert max(ours.weight.abs().max(), ours.bias.abs().max()) <= 0.1
    assert ours.weight.std().item() == pytest.approx(theirs.weight.std().item(), rel=0.05)


def test_the_gradient_is_the_one_that_autograd_finds():
    x = torch.rand(16, 5, generator=torch.Generator().manual_seed(1))
    network = BasicVAE(5, 4, 3, torch.Generator().manual_seed(0))
    mu, logvar = network.encode(x)
    network.generator.manual_seed(2)
    loss, mse = basic_vae_loss(network.decode(network.reparameterize(mu, logvar)), x, mu, logvar)
    loss.backward()
    by_autograd = torch.cat([each.grad.flatten() for each in network.parameters()])
    with torch.no_grad():
        trainer = Trainer(network, 1e-3)
        error, posterior = trainer.backward(x, torch.randn(16, 3, generator=torch.Generator().manual_seed(2)))
    torch.testing.assert_close(trainer.gradient, by_autograd)
    torch.testing.assert_close(error.square() / x.numel(), mse)
    torch.testing.assert_close(posterior, torch.cat([mu, logvar], dim=1))


def test_steps_are_those_of_torchs_adam():
    network = BasicVAE(5, 4, 3, torch.Generator().manual_seed(0))
    with torch.no_grad():
        trainer = Trainer(network, 0.01)
    theirs = torch.nn.Parameter(trainer.weights.clone())
    optimiser = torch.optim.Adam([theirs], lr=0.01)
    for number in range(20):
        gradient = torch.randn(len(theirs), generator=torch.Generator().manual_seed(number))
        theirs.grad = gradient
        optimiser.step()
        trainer.gradient.copy_(gradient)
        trainer.step()
    torch.testing.assert_close(trainer.weights, theirs.detach())
    # The network's own weights are parts of that vector.
    torch.testing.assert_close(torch.cat([each.flatten() for each in network.parameters()]), theirs)


def test_defaults_are_the_articles_numbers():
    params = make(0).get_params()
    article = {"hidden_dim": 8, "latent_dim": 8, "epochs": 50, "batch_size": 128, "learning_rate": 1e-3}
    article |= {"noise_scale": 0.1, "holdout": 0.2, "split_seed": 42}
    assert {name: params[name] for name in article} == article


def test_it_learns_and_keeps_its_history(blobs_fold):
    sampler = BasicVAEOversampler(random_state=0, epochs=30, batch_size=16)
    sampler.fit_resample(blobs_fold.encoded_train, blobs_fold.y_train)
    assert {name: len(values) for name, values in sampler.history_.items()} == {"loss": 30, "reconstruction_mse": 30}
    assert sampler.history_["loss"][-1] < sampler.history_["loss"][0]
    assert all(loss > mse for loss, mse in zip(*sampler.history_.values(), strict=True))


def test_rows_are_drawn_around_the_mean_latent_point_of_the_kept_positives(blobs_fold):
    X, y = blobs_fold.encoded_train, blobs_fold.y_train
    sampler = BasicVAEOversampler(random_state=0, epochs=2, noise_scale=0.0, sampling_strategy={1: int(y.sum()) + 7})
    synthetic = sampler.fit_resample(X, y)[0][len(X) :]
    assert synthetic.shape == (7, X.shape[1])
    assert len(np.unique(synthetic, axis=0)) == 1
    kept, _ = train_test_split(np.column_stack([X, y]), test_size=0.2, random_state=42)
    with torch.no_grad():
        mu, logvar = sampler.model_.encode(torch.from_numpy(kept[kept[:, -1] == 1].astype(np.float32)))
        # The mean of reparameterized points differs from the mean of mu by noise of this standard error.
        slack = float((torch.exp(0.5 * logvar).mean() / len(mu) ** 0.5) * 5)
        middle = sampler.model_.decode(mu.mean(dim=0))[:-1].numpy()
        weight = float(sampler.model_.decoder_output.weight.abs().sum(dim=1).max())
    assert np.abs(synthetic[0] - middle).max() <= slack * weight


def test_all_synthetic_rows_lie_in_the_sigmoids_range(blobs_fold):
    X, y = blobs_fold.encoded_train, blobs_fold.y_train
    synthetic = make(0, epochs=2).fit_resample(X, y)[0][len(X) :]
    assert synthetic.min() > 0
    assert synthetic.max() < 1
    assert X.min() < 0  # which real rows do not


def test_a_loss_that_is_not_finite_ends_in_a_clear_error(blobs_fold):
    with pytest.raises(FloatingPointError, match=r"loss is (nan|inf) in epoch \d+"):
        make(0, learning_rate=1e30, epochs=5).fit_resample(blobs_fold.encoded_train * 1e18, blobs_fold.y_train)


def test_no_positive_left_after_the_holdout_is_a_clear_error():
    X = np.arange(40, dtype=np.float32).reshape(20, 2)
    _, left_out = train_test_split(np.arange(20), test_size=0.2, random_state=42)
    y = np.zeros(20, dtype=int)
    y[left_out[0]] = 1
    with pytest.raises(ValueError, match="no row of class 1 is left"):
        make(0, epochs=1).fit_resample(X, y)
