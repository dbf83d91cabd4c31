"""Interpolated smoothings, each as what it takes from the counts of seen words and what it adds to a context.

p(w | h) = (a(hw) - D(a(hw))) / (a(h) + m(h)) + gamma(h) p(w | shorter h): they differ in the counts a, the
discounts D and the added mass m(h).
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nextword.arrays import IntArray
from nextword.errors import SettingError
from nextword.ngram.estimation import kernels
from nextword.ngram.estimation.base import Smoothing, Taken
from nextword.ngram.estimation.level import Level
from nextword.text.vocabulary import UNKNOWN

FALLBACK_DISCOUNTS = (0.5, 1.0, 1.5)
"""D(1), D(2) and D(3 or more) where the counts do not determine them, as ``lmplz --discount_fallback`` has."""
FALLBACK_DISCOUNT = (0.5, 0.5, 0.5)
"""The same where there is one discount."""


@dataclass(frozen=True, kw_only=True)
class Interpolated(Smoothing):
    """The seen words of a context give up a part, and all words share it as the shorter context has it."""

    interpolate_unigrams: bool = True
    """Whether words share the mass left to unseen ones; if not, ``<unk>`` has all of it."""

    @abstractmethod
    def discounts(self, order: int, tally: IntArray) -> tuple[float, float, float]:
        """Return D(1), D(2) and D(3 or more) of an order; ``tally[j]`` n-grams have count j, j from 1 to 4."""

    def added_mass(self, types: float) -> tuple[float, float, float]:
        """Return m(h) as (constant, a distinct following word, a following token); ``types`` is V less ``<s>``."""
        return 0.0, 0.0, 0.0

    def estimate(self, level: Level) -> Taken:
        """Estimate the n-grams of one order."""
        discounts = self.discounts(level.order, level.tally(4))
        level.ask_shorter()
        self.interpolate(level, discounts)
        if level.order == 1 and not self.interpolate_unigrams:
            _give_to_unknown(level)
        return Taken(discounts, discounts is FALLBACK_DISCOUNTS or discounts is FALLBACK_DISCOUNT)

    def interpolate(
        self, level: Level, discounts: tuple[float, float, float], contexts: slice | None = None
    ) -> None:
        """Interpolate every context with the shorter one, or only some contexts."""
        by_count, mass = np.array((0.0, *discounts)), self.added_mass(float(level.types))
        level.run(
            lambda first, last: kernels.interpolate(
                first, last, level.counts.children, level.adjusted, level.occurrences, level.threshold, by_count, *mass,
                *level.estimates,
            ),
            contexts,
        )  # fmt: skip


def _give_to_unknown(level: Level) -> None:
    """Take back what every word has got of the mass for unseen ones, and give ``<unk>`` all of it."""
    probabilities, backoffs = level.estimates
    probabilities[level.counts.nodes(1)] -= backoffs[0] * probabilities[0]
    probabilities[1 + UNKNOWN] += backoffs[0]


@dataclass(frozen=True, kw_only=True)
class MaximumLikelihood(Interpolated):
    """p(w | h) = c(hw) / c(h): what has not been seen is impossible."""

    name: ClassVar[str] = "mle"

    def discounts(self, order: int, tally: IntArray) -> tuple[float, float, float]:
        """Take nothing."""
        return 0.0, 0.0, 0.0


@dataclass(frozen=True, kw_only=True)
class Additive(Interpolated):
    """p(w | h) = (c(hw) + delta) / (c(h) + delta V), Lidstone's law; Laplace's with delta = 1.

    That is an interpolation with the uniform distribution: m(h) = delta V. A context that was never seen is
    uniform, whatever is known of shorter ones. V counts ``<unk>`` and ``</s>`` but not ``<s>``.
    """

    name: ClassVar[str] = "additive"
    delta: float = 1.0
    """The pseudo-count of every word."""

    def __post_init__(self) -> None:
        if not 0 < self.delta < float("inf"):
            raise SettingError(
                f"delta must be a positive number, got {self.delta}; 1 is Laplace's, 0.1 usual"
            )

    def discounts(self, order: int, tally: IntArray) -> tuple[float, float, float]:
        """Take nothing."""
        return 0.0, 0.0, 0.0

    def added_mass(self, types: float) -> tuple[float, float, float]:
        """Return delta V."""
        return self.delta * types, 0.0, 0.0

    def interpolate(
        self, level: Level, discounts: tuple[float, float, float], contexts: slice | None = None
    ) -> None:
        """Smooth the full contexts alone: shorter ones have no say, unless a sentence's start cuts them short."""
        if level.order == level.counts.order:
            super().interpolate(level, discounts)
            return
        every = level.contexts
        full = level.counts.sentence_starts(level.order - 1) if level.order > 1 else slice(1, 1)
        for silent in (slice(every.start, full.start), slice(full.stop, every.stop)):
            level.backoffs[silent] = 1.0  # and the order below speaks
        super().interpolate(level, discounts, full)


