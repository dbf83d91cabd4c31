"""The exact softmax: P(w | h) = softmax(U h + b_2) over all V words."""

from collections.abc import Sequence

import torch
from torch import Tensor

from nextword.neural.outputs.fused import Gradients, cross_entropies, with_gradients
from nextword.neural.outputs.layer import OutputLayer


class ExactSoftmax(OutputLayer):
    """The softmax over all words."""

    def forward(self, hidden: Tensor, targets: Tensor, dtype: torch.dtype) -> Tensor:
        """Return the mean of -log P(target | h)."""
        return mean_cross_entropy(hidden, self.U, self.bias, targets, dtype)

    @torch.no_grad()
    def target_log_probs(self, hidden: Tensor, targets: Tensor, dtype: torch.dtype) -> Tensor:
        """Return log P(target | h), (N,)."""
        return -cross_entropies(hidden, self.U, self.bias, targets, dtype)

    @torch.no_grad()
    def log_probs(self, hidden: Tensor) -> Tensor:
        """Return log P(w | h) of every word, (N, V)."""
        return torch.log_softmax(hidden @ self.U.T + self.bias, dim=-1)


def mean_cross_entropy(
    hidden: Tensor,
    U: Tensor,
    bias: Tensor,
    targets: Tensor,
    dtype: torch.dtype,
    shift: Tensor | None = None,
) -> Tensor:
    """Return the mean of -log softmax(U h + b)[target], differentiable; ``shift`` (N,) is added to targets' scores."""

    def work(gradients: Sequence[Tensor | None]) -> Tensor:
        scale = 1 / max(len(hidden), 1)
        losses = cross_entropies(
            hidden, U, bias, targets, dtype, shift=shift, gradients=Gradients(*gradients), scale=scale
        )
        return losses.mean() if len(hidden) else losses.sum()

    return with_gradients(work, hidden, U, bias)
