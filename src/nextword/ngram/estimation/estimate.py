"""From counts to a back-off automaton."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import BoolArray
from nextword.compile import available_threads, run_shards, shard_bounds
from nextword.errors import SettingError
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.counting.counts import NgramCounts
from nextword.ngram.estimation import kernels
from nextword.ngram.estimation.smoothing import (
    FALLBACK_DISCOUNT,
    FALLBACK_DISCOUNTS,
    Smoothing,
    discount_table,
)
from nextword.text.vocabulary import SENTENCE_START, SPECIAL_TOKENS


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
) -> Estimate:
    """Estimate every n-gram's probability and every context's back-off weight.

    ``thresholds[k - 1]`` drops the n-grams of order k that occur that often or less; what they had goes to the
    shorter context.
    """
    limits = check_thresholds(thresholds, counts.order)
    adjusted = counts.left_counts() if smoothing.left_counts else _plain_counts(counts)
    probabilities = np.empty(len(counts.words))
    backoffs = np.empty(int(counts.starts[counts.order]))
    kept_words = _kept_words(counts, limits[0])
    types = float(len(kept_words) - 1)  # <s> is never predicted
    probabilities[0] = 1.0 / types
    all_discounts, fallback_orders = [], []
    for order in range(1, counts.order + 1):
        tally = np.zeros(5, dtype=np.int64)
        kernels.count_of_counts(adjusted, counts.starts[order], counts.starts[order + 1], tally)
        discounts = smoothing.discounts(order, tally)
        all_discounts.append(discounts)
        if discounts is FALLBACK_DISCOUNTS or discounts is FALLBACK_DISCOUNT:
            fallback_orders.append(order)
        mass = smoothing.added_mass(types)
        _one_order(
            counts, adjusted, order, limits[order - 1], discounts, mass, smoothing, probabilities, backoffs,
            threads or available_threads(),
        )  # fmt: skip
        if order == 1:
            _finish_unigrams(probabilities, backoffs, counts, smoothing)
    automaton = _automaton(
        counts, limits, kept_words, probabilities, backoffs, threads or available_threads()
    )
    return Estimate(automaton, kept_words, all_discounts, fallback_orders)


def _plain_counts(counts: NgramCounts) -> NDArray[np.int32]:
    """Return the counts, with 0 for ``<s>``, which is given and never predicted."""
    plain = counts.counts.copy()
    plain[1 + SENTENCE_START] = 0
    return plain


def _kept_words(counts: NgramCounts, threshold: int) -> NDArray[np.int64]:
    kept = (
        counts.counts[counts.nodes(1)] > threshold if threshold > 0 else np.ones(counts.vocabulary_size, bool)
    )
    kept[: len(SPECIAL_TOKENS)] = True
    return np.flatnonzero(kept)


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
    threads: int,
) -> None:
    """Estimate the n-grams of one order, from the order below."""
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
            first, last, counts.children, counts.suffixes, adjusted, occurrences, threshold,
            discount_table(discounts), *mass, probabilities, backoffs,
        )  # fmt: skip

    for first, last in silent:
        kernels.pass_through(first, last, counts.children, counts.suffixes, probabilities, backoffs)
    for first, last in speaking:
        shards = shard_bounds(last - first, threads)
        run_shards(lambda begin, end, base=first: interpolate(base + begin, base + end), shards)  # type: ignore[misc]


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


def _automaton(
    counts: NgramCounts,
    limits: list[int],
    kept_words: NDArray[np.int64],
    probabilities: NDArray[np.float64],
    backoffs: NDArray[np.float64],
    threads: int,
) -> Automaton:
    """Drop what is pruned, take logarithms and freeze the arrays."""
    for values in (probabilities, backoffs):
        run_shards(
            lambda first, last, values=values: kernels.to_logarithms(values, first, last),  # type: ignore[misc]
            shard_bounds(len(values), threads),
        )
    if not any(limits):
        return Automaton(
            counts.order, counts.starts, counts.words, counts.children, counts.suffixes, counts.counts,
            probabilities, backoffs,
        )  # fmt: skip
    kept = _kept_nodes(counts, limits, kept_words)
    renumbered = np.empty(len(kept) + 1, dtype=np.int32)
    kernels.renumber(kept, renumbered)
    starts = renumbered[counts.starts].astype(np.int64)
    kept_contexts = kept[: len(backoffs)]
    new_words = np.cumsum(kept[counts.nodes(1)], dtype=np.int32) - 1
    words = counts.words[kept]
    words[1:] = new_words[words[1:]]
    children = renumbered[counts.children[:-1][kept_contexts]]
    return Automaton(
        counts.order,
        starts,
        words,
        np.append(children, renumbered[-1]),
        renumbered[counts.suffixes[kept]],
        counts.counts[kept],
        probabilities[kept],
        backoffs[kept_contexts],
    )


def _kept_nodes(counts: NgramCounts, limits: list[int], kept_words: NDArray[np.int64]) -> BoolArray:
    kept = np.ones(len(counts.words), dtype=np.bool_)
    for order in range(2, counts.order + 1):
        nodes = counts.nodes(order)
        kept[nodes] = counts.counts[nodes] > limits[order - 1]
    kept[counts.nodes(1)] = False
    kept[1 + kept_words] = True
    return kept
