"""Katz's back-off with Good and Turing's discounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nextword.arrays import BoolArray, IntArray
from nextword.errors import SettingError
from nextword.ngram.estimation.back_off import kernels
from nextword.ngram.estimation.base import Smoothing, Taken
from nextword.ngram.estimation.level import Level
from nextword.text.vocabulary import SENTENCE_START

MOST_TRUSTED = 1000


@dataclass(frozen=True, kw_only=True)
class Katz(Smoothing):
    """Seen words keep d(r) of their count r; unseen ones share the rest as the shorter context has them.

        p(w | h) = d(c(hw)) c(hw) / c(h)     if hw was seen
                   alpha(h) p(w | shorter h) else

    Katz, "Estimation of probabilities from sparse data" (1987), as in Chen and Goodman (1998), section 2.5. Where
    they leave a choice:

    - Words alone are discounted too, and words never seen, ``<unk>`` among them, share equally what that frees,
      about n(1) / N, Good and Turing's estimate. (Chen and Goodman, and SRILM as it comes, discount no words
      alone, which leaves next to nothing for a word outside the vocabulary.)
    - Where all that follows h is trusted, nothing would be left for other words: one is added to c(h), as
      SRILM does.
    - Where every word of the vocabulary follows h, nobody needs a share, and nothing is taken.
    - What is pruned counts as unseen, and its share goes to alpha(h).
    """

    name: ClassVar[str] = "katz"
    trust_above: int = 5
    """k: counts above this one are trusted, and keep all."""

    def __post_init__(self) -> None:
        if isinstance(self.trust_above, bool) or not isinstance(self.trust_above, int):
            raise SettingError(f"trust_above must be a whole number, got {self.trust_above!r}; 5 is Katz's")
        if not 2 <= self.trust_above <= MOST_TRUSTED:
            raise SettingError(
                f"trust_above must be from 2 to {MOST_TRUSTED}, got {self.trust_above}; 5 is Katz's"
            )

    def ratios(self, tally: IntArray) -> tuple[float, ...] | None:
        """Return d(1) to d(k), or None where they are undefined or not in (0, 1]; ``tally[r]`` is n(r).

            d(r) = ((r + 1) n(r+1) / (r n(r)) - A) / (1 - A)  with  A = (k + 1) n(k+1) / n(1)

        >>> [round(d, 3) for d in Katz(trust_above=2).ratios(np.array([0, 100, 40, 10]))]
        [0.714, 0.107]
        """
        k = self.trust_above
        n = tally.astype(np.float64)
        if not n[1 : k + 1].all() or (k + 1) * n[k + 1] >= n[1]:
            return None
        r = np.arange(1, k + 1)
        common = (k + 1) * n[k + 1] / n[1]
        ratios = ((r + 1) * n[r + 1] / (r * n[r]) - common) / (1 - common)
        return tuple(ratios.tolist()) if np.all((ratios > 0) & (ratios <= 1)) else None

    def fallback_ratios(self) -> tuple[float, ...]:
        """Return d(r) = (r - 1/2) / r, absolute discounting by a half, for orders whose counts give no d(r)."""
        return tuple((r - 0.5) / r for r in range(1, self.trust_above + 1))

    def estimate(self, level: Level) -> Taken:
        """Give seen n-grams their discounted share; the back-off weights hold what is left, until `finish`."""
        found = self.ratios(level.tally(self.trust_above + 1))
        if level.order == 1 and not _unseen(level).any():
            found = (1.0,) * self.trust_above
        ratios = self.fallback_ratios() if found is None else found
        by_count = np.array((0.0, *ratios, 1.0))
        level.run(
            lambda first, last: kernels.discount(
                first, last, level.counts.children, level.adjusted, level.occurrences, level.threshold,
                by_count, level.types, *level.estimates,
            )
        )  # fmt: skip
        return Taken(ratios, found is None)

    def finish(self, levels: Sequence[Level]) -> None:
        """Turn what is left into alpha, from the longest contexts on: each reads what its shorter one has left."""
        words, *longer = levels
        for level in reversed(longer):
            _back_off(level)
        _share_among_unseen(words)


def _back_off(level: Level) -> None:
    nodes = level.nodes
    shorter = level.ask_shorter(level.space.empty(nodes.stop - nodes.start, np.float64))
    level.run(
        lambda first, last: kernels.back_off(
            first, last, level.counts.children, level.counts.suffixes, shorter, nodes.start, *level.estimates
        )
    )


def _share_among_unseen(level: Level) -> None:
    """Give each word that was never seen the same part of what the seen ones left."""
    unseen = _unseen(level)
    if unseen.any():
        level.probabilities[level.counts.nodes(1)][unseen] = level.backoffs[0] / np.count_nonzero(unseen)


def _unseen(level: Level) -> BoolArray:
    """Return which words of the vocabulary were never seen, (V,)."""
    nodes = level.counts.nodes(1)
    is_kept = (level.threshold == 0) | (level.occurrences[nodes] > level.threshold)
    unseen: BoolArray = is_kept & (level.adjusted[nodes] == 0)
    unseen[SENTENCE_START] = False
    return unseen
