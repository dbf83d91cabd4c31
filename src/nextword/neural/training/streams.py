"""The corpus as B contiguous streams, side by side, cut into steps of T words."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from nextword.text.vocabulary import SENTENCE_END


@dataclass(frozen=True)
class Streams:
    """A text (N,) as B streams: row b of a step goes on where row b of the step before it stopped.

    A text too short for B streams of ``steps`` words has fewer.
    """

    text: Tensor
    batch: int
    steps: int

    @property
    def rows(self) -> int:
        """B, as the length of the text allows."""
        return max(1, min(self.batch, len(self.text) // self.steps))

    def count(self) -> int:
        """Return how many steps an epoch has."""
        return -(-self._length(self._spread - 1) // self.steps)

    def epoch(self, generator: torch.Generator, first: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield words and the words that follow them, both (T, B), from step ``first`` on.

        Each epoch begins some words later than the text, so that no two have the same borders between steps.
        """
        offset = int(torch.randint(self._spread, (1,), generator=generator))
        before = torch.cat([self.text.new_full((1,), SENTENCE_END), self.text[:-1]])
        words, targets = self._side_by_side(before, offset), self._side_by_side(self.text, offset)
        for step in range(first, self.count()):
            begin, end = step * self.steps, (step + 1) * self.steps
            yield words[begin:end].contiguous(), targets[begin:end].contiguous()

    def _side_by_side(self, text: Tensor, offset: int) -> Tensor:
        """Return a text from ``offset`` on as (L, B); up to B - 1 words at its end remain over."""
        length = self._length(offset)
        return text[offset : offset + length * self.rows].view(self.rows, length).T

    def _length(self, offset: int) -> int:
        return (len(self.text) - offset) // self.rows

    @property
    def _spread(self) -> int:
        """How many places an epoch may begin at: a long text can do without some words, a short one cannot."""
        return self.steps if len(self.text) >= 20 * self.steps * self.rows else 1