@dataclass(frozen=True, kw_only=True)
class ModifiedKneserNey(Interpolated):
    """Interpolated modified Kneser-Ney: discounts by count, and shorter contexts that count left words.

    Chen and Goodman, "An empirical study of smoothing techniques for language modeling" (1998), equations 26
    to 29, with the conventions of KenLM (Heafield et al. 2013): discounts come from all n-grams before pruning.
    """

    name: ClassVar[str] = "modified-kneser-ney"
    left_counts: ClassVar[bool] = True
    discount: tuple[float, float, float] | None = None
    """D(1), D(2), D(3 or more) of every order, in place of those that the counts suggest."""

    def __post_init__(self) -> None:
        for count, discount in enumerate(self.discount or (), start=1):
            if not 0 <= discount <= count:
                raise SettingError(f"the discount of count {count} must be from 0 to {count}, got {discount}")
        if self.discount is not None and len(self.discount) != 3:
            raise SettingError(
                f"modified Kneser-Ney has three discounts, got {len(self.discount)}; try 0.5,1,1.5"
            )

    def discounts(self, order: int, tally: IntArray) -> tuple[float, float, float]:
        """Return D(j) = j - (j + 1) Y n(j+1) / n(j) with Y = n(1) / (n(1) + 2 n(2)).

        Where that is undefined or out of range, all three are `FALLBACK_DISCOUNTS`.
        """
        if self.discount is not None:
            return self.discount
        _, n1, n2, n3, n4 = (int(n) for n in tally[:5])
        if min(n1, n2, n3) == 0:
            return FALLBACK_DISCOUNTS
        ratio = n1 / (n1 + 2 * n2)
        found = (1 - 2 * ratio * n2 / n1, 2 - 3 * ratio * n3 / n2, 3 - 4 * ratio * n4 / n3)
        in_range = all(0 <= discount <= count for count, discount in enumerate(found, start=1))
        return found if in_range else FALLBACK_DISCOUNTS


@dataclass(frozen=True, kw_only=True)
class OneDiscount(Interpolated):
    """A single discount an order: D = n(1) / (n(1) + 2 n(2)), or one that is given."""

    discount: float | None = None
    """D, from 0 to 1."""

    def __post_init__(self) -> None:
        if self.discount is not None and not 0 <= self.discount <= 1:
            raise SettingError(f"the discount must be from 0 to 1, got {self.discount}; 0.75 is usual")

    def discounts(self, order: int, tally: IntArray) -> tuple[float, float, float]:
        """Return D three times; 0.5 where no n-gram was seen once or none twice."""
        n1, n2 = int(tally[1]), int(tally[2])
        if self.discount is None and min(n1, n2) == 0:
            return FALLBACK_DISCOUNT
        discount = n1 / (n1 + 2 * n2) if self.discount is None else self.discount
        return discount, discount, discount


@dataclass(frozen=True, kw_only=True)
class AbsoluteDiscounting(OneDiscount):
    """Every seen word gives up the same part of its count to the shorter context.

    Ney, Essen and Kneser, "On structuring probabilistic dependences in stochastic language modelling" (1994).
    """

    name: ClassVar[str] = "absolute-discounting"


@dataclass(frozen=True, kw_only=True)
class KneserNey(OneDiscount):
    """Absolute discounting whose shorter contexts count left words.

    Kneser and Ney, "Improved backing-off for m-gram language modeling" (1995), interpolated as in Chen and
    Goodman (1998), equation 24.
    """

    name: ClassVar[str] = "kneser-ney"
    left_counts: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class WittenBell(Interpolated):
    """As much for unseen words as there are different seen ones: m(h) = T(h), the types after h.

    Witten and Bell, "The zero-frequency problem" (1991), method C, interpolated as in Chen and Goodman (1998),
    equation 15.
    """

    name: ClassVar[str] = "witten-bell"

    def discounts(self, order: int, tally: IntArray) -> tuple[float, float, float]:
        """Take nothing."""
        return 0.0, 0.0, 0.0

    def added_mass(self, types: float) -> tuple[float, float, float]:
        """Return one for every distinct following word."""
        return 0.0, 1.0, 0.0
