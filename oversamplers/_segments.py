"""What is done to each categorical column, for all of them at once: a small network costs what its calls cost."""

from __future__ import annotations

import torch
from torch import Tensor


class Segments:
    """The numbers of C categorical columns side by side in rows (B, S), a segment for each category.

    Parameters
    ----------
    sizes : list of int
        Categories of each column; S is their sum.
    """

    def __init__(self, sizes: list[int]):
        lengths = torch.tensor(sizes, dtype=torch.int64)
        self.starts = lengths.cumsum(0) - lengths  # (C,)
        self.column = torch.repeat_interleave(torch.arange(len(sizes)), lengths)  # (S,)
        self.member = (self.column[:, None] == torch.arange(len(sizes))).float()  # (S, C)
        # Each segment as long as the longest, by its last number over and over.
        within = torch.arange(max(sizes, default=0)).minimum(lengths[:, None] - 1)
        self.padded = self.starts[:, None] + within  # (C, longest)

    def places(self, codes: Tensor) -> Tensor:
        """Give the place of each code, (B, C), among the S numbers."""
        return codes + self.starts

    def largest(self, numbers: Tensor) -> Tensor:
        """Give the largest number of each segment, (B, S) -> (B, C)."""
        found: Tensor = numbers[:, self.padded.flatten()].unflatten(1, self.padded.shape).amax(dim=2)
        return found

    def softmax(self, logits: Tensor) -> Tensor:
        """Give the probabilities of each column's categories, (B, S) -> (B, S)."""
        powers = (logits - self.largest(logits.detach())[:, self.column]).exp()
        return powers / (powers @ self.member)[:, self.column]

    def cross_entropy(self, logits: Tensor, codes: Tensor) -> Tensor:
        """Give the nats of codes (B, C) under logits (B, S), (B, C)."""
        largest = self.largest(logits.detach())  # without it, exp of a large logit is infinite
        total = ((logits - largest[:, self.column]).exp() @ self.member).log() + largest
        return total - logits.gather(1, self.places(codes))
