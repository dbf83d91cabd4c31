"""Whether the arrays of an automaton are those of a language model, whatever file they come from.

`check_outline` asks what costs a moment however large the model is, `verify` looks at every number. Both are plain
NumPy in runs that fit the cache: a small model is verified before a compiler could be loaded.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import BoolArray
from nextword.compile import available_threads, run_shards, shard_bounds
from nextword.errors import ModelFormatError
from nextword.ngram.automaton.automaton import Automaton
from nextword.text.vocabulary import SENTENCE_END, SENTENCE_START

LARGEST_BACKOFF = 99.0 * math.log(10.0)
"""The largest logarithm of a back-off weight, that of 10^99."""
RUN_NODES = 1 << 15
"""So many nodes are looked at together: their numbers stay in the cache."""

Nodes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RowSums:
    """The sums of the probabilities after each context, of which the one that is farthest from one counts."""

    totals: NDArray[np.float64]
    """(contexts,): sum over w of P(w | h)."""
    worst: int
    """The context whose sum is farthest from one, among those that a text can lead to."""

    @property
    def error(self) -> float:
        """How far the worst sum is from one."""
        return abs(float(self.totals[self.worst]) - 1.0)


def check_outline(automaton: Automaton) -> None:
    """Raise ModelFormatError unless the words are numbered, finite and one level lies below the other; O(V)."""
    starts, children = automaton.starts, automaton.children
    size = automaton.vocabulary_size
    last = 1 + size
    _require(size > SENTENCE_END, "the words are not all there: there are", size)
    below = children[starts[:-1]]  # where the children of each order's first node begin
    _require(
        np.array_equal(below, starts[1:]), "the orders do not lie below one another:", below[:8].tolist()
    )
    numbered = np.array_equal(automaton.words[1:last], np.arange(size))
    _require(numbered, "the words are not numbered from 0:", automaton.words[1:9].tolist())
    links = automaton.suffixes[:last]
    _require(not links.any(), "the suffix links of words lead to", links[:8].tolist())
    _check_numbers(automaton, slice(0, last), slice(0, min(last, len(automaton.backoffs))))
    given = automaton.log_probs[1 + SENTENCE_START]
    _require(given == -np.inf, "<s>, which is given, has the log-probability", given)


def verify(automaton: Automaton) -> RowSums:
    """Look at every number of an automaton; return what the probabilities after each context sum to.

    Raises ModelFormatError for words out of order, links that lead elsewhere than to the longest suffix, and
    numbers that are no logarithms of probabilities and back-off weights.
    """
    check_outline(automaton)
    totals = np.zeros(len(automaton.backoffs))
    with np.errstate(over="ignore", invalid="ignore"):  # sums of a hostile file; they are compared below
        totals[0] = np.exp(automaton.log_probs[1 : int(automaton.starts[2])]).sum()
        for order in range(1, automaton.order):
            _verify_order(automaton, order, totals)
    return RowSums(totals, _worst(automaton, totals))


def _verify_order(automaton: Automaton, order: int, totals: NDArray[np.float64]) -> None:
    """Verify the children of the contexts of one order, with the sums of shorter contexts at hand."""
    first, last = int(automaton.starts[order]), int(automaton.starts[order + 1])
    slices = automaton.children[first : last + 1]
    _require(
        bool((slices[1:] >= slices[:-1]).all()), "the tree of n-grams runs backwards at order", order + 1
    )
    runs = list(_runs(slices, first))

    def check(begin: int, end: int) -> None:
        for run in runs[begin:end]:
            totals[run] = _Children(automaton, order, run).verified_totals(totals)

    if runs:
        run_shards(check, shard_bounds(len(runs), available_threads()))


def _runs(slices: NDArray[np.int32], first: int) -> Iterator[slice]:
    """Cut the contexts from ``first`` on into runs with about `RUN_NODES` children and at most so many contexts."""
    place = 0
    while place < len(slices) - 1:
        most = min(place + RUN_NODES, len(slices) - 1)
        end = (
            place
            + int(np.searchsorted(slices[place : most + 1], slices[place] + RUN_NODES, side="right"))
            - 1
        )
        end = max(end, place + 1)
        yield slice(first + place, first + end)
        place = end


class _Children:
    """The children of a run of contexts: n nodes, one after the other."""

    def __init__(self, automaton: Automaton, order: int, contexts: slice) -> None:
        self.automaton, self.order, self.contexts = automaton, order, contexts
        children = automaton.children
        self.nodes = slice(int(children[contexts.start]), int(children[contexts.stop]))
        self.sizes = np.diff(children[contexts.start : contexts.stop + 1])
        self.words = automaton.words[self.nodes]

    def verified_totals(self, totals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Check all numbers and return the sum of each row.

        What a context h keeps comes from its own numbers, all else from its longest suffix h':

            sum over w of P(w | h) = sum over kept w of p(w | h) + gamma(h) (1 - sum over kept w of P(w | h'))

        where the 1 is the sum of the row of h'.
        """
        automaton = self.automaton
        _check_numbers(automaton, self.nodes, self.contexts)
        self._check_words()
        shorter = automaton.suffixes[self.contexts]
        own = self._sum_by_context(np.exp(automaton.log_probs[self.nodes]))
        theirs = self._sum_by_context(np.exp(self._suffix_log_probs(shorter)))
        return own + np.exp(automaton.backoffs[self.contexts]) * (totals[shorter] - theirs)

    def _check_words(self) -> None:
        words = self.words
        if len(words) == 0:
            return
        low, high = int(words.min()), int(words.max())
        known = low >= 0 and high < self.automaton.vocabulary_size
        _require(known, f"{self.order + 1}-grams hold words that there are not:", f"ids from {low} to {high}")
        rises = words[1:] > words[:-1]
        begins = np.cumsum(self.sizes)[:-1] - 1  # where a slice of children begins, words may fall
        rises[begins[(begins >= 0) & (begins < len(rises))]] = True
        _require(bool(rises.all()), f"the {self.order + 1}-grams are not sorted; seen", words[:8].tolist())

    def _suffix_log_probs(self, shorter: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return log P(w | h') of every child hw, and check its link on the way.

        The link must lead to h'w where that is a node. Else, as in ARPA files with holes, the suffixes of h' are
        asked, at the price of their back-off.
        """
        automaton = self.automaton
        found: Nodes = automaton.suffixes[self.nodes].astype(np.int64)
        begin, end = int(automaton.starts[1]), int(automaton.starts[self.order + 1])
        leads_on = (found >= begin) & (found < end)
        _require(
            bool(leads_on.all()),
            "suffix links lead to no shorter n-gram but to",
            found[~leads_on][:8].tolist(),
        )
        same_word = automaton.words[found] == self.words
        _require(
            bool(same_word.all()),
            "suffix links lead to n-grams that end otherwise:",
            found[~same_word][:8].tolist(),
        )
        context: Nodes = np.repeat(shorter, self.sizes).astype(np.int64)
        log_probs = automaton.log_probs[found]
        waiting = np.flatnonzero(~_is_child(automaton, context, found))
        while len(waiting):
            here = context[waiting]
            astray = (here == 0) | _has_child(automaton, here, self.words[waiting])
            _require(
                not astray.any(),
                "suffix links miss the longest suffix of",
                _nodes(self.nodes, waiting[astray]),
            )
            log_probs[waiting] += automaton.backoffs[here]
            context[waiting] = automaton.suffixes[here]
            waiting = waiting[~_is_child(automaton, context[waiting], found[waiting])]
        return log_probs

    def _sum_by_context(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.zeros(len(self.sizes))
        filled = self.sizes > 0
        if filled.any():
            begins = np.cumsum(self.sizes) - self.sizes
            sums[filled] = np.add.reduceat(values, begins[filled])
        return sums


def _check_numbers(automaton: Automaton, nodes: slice, contexts: slice) -> None:
    """Raise ModelFormatError for what is no logarithm of a probability or weight; NaN compares as false."""
    log_probs, backoffs = automaton.log_probs[nodes], automaton.backoffs[contexts]
    wrong = ~(log_probs <= 0.0)
    _require(not wrong.any(), "log-probabilities above 0 or not numbers:", log_probs[wrong][:8].tolist())
    wrong = ~(backoffs <= LARGEST_BACKOFF)
    _require(
        not wrong.any(), "back-off weights that are too large or not numbers:", backoffs[wrong][:8].tolist()
    )
    counts = automaton.counts[nodes]
    _require(not (counts < 0).any(), "counts below 0:", counts[counts < 0][:8].tolist())


def _is_child(automaton: Automaton, contexts: Nodes, nodes: Nodes) -> BoolArray:
    children = automaton.children
    inside: BoolArray = (children[contexts] <= nodes) & (nodes < children[contexts + 1])
    return inside


def _has_child(automaton: Automaton, contexts: Nodes, words: NDArray[np.int32]) -> BoolArray:
    """Whether each context goes on with a word: bisection of all slices at once."""
    low = automaton.children[contexts].astype(np.int64)
    end = automaton.children[contexts + 1].astype(np.int64)
    high = end.copy()
    while (open_ := low < high).any():
        middle = np.where(open_, (low + high) >> 1, 0)
        falls_short = automaton.words[middle] < words
        low = np.where(open_ & falls_short, middle + 1, low)
        high = np.where(open_ & ~falls_short, middle, high)
    inside = low < end
    found: BoolArray = inside & (automaton.words[np.where(inside, low, 0)] == words)
    return found


def _worst(automaton: Automaton, totals: NDArray[np.float64]) -> int:
    """Return the context whose sum is farthest from one; no text leads to those that end in ``</s>``."""
    error = np.abs(totals - 1.0)
    error[np.isnan(error)] = np.inf
    error[automaton.words[: len(totals)] == SENTENCE_END] = 0.0
    return int(error.argmax())


def _nodes(nodes: slice, places: Nodes) -> list[int]:
    shown: list[int] = (nodes.start + places[:8]).tolist()
    return shown


def _require(kept: bool, what: str, seen: object) -> None:
    if not kept:
        raise ModelFormatError(f"{what} {seen}")
