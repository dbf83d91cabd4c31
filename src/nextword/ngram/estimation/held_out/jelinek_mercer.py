"""Jelinek and Mercer's interpolation, with weights fitted on text held out."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import IntArray, TokenIds
from nextword.errors import SettingError
from nextword.ngram.counting.counts import NgramCounts
from nextword.ngram.estimation.base import Smoothing, Taken
from nextword.ngram.estimation.held_out import kernels
from nextword.ngram.estimation.held_out.evidence import Evidence, leave_one_out, read_evidence
from nextword.ngram.estimation.held_out.maximise import maximise
from nextword.ngram.estimation.level import Level

BUCKET_TOKENS = 1000
"""A weight is fitted on at least so many tokens, where the order has as many."""
Buckets = tuple[tuple[int, float], ...]
"""The weights of one order: (lowest count of the context, weight), by rising count."""
UNREACHED: Buckets = ((1, 0.5),)
"""The weight of an order whose contexts the held-out text never meets."""


@dataclass(frozen=True, kw_only=True)
class JelinekMercer(Smoothing):
    """Maximum likelihood of every order, mixed with the shorter contexts' by weights fitted on other text.

        p(w | h) = weight c(hw) / c(h) + (1 - weight) p(w | shorter h)

    and below the words alone all are equally likely. A weight belongs to an order and to a range of c(h): the
    oftener a context was seen, the more it is believed. Jelinek and Mercer, "Interpolated estimation of Markov source
    parameters from sparse data" (1980); Chen and Goodman (1998), equation 12.

    The weights are those under which the held-out text is likeliest. Without one, every token of the training text
    is held out in turn while all the others are counted: leaving one out (Ney, Essen and Kneser 1994), which needs
    nothing but the counts. Like discounts, weights come from all n-grams, before any is pruned.
    """

    name: ClassVar[str] = "jelinek-mercer"
    weights: tuple[Buckets, ...] | None = None
    """For each order (lowest count of the context, weight) pairs, in place of those fitted."""

    def __post_init__(self) -> None:
        for order, buckets in enumerate(self.weights or (), start=1):
            counts, weights = [count for count, _ in buckets], [weight for _, weight in buckets]
            if counts[:1] != [1] or sorted(set(counts)) != counts:
                raise SettingError(
                    f"the weights of order {order} are for counts of the context that begin at 1 and rise, "
                    f"got {counts}; try ((1, 0.3), (10, 0.6))"
                )
            if not all(0 <= weight < 1 for weight in weights):
                raise SettingError(
                    f"weights are at least 0 and below 1, got {weights} for order {order}; try 0.5"
                )

    @property
    def fits_weights(self) -> bool:
        """Whether there are weights to fit: none are given."""
        return self.weights is None

    def fit(self, counts: NgramCounts, held_out: TokenIds | None) -> tuple[Self, dict[str, Any]]:
        """Return the smoothing with weights for every order.

        Raises SettingError for given weights of fewer or more orders, and the errors of `read_evidence`.
        """
        if self.weights is not None:
            if len(self.weights) != counts.order:
                raise SettingError(
                    f"weights of {len(self.weights)} orders for a model of order {counts.order}"
                )
            return self, {}
        evidence = leave_one_out(counts) if held_out is None else read_evidence(counts, held_out)
        lowest = [_cut(evidence.totals[:, k], evidence.tokens) for k in range(counts.order)]
        slots = _slots(evidence, lowest)
        fit = maximise(evidence, slots, sum(map(len, lowest)), 1 / (counts.vocabulary_size - 1))
        tokens = float(evidence.tokens.sum())
        report = {
            "source": "leaving one out" if held_out is None else "held-out text",
            "tokens": int(tokens),
            "steps": len(fit.log_likelihoods) - 1,
            "perplexity": float(np.exp(-fit.log_likelihoods[-1] / tokens)),
        }
        return replace(self, weights=_by_order(lowest, fit.weights)), {"held_out": report}

    def estimate(self, level: Level) -> Taken:
        """Mix the n-grams of one order with the shorter contexts."""
        if self.weights is None:
            raise SettingError("the weights are not fitted; call fit first")
        buckets = self.weights[level.order - 1]
        lowest = np.array([count for count, _ in buckets])
        weights = np.array([weight for _, weight in buckets])
        level.ask_shorter()
        level.run(
            lambda first, last: kernels.weigh(
                first, last, level.counts.children, level.adjusted, level.occurrences, level.threshold, lowest, weights,
                *level.estimates,
            )
        )  # fmt: skip
        return Taken(is_fallback=buckets is UNREACHED)


def _cut(totals: IntArray, tokens: NDArray[np.float64]) -> list[int]:
    """Return the lowest counts of as many buckets as there can be with `BUCKET_TOKENS` tokens in each.

    Nothing, where no context was met.
    """
    met = totals > 0
    counts, places = np.unique(totals[met], return_inverse=True)
    tokens_by_count = np.bincount(places, weights=tokens[met])
    lowest, held = [1], 0.0
    for count, more in zip(counts.tolist(), tokens_by_count.tolist(), strict=True):
        if held >= BUCKET_TOKENS:
            lowest.append(count)
            held = 0.0
        held += more
    if held < BUCKET_TOKENS and len(lowest) > 1:
        lowest.pop()
    return lowest if met.any() else []


def _slots(evidence: Evidence, lowest: list[list[int]]) -> IntArray:
    """Return which weight is that of each row's context of each order, (R, N); -1 for one that was not seen."""
    slots = np.full(evidence.totals.shape, -1, dtype=np.int32)
    before = 0
    for k, counts in enumerate(lowest):
        met = evidence.totals[:, k] > 0
        slots[met, k] = before + np.searchsorted(counts, evidence.totals[met, k], side="right") - 1
        before += len(counts)
    return slots


def _by_order(lowest: list[list[int]], weights: NDArray[np.float64]) -> tuple[Buckets, ...]:
    rest = iter(weights.tolist())
    return tuple(tuple((count, next(rest)) for count in counts) or UNREACHED for counts in lowest)
