"""The exact softmax: P(w | h) = softmax(U h + b_2) over all V words."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from nextword.neural.outputs.layer import OutputLayer

ROWS = 256
"""Hidden vectors that are scored at once."""


class ExactSoftmax(OutputLayer):
    """The softmax over all words."""

    def forward(self, hidden: Tensor, targets: Tensor, dtype: torch.dtype) -> Tensor:
        """Return the mean of -log P(target | h)."""
        scores = (hidden.to(dtype) @ self.U.to(dtype).T).float() + self.bias
        return cross_entropy(scores, targets)

    @torch.no_grad()
    def target_log_probs(self, hidden: Tensor, targets: Tensor, dtype: torch.dtype) -> Tensor:
        """Return log P(target | h), (N,)."""
        words, parts = self.U.to(dtype).T, []
        for rows, wanted in zip(torch.split(hidden, ROWS), torch.split(targets, ROWS), strict=True):
            parts.append(
                -cross_entropy((rows.to(dtype) @ words).float() + self.bias, wanted, reduction="none")
            )
        return torch.cat(parts)

    @torch.no_grad()
    def log_probs(self, hidden: Tensor) -> Tensor:
        """Return log P(w | h) of every word, (N, V)."""
        return torch.log_softmax(hidden @ self.U.T + self.bias, dim=-1)
