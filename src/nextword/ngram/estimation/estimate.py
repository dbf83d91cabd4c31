"""From counts to a back-off automaton."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import TokenIds
from nextword.errors import SettingError
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.counting.counts import NgramCounts
from nextword.ngram.estimation import kernels
from nextword.ngram.estimation.dropping import drop_ngrams
from nextword.ngram.estimation.level import Level
from nextword.ngram.estimation.smoothing import Smoothing, check_held_out
from nextword.text.vocabulary import SENTENCE_START, SPECIAL_TOKENS
from nextword.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimated model, and what there is to say about it."""

    automaton: Automaton
    kept_words: NDArray[np.int64]
    """The old id of every word that is left, by new id."""
    smoothing: Smoothing
    """With its weights, where it has any."""
    fitted: dict[str, Any]
    """What there is to say of their fitting."""
    discounts: list[tuple[float, ...]]
    """What the smoothing took from seen n-grams, for every order from 1 up."""
    fallback_orders: list[int]
    """The orders whose counts did not determine that."""


def check_thresholds(thresholds: Sequence[int], order: int) -> list[int]:
    """Return one threshold an order: the last is repeated. Raises SettingError unless they rise or stay.

    >>> check_thresholds([0, 1], order=4)
    [0, 1, 1, 1]
    """
    if isinstance(thresholds, int):
        raise SettingError(f"pruning thresholds are a list, one an order, got {thresholds}; try [0, 0, 1]")
    given = list(thresholds) or [0]
    if not all(isinstance(threshold, int | np.integer) for threshold in given):
        raise SettingError(f"pruning thresholds are whole numbers, got {given}; try [0, 0, 1]")
    if len(given) > order:
        raise SettingError(f"{len(given)} pruning thresholds for order {order}; give at most one an order")
    if given[0] < 0 or any(left > right for left, right in pairwise(given)):
        raise SettingError(f"pruning thresholds start at 0 or more and never fall, got {given}; try 0,0,1")
    return given + given[-1:] * (order - len(given))


def estimate(
    counts: NgramCounts,
    smoothing: Smoothing,
    thresholds: Sequence[int] = (),
    *,
    held_out: TokenIds | None = None,
    threads: int | None = None,
    workspace: Workspace | None = None,
) -> Estimate:
    """Estimate every n-gram's probability and every context's back-off weight.

    ``thresholds[k - 1]`` drops the n-grams of order k that occur that often or less; what they had goes to the
    shorter context. ``held_out`` (T,) is text for smoothings that fit weights. ``workspace`` says where the arrays
    live (in memory), and the result is the same anywhere.
    """
    space = workspace or Workspace(threads)
    limits = check_thresholds(thresholds, counts.order)
    check_held_out(smoothing, held_out)
    smoothing, fitted = smoothing.fit(counts, held_out)
    kept_words = _kept_words(counts, limits[0])
    levels = _levels(counts, smoothing, limits, len(kept_words) - 1, space)
    taken = []
    for level in levels:
        taken.append(smoothing.estimate(level))
        if level.order == 1:
            level.probabilities[1 + SENTENCE_START] = 0.0  # given, never predicted
    smoothing.finish(levels)
    return Estimate(
        _automaton(counts, limits, kept_words, *levels[0].estimates, space),
        kept_words,
        smoothing,
        fitted,
        [part.discounts for part in taken],
        [order for order, part in enumerate(taken, start=1) if part.is_fallback],
    )


def _levels(
    counts: NgramCounts, smoothing: Smoothing, limits: list[int], types: int, space: Workspace
) -> list[Level]:
    """Return the orders from 1 up, nothing estimated but the uniform distribution below them."""
    adjusted = counts.left_counts(space) if smoothing.left_counts else _plain_counts(counts, space)
    probabilities = space.empty(len(counts.words), np.float64)
    backoffs = space.empty(int(counts.starts[counts.order]), np.float64)
    probabilities[0] = 1.0 / types
    return [
        Level(
            order,
            counts,
            adjusted,
            _occurring_words(counts, limit) if order == 1 else counts.counts,
            limit,
            types,
            probabilities,
            backoffs,
            space,
        )
        for order, limit in enumerate(limits, start=1)
    ]


def _occurring_words(counts: NgramCounts, threshold: int) -> NDArray[np.int32]:
    """Return how often each word occurs, (1 + V,), the special tokens above the threshold: they are never pruned."""
    occurrences = counts.counts[: 1 + counts.vocabulary_size]
    if threshold > 0:
        occurrences = occurrences.copy()
        occurrences[1 : 1 + len(SPECIAL_TOKENS)] = threshold + 1
    return occurrences


def _plain_counts(counts: NgramCounts, space: Workspace) -> NDArray[np.int32]:
    """Return the counts, with 0 for ``<s>``, which is given and never predicted."""
    plain = space.empty(len(counts.counts), np.int32)
    space.copy(counts.counts, plain)
    plain[1 + SENTENCE_START] = 0
    return plain


def _kept_words(counts: NgramCounts, threshold: int) -> NDArray[np.int64]:
    kept = (
        counts.counts[counts.nodes(1)] > threshold if threshold > 0 else np.ones(counts.vocabulary_size, bool)
    )
    kept[: len(SPECIAL_TOKENS)] = True
    return np.flatnonzero(kept)


def _automaton(
    counts: NgramCounts,
    limits: list[int],
    kept_words: NDArray[np.int64],
    probabilities: NDArray[np.float64],
    backoffs: NDArray[np.float64],
    space: Workspace,
) -> Automaton:
    """Take logarithms, drop what is pruned and freeze the arrays."""
    # A probability that rounding has lifted above one is one. A back-off weight may be above: it is no probability.
    for values, highest in ((probabilities, 0.0), (backoffs, np.inf)):

        def take(first: int, last: int, of: NDArray[np.float64] = values, highest: float = highest) -> None:
            kernels.to_logarithms(of, first, last, highest)

        space.run(take, 0, len(values))
    automaton = Automaton(
        counts.order, counts.starts, counts.words, counts.children, counts.suffixes, counts.counts,
        probabilities, backoffs,
    )  # fmt: skip
    return drop_ngrams(automaton, limits, kept_words, space) if any(limits) else automaton
