"""Stupid backoff: ratios of counts, and a fixed price for each word of context given up."""

from dataclasses import dataclass
from typing import ClassVar

from nextword.errors import SettingError
from nextword.ngram.estimation.back_off import kernels
from nextword.ngram.estimation.base import Smoothing, Taken
from nextword.ngram.estimation.level import Level


@dataclass(frozen=True, kw_only=True)
class StupidBackoff(Smoothing):
    """A score, not a probability: the ratio of counts where there is one, else alpha times that of less context.

        S(w | h) = c(hw) / c(h)          if hw was seen
                   alpha S(w | shorter h) else

    Brants, Popat, Xu, Och and Dean, "Large language models in machine translation" (2007), equation 5. A word never
    seen at all scores alpha / N, as if seen alpha times in the N tokens. A context that was never seen itself
    costs nothing: the longest part of it that was seen speaks.
    """

    name: ClassVar[str] = "stupid-backoff"
    is_distribution: ClassVar[bool] = False
    alpha: float = 0.4
    """What each word of context given up costs."""

    def __post_init__(self) -> None:
        if isinstance(self.alpha, bool) or not 0 < self.alpha <= 1:
            raise SettingError(f"alpha must be above 0 and at most 1, got {self.alpha}; 0.4 is usual")

    def estimate(self, level: Level) -> Taken:
        """Rate the n-grams of one order."""
        if level.order == 1:  # below the words: one occurrence among all tokens
            level.probabilities[0] = 1 / int(level.counts.counts[0])
        level.ask_shorter()
        level.run(
            lambda first, last: kernels.rate(
                first, last, level.counts.children, level.adjusted, level.occurrences, level.threshold, self.alpha,
                *level.estimates,
            )
        )  # fmt: skip
        return Taken()
