"""What every output layer does: the loss of training, and the log-probabilities of the full softmax."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

from nextword.text.vocabulary import SENTENCE_START

NEVER = -1e9
"""The bias of ``<s>``, which follows no word: its probability is zero, and so is its gradient."""


class OutputLayer(nn.Module, ABC):
    """From a hidden vector h to P(w | h), over V words numbered by falling frequency.

    U (V, H) and b_2 (V,) score every word; tied, U is the embedding itself. ``counts`` (V,) are those of the training
    text; an untrained layer gives every word about the same probability.
    """

    def __init__(self, counts: Tensor, hidden: int, tied: nn.Parameter | None) -> None:
        super().__init__()
        self.U = nn.Parameter(torch.empty(len(counts), hidden).uniform_(-0.1, 0.1)) if tied is None else tied
        self.bias = nn.Parameter(torch.zeros(len(counts)))
        with torch.no_grad():
            self.bias[SENTENCE_START] = NEVER

    @torch.no_grad()
    def start_at_shares(self, counts: Tensor) -> None:
        """Make b_2 the logarithm of each word's share of a text, so that training need not learn it.

        A word's score changes by little at each step, and rare words' must fall far: without this the first hundreds
        of steps are spent on it.
        """
        smoothed = counts.to(self.bias.device, torch.float64).clamp(min=1)  # (V,)
        smoothed[SENTENCE_START] = 0
        self.bias.copy_((smoothed / smoothed.sum()).log())
        self.bias[SENTENCE_START] = NEVER

    @abstractmethod
    def forward(self, hidden: Tensor, targets: Tensor, dtype: torch.dtype) -> Tensor:
        """Return the mean of -log P(target | h), or training's estimate of it; ``hidden`` is (N, H).

        Products are computed in ``dtype``.
        """

    @abstractmethod
    def target_log_probs(self, hidden: Tensor, targets: Tensor, dtype: torch.dtype) -> Tensor:
        """Return log P(target | h), (N,), by the full softmax and without gradients."""

    @abstractmethod
    def log_probs(self, hidden: Tensor) -> Tensor:
        """Return log P(w | h) of every word, (N, V), by the full softmax and without gradients."""
