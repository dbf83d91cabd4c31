"""The sampled softmax: training compares each target with the frequent words and a sample of the others."""

import torch
from torch import Tensor, nn

from nextword.neural.outputs.exact import ExactSoftmax, mean_cross_entropy
from nextword.neural.outputs.rows import look_up

POWER = 0.5
"""Words are drawn by their counts to this power: rare words more often than they occur."""


class SampledSoftmax(ExactSoftmax):
    """A softmax over some classes while training, over all words otherwise (Jean et al. 2015).

    The classes of a step are the ``shortlist`` most frequent words, the targets of all its N rows, and other words,
    each drawn by itself with its own probability p, ``samples`` of them on average. A word w is thus among them with
    probability

        q(w) = 1 - (1 - p(w)) (1 - u(w))^N        u being its share of the text,

    and exp(s(w) - log q(w)) in its place makes the sum over the classes right on average. A row's own target is always
    there: its score stays as it is.
    """

    draws: Tensor
    shares: Tensor

    def __init__(
        self, counts: Tensor, hidden: int, tied: nn.Parameter | None, *, shortlist: int, samples: int
    ) -> None:
        super().__init__(counts, hidden, tied)
        smoothed = counts.double().clamp(min=1)  # (V,)
        self.register_buffer("draws", draw_probabilities(smoothed, shortlist, samples), persistent=False)
        self.register_buffer("shares", smoothed / smoothed.sum(), persistent=False)
        self._corrections: dict[int, Tensor] = {}

    def forward(self, hidden: Tensor, targets: Tensor, dtype: torch.dtype) -> Tensor:
        """Return an estimate of the mean of -log P(target | h); not an estimate where nothing is trained."""
        if not self.training:
            return super().forward(hidden, targets, dtype)
        is_class, places = self.draw(targets)
        classes = is_class.nonzero().squeeze(1)  # (C,)
        log_q = self.log_inclusion(len(targets))
        bias = self.bias[classes] - log_q[classes]
        vectors = look_up(classes, self.U)  # (C, H)
        return mean_cross_entropy(hidden, vectors, bias, places, dtype, log_q[targets])

    def draw(self, targets: Tensor) -> tuple[Tensor, Tensor]:
        """Return which words are classes, (V,), and the places of the targets among them, (N,)."""
        chances = torch.rand(
            len(self.draws)
        )  # on any device from the one generator whose state training keeps
        is_class = chances.to(targets.device) < self.draws
        is_class[targets] = True
        return is_class, torch.cumsum(is_class, dim=0)[targets] - 1

    def log_inclusion(self, rows: int) -> Tensor:
        """Return log q, the log-probability of each word to be among the classes of so many rows, (V,)."""
        found = self._corrections.get(rows)
        if found is None or found.device != self.draws.device:
            absent = (1 - self.draws) * (1 - self.shares) ** rows
            found = torch.log1p(-absent).float()
            self._corrections = {rows: found}
        return found


def draw_probabilities(counts: Tensor, shortlist: int, samples: int) -> Tensor:
    """Return p of each word, (V,): 1 for the shortlist, for others by their counts, ``samples`` in sum."""
    draws = torch.ones_like(counts)
    if samples >= len(counts) - shortlist:
        return draws
    wishes = counts[shortlist:] ** POWER
    largest = wishes.sort(descending=True).values
    rest = largest.flip(0).cumsum(0).flip(0)  # the sum of each and all below it
    certain = torch.arange(len(largest), device=counts.device)  # those above it, if their probability is 1
    is_share = largest * (samples - certain) <= rest
    first = int(is_share.int().argmax())
    draws[shortlist:] = (wishes * ((samples - first) / rest[first])).clamp(max=1)
    return draws
