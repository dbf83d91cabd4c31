"""Work over the contexts of an automaton, shared among threads by how many children they have."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from nextword.compile import available_threads, run_shards
from nextword.ngram.automaton.automaton import Automaton

SHARD_NODES = 50_000
"""Fewer nodes a thread than this are not worth a thread."""


def over_contexts(automaton: Automaton, first: int, last: int, work: Callable[[int, int], object]) -> None:
    """Call ``work(begin, end)`` on runs of the contexts first..last with about as many nodes each."""
    # Frequent words have small numbers and most of the children: equal runs would be unequal work.
    nodes = automaton.children[first : last + 1].astype(np.int64) + np.arange(last + 1 - first)
    shards = min(available_threads(), 1 + int(nodes[-1] - nodes[0]) // SHARD_NODES)
    cuts = np.searchsorted(nodes, np.linspace(nodes[0], nodes[-1], shards + 1)[1:-1])
    bounds = np.unique([0, *cuts.tolist(), last - first]) + first
    run_shards(work, list(pairwise(bounds.tolist())) or [(first, last)])


def levels(automaton: Automaton) -> Iterator[tuple[int, int]]:
    """Yield the first and last context of each order, from the words up."""
    for order in range(1, automaton.order):
        yield int(automaton.starts[order]), int(automaton.starts[order + 1])
