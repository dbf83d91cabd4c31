"""Walks on a graph: the sentences that word2vec reads."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.compile import available_threads, run_shards, shard_bounds
from nextword.embedding.graphs.graph import Graph
from nextword.embedding.graphs.walking import kernels
from nextword.errors import SettingError
from nextword.lm.settings import check_real, check_whole

BATCH = 1 << 22
"""About so many steps are held at once."""
SALT = 0x77616C6B73
"""Added to the seed, so that walks do not share their random numbers with the training on them."""
LARGEST_BIAS = 1e6


@dataclass(frozen=True, kw_only=True, slots=True)
class WalkSettings:
    """How many walks begin at every node, how long they are, and where they like to go."""

    walks: int = 10
    """Walks from each node."""
    length: int = 80
    """Nodes of a walk, its first included; shorter where there is no edge to go on."""
    p: float = 1.0
    """The return parameter: the larger, the rarer a walk goes straight back."""
    q: float = 1.0
    """The in-out parameter: above 1, walks stay near where they were; below, they go outward."""
    seed: int = 1

    def __post_init__(self) -> None:
        check_whole("the number of walks", self.walks, 1, "try 10")
        check_whole("the length of a walk", self.length, 2, "try 80")
        check_whole("the seed", self.seed, 0, "try 1")
        for name, value in (("p", self.p), ("q", self.q)):
            check_real(name, value, 1 / LARGEST_BIAS, LARGEST_BIAS, "try 1, or 0.25 to 4")

    def as_dict(self) -> dict[str, Any]:
        """Return all settings, as ``config.json`` keeps them."""
        return asdict(self)

    @property
    def is_first_order(self) -> bool:
        """Whether a step depends on the last node alone."""
        return self.p == self.q == 1


class Walks:
    """The walks of a graph, made anew, and the same, each time they are asked for.

    Iterating yields arrays of node places, (n, length), int32; -1 follows the end of a walk that could go no
    further. Every round has one walk from each node, in an order of its own. What a walk draws depends on the seed,
    the round and its first node alone, so any number of threads makes the same walks. Steps are first-order where
    p and q are 1 (DeepWalk; Perozzi, Al-Rfou and Skiena 2014), else second-order (node2vec; Grover and Leskovec
    2016), where the distance of two nodes is told by the edges out of the earlier one.
    """

    def __init__(
        self, graph: Graph, settings: WalkSettings = WalkSettings(), threads: int | None = None
    ) -> None:
        if threads is not None and threads < 1:
            raise SettingError(f"there must be at least 1 thread, got {threads}")
        self.graph = graph
        self.settings = settings
        self.threads = available_threads() if threads is None else threads
        self._kept: tuple[int, NDArray[np.int32]] | None = None
        weighted = 0 if graph.weights is None else len(graph.weights)
        self._weights = np.empty(0) if graph.weights is None else graph.weights
        self._table = np.empty(weighted, dtype=np.uint64)
        self._totals = np.empty(len(graph) if weighted else 0)
        if weighted:
            kernels.build_aliases(graph.offsets, self._weights, self._table, self._totals)

    def __len__(self) -> int:
        return self.settings.walks * len(self.graph)

    def __iter__(self) -> Iterator[NDArray[np.int32]]:
        size = max(1, BATCH // self.settings.length)
        for first in range(0, len(self), size):
            yield self.rows(first, min(first + size, len(self)))

    def rows(self, first: int, last: int) -> NDArray[np.int32]:
        """Return the walks ``first`` to ``last``, (n, length); those of a round stand together."""
        starts = self._starts(first, last)
        rows = np.empty((last - first, self.settings.length), dtype=np.int32)

        def walk(begin: int, end: int) -> None:
            self._walk(starts[begin:end], first + begin, rows[begin:end])

        run_shards(walk, shard_bounds(last - first, self.threads))
        return rows

    def visits(self) -> NDArray[np.int64]:
        """Return how often the walks come to each node, (V,)."""
        return count_visits(self, len(self.graph))

    def _starts(self, first: int, last: int) -> NDArray[np.int32]:
        """Return the first nodes of some walks: every round is a permutation, so that no order is learned."""
        nodes = len(self.graph)
        rounds = range(first // nodes, -(-last // nodes))
        parts = [self._order(each)[max(first - each * nodes, 0) : last - each * nodes] for each in rounds]
        return np.concatenate(parts)

    def _order(self, number: int) -> NDArray[np.int32]:
        """Return the order of a round's walks; a round of a large graph is many batches, so the last is kept."""
        if self._kept is None or self._kept[0] != number:
            random = np.random.default_rng((self.settings.seed, number))
            self._kept = number, random.permutation(np.arange(len(self.graph), dtype=np.int32))
        return self._kept[1]

    def _walk(self, starts: NDArray[np.int32], first: int, rows: NDArray[np.int32]) -> None:
        graph, settings = self.graph, self.settings
        seed = np.uint64((settings.seed + SALT) % 2**64)
        if settings.is_first_order:
            kernels.walk_first_order(graph.offsets, graph.neighbours, self._table, starts, first, seed, rows)
        else:
            kernels.walk_second_order(
                graph.offsets, graph.neighbours, self._weights, self._totals, self._table,
                1 / settings.p, 1 / settings.q, starts, first, seed, rows,
            )  # fmt: skip


def count_visits(batches: Iterable[NDArray[np.int32]], nodes: int) -> NDArray[np.int64]:
    """Return how often walks come to each node, (V,).

    >>> count_visits([np.array([[0, 1, 0], [2, -1, -1]])], 3).tolist()
    [2, 1, 1]
    """
    counts = np.zeros(nodes + 1, dtype=np.int64)  # the first for -1
    for rows in batches:
        counts += np.bincount(rows.ravel() + 1, minlength=len(counts))
    return counts[1:]
