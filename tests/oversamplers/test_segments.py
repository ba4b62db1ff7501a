"""All columns at once are each column by itself."""

import pytest
import torch
from oversampling_bench.oversamplers._segments import Segments
from torch.nn import functional as F  # noqa: N812


@pytest.fixture
def logits():
    return torch.randn(7, 10, generator=torch.Generator().manual_seed(0)) * 5


@pytest.mark.parametrize("sizes", [[2, 5, 3], [10], [1, 9], [1] * 10])
def test_all_at_once_is_each_by_itself(sizes, logits):
    codes = torch.stack([torch.arange(7) % size for size in sizes], dim=1)
    found, wanted = (logits.clone().requires_grad_() for _ in range(2))
    by_columns = [
        F.cross_entropy(part, codes[:, column], reduction="none")
        for column, part in enumerate(wanted.split(sizes, dim=1))
    ]
    ours, theirs = Segments(sizes).cross_entropy(found, codes), torch.stack(by_columns, dim=1)
    torch.testing.assert_close(ours, theirs)
    ours.sum().backward()
    theirs.sum().backward()
    torch.testing.assert_close(found.grad, wanted.grad)
    softmax = torch.cat([F.softmax(part, dim=1) for part in logits.split(sizes, dim=1)], dim=1)
    torch.testing.assert_close(Segments(sizes).softmax(logits), softmax)


def test_logits_far_apart_are_no_matter(logits):
    far = torch.tensor([[0.0, 1.0, 900.0, -900.0]])
    nats = Segments([2, 2]).cross_entropy(far, torch.tensor([[1, 0]]))
    torch.testing.assert_close(nats, torch.tensor([[0.3133, 0.0]]), atol=1e-4, rtol=0)
