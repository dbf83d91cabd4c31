"""Leave out of a finished automaton what is pruned."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import BoolArray, IntArray
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.estimation import kernels
from nextword.workspace import Workspace


def drop_ngrams(
    automaton: Automaton, limits: list[int], kept_words: NDArray[np.int64], space: Workspace
) -> Automaton:
    """Return an automaton without the n-grams of order k seen ``limits[k - 1]`` times or less, and their words.

    Every context and every suffix of an n-gram that stays stays too: it is seen as often, and limits never fall.
    """
    kept = _kept_nodes(automaton, limits, kept_words, space)
    numbers = _numbers(kept, space)
    starts = numbers[automaton.starts].astype(np.int64)

    def select(values: NDArray[Any]) -> NDArray[Any]:
        selected = space.empty(int(numbers[len(values)]), values.dtype.type)
        space.run(
            lambda first, last: kernels.select(first, last, kept, numbers, values, selected), 0, len(values)
        )
        return selected

    return Automaton(
        automaton.order,
        starts,
        _renamed(select(automaton.words), kept[automaton.starts[1] : automaton.starts[2]], space),
        _children(automaton, kept, numbers, starts, space),
        _suffixes(automaton, kept, numbers, space),
        select(automaton.counts),
        select(automaton.log_probs),
        select(automaton.backoffs),
    )


def _kept_nodes(
    automaton: Automaton, limits: list[int], kept_words: NDArray[np.int64], space: Workspace
) -> BoolArray:
    """Return which nodes stay, (nodes,)."""
    kept = space.empty(len(automaton.words), np.bool_)
    kept[: int(automaton.starts[2])] = False
    kept[0] = True
    kept[1 + kept_words] = True
    for order in range(2, automaton.order + 1):

        def compare(first: int, last: int, limit: int = limits[order - 1]) -> None:
            kept[first:last] = automaton.counts[first:last] > limit

        space.run(compare, int(automaton.starts[order]), int(automaton.starts[order + 1]))
    return kept


def _numbers(kept: BoolArray, space: Workspace) -> IntArray:
    """Return how many nodes stay before each node, (nodes + 1,): the new number of those that stay."""
    numbers = space.empty(len(kept) + 1, np.int32)
    numbers[0] = 0

    def count(first: int, last: int) -> None:
        before = numbers[first]
        kernels.renumber(kept[first:last], numbers[first : last + 1])
        numbers[first : last + 1] += before

    space.walk(count, 0, len(kept))
    return numbers


def _renamed(words: NDArray[np.int32], kept: BoolArray, space: Workspace) -> NDArray[np.int32]:
    """Replace the old ids of words by new ones; ``kept`` (V,) says which words stay."""
    new_words = np.cumsum(kept, dtype=np.int32) - np.int32(1)

    def rename(first: int, last: int) -> None:
        words[first:last] = new_words[words[first:last]]

    space.run(rename, 1, len(words))
    return words


def _children(
    automaton: Automaton, kept: BoolArray, numbers: IntArray, starts: NDArray[np.int64], space: Workspace
) -> NDArray[np.int32]:
    """Return the first child of every context that stays, and behind them the number of nodes."""
    children = space.empty(int(starts[-2]) + 1, np.int32)

    def select(first: int, last: int) -> None:
        kernels.select_links(first, last, 0, len(numbers), kept, numbers, automaton.children, children)

    space.run(select, 0, int(automaton.starts[-2]))
    children[-1] = starts[-1]
    return children


def _suffixes(
    automaton: Automaton, kept: BoolArray, numbers: IntArray, space: Workspace
) -> NDArray[np.int32]:
    """Return the suffix of every node that stays; the order below is gone through window by window."""
    suffixes = space.empty(int(numbers[-1]), np.int32)
    suffixes[0] = 0
    for order in range(1, automaton.order + 1):
        below, first_node, end_node = (int(start) for start in automaton.starts[order - 1 : order + 2])
        for low, high in space.windows(below, first_node, numbers.itemsize):

            def select(first: int, last: int, low: int = low, high: int = high) -> None:
                kernels.select_links(first, last, low, high, kept, numbers, automaton.suffixes, suffixes)

            space.run(select, first_node, end_node)
    return suffixes
