"""Smoothing methods, each as what it takes from the counts of seen words and what it adds to a context.

All are interpolations, p(w | h) = (a(hw) - D(a(hw))) / (a(h) + m(h)) + gamma(h) p(w | shorter h): they differ in
the counts a, the discounts D and the added mass m(h).
"""

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.errors import SettingError

FALLBACK_DISCOUNTS = (0.5, 1.0, 1.5)
"""D(1), D(2) and D(3 or more) where the counts do not determine them, as ``lmplz --discount_fallback`` has."""
FALLBACK_DISCOUNT = (0.5, 0.5, 0.5)
"""The same where there is one discount."""


@dataclass(frozen=True, kw_only=True)
class Smoothing(ABC):
    """How counts become probabilities."""

    name: ClassVar[str]
    left_counts: ClassVar[bool] = False
    """Whether orders below the highest count left words in place of occurrences."""
    full_contexts_only: ClassVar[bool] = False
    """Whether a context cut short by the data says nothing of its own."""
    interpolate_unigrams: bool = True
    """Whether words share the mass left to unseen ones; if not, ``<unk>`` has all of it."""

    @abstractmethod
    def discounts(self, order: int, tally: IntArray) -> tuple[float, float, float]:
        """Return D(1), D(2) and D(3 or more) of an order; ``tally[j]`` n-grams have count j, j from 1 to 4."""

    def added_mass(self, types: float) -> tuple[float, float, float]:
        """Return m(h) as (constant, a distinct following word, a following token); ``types`` is V less ``<s>``."""
        return 0.0, 0.0, 0.0

    def settings(self) -> dict[str, Any]:
        """Return the method and its parameters."""
        return {"name": self.name, **asdict(self)}


@dataclass(frozen=True, kw_only=True)
class MaximumLikelihood(Smoothing):
    """p(w | h) = c(hw) / c(h): what has not been seen is impossible."""

    name: ClassVar[str] = "mle"

    def discounts(self, order: int, tally: IntArray) -> tuple[float, float, float]:
        """Take nothing."""
        return 0.0, 0.0, 0.0


@dataclass(frozen=True, kw_only=True)
class Additive(Smoothing):
    """p(w | h) = (c(hw) + delta) / (c(h) + delta V), Lidstone's law; Laplace's with delta = 1.

    That is an interpolation with the uniform distribution: m(h) = delta V. A context that was never seen is
    uniform, whatever is known of shorter ones. V counts ``<unk>`` and ``</s>`` but not ``<s>``.
    """

    name: ClassVar[str] = "additive"
    full_contexts_only: ClassVar[bool] = True
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


@dataclass(frozen=True, kw_only=True)
class ModifiedKneserNey(Smoothing):
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
class OneDiscount(Smoothing):
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
class WittenBell(Smoothing):
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


SMOOTHINGS: dict[str, type[Smoothing]] = {
    kind.name: kind
    for kind in (MaximumLikelihood, Additive, WittenBell, AbsoluteDiscounting, KneserNey, ModifiedKneserNey)
}


def make_smoothing(name: str, **parameters: float | bool) -> Smoothing:
    """Return a smoothing by its name; raises SettingError for unknown names and parameters.

    >>> make_smoothing("additive", delta=0.5)
    Additive(interpolate_unigrams=True, delta=0.5)
    """
    if name not in SMOOTHINGS:
        raise SettingError(f"unknown smoothing {name!r}; known are {', '.join(SMOOTHINGS)}")
    try:
        return SMOOTHINGS[name](**parameters)  # type: ignore[arg-type]
    except TypeError:
        known = ", ".join(field.name for field in fields(SMOOTHINGS[name]))
        given = ", ".join(parameters)
        raise SettingError(
            f"{name} smoothing has no such parameter: {given}; it has {known} "
            "(delta belongs to additive, discount to those that discount)"
        ) from None


def as_smoothing(smoothing: Smoothing | str | None) -> Smoothing:
    """Return a smoothing given as itself, by name, or not at all (modified Kneser-Ney)."""
    if smoothing is None:
        return ModifiedKneserNey()
    if isinstance(smoothing, str):
        return make_smoothing(smoothing)
    if not isinstance(smoothing, Smoothing):
        raise SettingError(
            f"a smoothing is a name or an object such as ModifiedKneserNey(), got {smoothing!r}"
        )
    return smoothing


def discount_table(discounts: tuple[float, float, float]) -> FloatArray:
    """Return D by count: (0, D(1), D(2), D(3 or more))."""
    return np.array((0.0, *discounts))
