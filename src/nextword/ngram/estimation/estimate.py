"""From counts to a back-off automaton."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nextword.errors import SettingError
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.counting.counts import NgramCounts
from nextword.ngram.estimation import kernels
from nextword.ngram.estimation.dropping import drop_ngrams
from nextword.ngram.estimation.smoothing import (
    FALLBACK_DISCOUNT,
    FALLBACK_DISCOUNTS,
    Smoothing,
    discount_table,
)
from nextword.text.vocabulary import SENTENCE_START, SPECIAL_TOKENS
from nextword.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimated model, and what there is to say about it."""

    automaton: Automaton
    kept_words: NDArray[np.int64]
    """The old id of every word that is left, by new id."""
    discounts: list[tuple[float, float, float]]
    """D(1), D(2), D(3 or more) of every order from 1 up."""
    fallback_orders: list[int]
    """The orders whose counts did not determine the discounts."""


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
    threads: int | None = None,
    workspace: Workspace | None = None,
) -> Estimate:
    """Estimate every n-gram's probability and every context's back-off weight.

    ``thresholds[k - 1]`` drops the n-grams of order k that occur that often or less; what they had goes to the
    shorter context. ``workspace`` says where the arrays live (in memory), and the result is the same anywhere.
    """
    space = workspace or Workspace(threads)
    limits = check_thresholds(thresholds, counts.order)
    adjusted = counts.left_counts(space) if smoothing.left_counts else _plain_counts(counts, space)
    probabilities = space.empty(len(counts.words), np.float64)
    backoffs = space.empty(int(counts.starts[counts.order]), np.float64)
    kept_words = _kept_words(counts, limits[0])
    types = float(len(kept_words) - 1)  # <s> is never predicted
    probabilities[0] = 1.0 / types
    all_discounts, fallback_orders = [], []
    for order in range(1, counts.order + 1):
        discounts = smoothing.discounts(order, _count_of_counts(counts, adjusted, order, space))
        all_discounts.append(discounts)
        if discounts is FALLBACK_DISCOUNTS or discounts is FALLBACK_DISCOUNT:
            fallback_orders.append(order)
        mass = smoothing.added_mass(types)
        _look_up_suffixes(counts, order, probabilities, space)
        _one_order(
            counts, adjusted, order, limits[order - 1], discounts, mass, smoothing, probabilities, backoffs, space
        )  # fmt: skip
        if order == 1:
            _finish_unigrams(probabilities, backoffs, counts, smoothing)
    for values in (probabilities, backoffs):
        _take_logarithms(values, space)
    automaton = Automaton(
        counts.order, counts.starts, counts.words, counts.children, counts.suffixes, counts.counts,
        probabilities, backoffs,
    )  # fmt: skip
    if any(limits):
        automaton = drop_ngrams(automaton, limits, kept_words, space)
    return Estimate(automaton, kept_words, all_discounts, fallback_orders)


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


def _count_of_counts(
    counts: NgramCounts, adjusted: NDArray[np.int32], order: int, space: Workspace
) -> NDArray[np.int64]:
    """Return how many n-grams of an order have each count from 1 to 4, (5,)."""

    def tally(first: int, last: int) -> NDArray[np.int64]:
        found = np.zeros(5, dtype=np.int64)
        kernels.count_of_counts(adjusted, first, last, found)
        return found

    nodes = counts.nodes(order)
    return sum(space.run(tally, nodes.start, nodes.stop), start=np.zeros(5, dtype=np.int64))


def _look_up_suffixes(
    counts: NgramCounts, order: int, probabilities: NDArray[np.float64], space: Workspace
) -> None:
    """Give the n-grams of an order what the order below says; that is gone through window by window."""
    nodes, below = counts.nodes(order), counts.nodes(order - 1) if order > 1 else slice(0, 1)
    for low, high in space.windows(below.start, below.stop, probabilities.itemsize):

        def look_up(first: int, last: int, low: int = low, high: int = high) -> None:
            kernels.look_up_suffixes(first, last, low, high, counts.suffixes, probabilities)

        space.run(look_up, nodes.start, nodes.stop)


def _one_order(
    counts: NgramCounts,
    adjusted: NDArray[np.int32],
    order: int,
    threshold: int,
    discounts: tuple[float, float, float],
    mass: tuple[float, float, float],
    smoothing: Smoothing,
    probabilities: NDArray[np.float64],
    backoffs: NDArray[np.float64],
    space: Workspace,
) -> None:
    """Estimate the n-grams of one order, where ``probabilities`` holds what the order below says."""
    contexts = counts.nodes(order - 1) if order > 1 else slice(0, 1)
    silent: list[tuple[int, int]] = []
    speaking = [(contexts.start, contexts.stop)]
    if smoothing.full_contexts_only and order < counts.order:
        full = counts.sentence_starts(order - 1) if order > 1 else slice(0, 0)
        silent = [(contexts.start, full.start), (full.stop, contexts.stop)]
        silent = [(0, 1)] if order == 1 else silent
        speaking = [(full.start, full.stop)] if order > 1 else []

    occurrences = counts.counts
    if order == 1 and threshold > 0:  # the special tokens are never pruned
        occurrences = occurrences[: 1 + counts.vocabulary_size].copy()
        occurrences[1 : 1 + len(SPECIAL_TOKENS)] = threshold + 1

    def interpolate(first: int, last: int) -> None:
        kernels.interpolate(
            first, last, counts.children, adjusted, occurrences, threshold,
            discount_table(discounts), *mass, probabilities, backoffs,
        )  # fmt: skip

    def be_silent(first: int, last: int) -> None:
        backoffs[first:last] = 1.0  # the order below speaks

    for first, last in silent:
        space.run(be_silent, first, last)
    for first, last in speaking:
        space.run_contexts(interpolate, counts.children, first, last)


def _finish_unigrams(
    probabilities: NDArray[np.float64],
    backoffs: NDArray[np.float64],
    counts: NgramCounts,
    smoothing: Smoothing,
) -> None:
    """Give ``<s>`` nothing, and ``<unk>`` all that is left where unigrams are not interpolated."""
    if not smoothing.interpolate_unigrams:
        probabilities[counts.nodes(1)] -= backoffs[0] * probabilities[0]
        probabilities[1] += backoffs[0]
    probabilities[1 + SENTENCE_START] = 0.0


def _take_logarithms(values: NDArray[np.float64], space: Workspace) -> None:
    space.run(lambda first, last: kernels.to_logarithms(values, first, last), 0, len(values))
