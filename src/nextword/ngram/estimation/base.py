"""What every smoothing is: a way to estimate one order of n-grams after the other."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

from nextword.arrays import TokenIds
from nextword.ngram.counting.counts import NgramCounts
from nextword.ngram.estimation.level import Level


@dataclass(frozen=True, slots=True)
class Taken:
    """What a smoothing has taken from the seen n-grams of one order."""

    discounts: tuple[float, ...] = ()
    """By count from 1 up, in the smoothing's own terms; nothing where it has none."""
    is_fallback: bool = False
    """Whether the counts, or the held-out text, did not determine it."""


@dataclass(frozen=True, kw_only=True)
class Smoothing(ABC):
    """How counts become probabilities."""

    name: ClassVar[str]
    left_counts: ClassVar[bool] = False
    """Whether orders below the highest count left words in place of occurrences."""
    is_distribution: ClassVar[bool] = True
    """Whether what follows a context sums to one."""

    @abstractmethod
    def estimate(self, level: Level) -> Taken:
        """Estimate the n-grams of one order and the back-off weights of their contexts; shorter ones are done."""

    def finish(self, levels: Sequence[Level]) -> None:  # noqa: B027 (most have nothing left to do)
        """Do what has to wait until all orders, from 1 up, are estimated: for most, nothing."""

    @property
    def fits_weights(self) -> bool:
        """Whether there are weights to fit, so that held-out text is of use."""
        return False

    def fit(self, counts: NgramCounts, held_out: TokenIds | None) -> tuple[Self, dict[str, Any]]:
        """Return the smoothing with its weights fitted, and what a model's settings should say of that."""
        return self, {}

    def settings(self) -> dict[str, Any]:
        """Return the method and its parameters."""
        return {"name": self.name, **asdict(self)}
