"""A graph as arrays: the sorted neighbours of every node."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray, IntArray
from nextword.embedding.graphs import kernels
from nextword.errors import InputError, shown

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """V nodes and where their edges lead, in compressed sparse rows. ``from_edges`` makes it.

    >>> graph = Graph.from_edges(["a", "b", "c"], [0, 1], [1, 2])
    >>> [[graph.nodes[other] for other in graph.neighbours_of(node)] for node in range(3)]
    [['b'], ['a', 'c'], ['b']]
    """

    nodes: Sequence[str]
    offsets: Longs
    """(V + 1,): node v has the entries from ``offsets[v]`` to ``offsets[v + 1]``."""
    neighbours: Ints
    """An entry for each way to go: two for an undirected edge, one for a loop or a directed edge; sorted by node."""
    weights: Doubles | None
    """The weight of each entry; None where all weigh the same."""
    directed: bool

    @classmethod
    def from_edges(
        cls,
        nodes: Sequence[str],
        sources: Sequence[int] | IntArray,
        targets: Sequence[int] | IntArray,
        weights: Sequence[float] | FloatArray | None = None,
        *,
        directed: bool = False,
    ) -> "Graph":
        """Return the graph of some edges, (n,) each, by the places of their ends among the nodes.

        Weights of an edge that is given several times add up; without weights it is one edge all the same.
        Raises InputError for places outside the nodes, weights that are not positive numbers, arrays of
        different lengths, and a graph without an edge.
        """
        begins, ends = _places(sources, len(nodes)), _places(targets, len(nodes))
        masses = np.ones(len(begins)) if weights is None else np.asarray(weights, dtype=np.float64)
        if not len(begins) == len(ends) == len(masses):
            raise InputError(
                f"{len(begins)} sources, {len(ends)} targets and {len(masses)} weights make no edges; "
                "give as many of each"
            )
        if len(masses) == 0:
            raise InputError("a graph without an edge has no walks; give at least one edge")
        with np.errstate(over="ignore"):
            total = masses.sum()
        if not (masses.min() > 0 and total < np.inf):
            raise InputError(
                f"weights must be positive numbers with a finite sum, got {masses.min()} to {masses.max()}"
            )
        offsets, neighbours, masses = _sorted_rows(len(nodes), begins, ends, masses, directed=directed)
        is_uniform = weights is None or masses.min() == masses.max()
        return cls(nodes, offsets, neighbours, None if is_uniform else masses, directed)

    def __len__(self) -> int:
        return len(self.nodes)

    @property
    def degrees(self) -> Longs:
        """(V,), how many neighbours each node has to go to."""
        return np.diff(self.offsets)

    @property
    def edges(self) -> int:
        """How many different edges there are."""
        if self.directed:
            return len(self.neighbours)
        loops = int(np.count_nonzero(self.neighbours == np.repeat(np.arange(len(self)), self.degrees)))
        return (len(self.neighbours) + loops) // 2

    def neighbours_of(self, node: int) -> Ints:
        """Return the nodes that a node has edges to, in rising order."""
        return self.neighbours[self.offsets[node] : self.offsets[node + 1]]


def _places(side: Sequence[int] | IntArray, nodes: int) -> Ints:
    places = np.asarray(side)
    if places.ndim != 1 or (places.size and not np.issubdtype(places.dtype, np.integer)):
        raise InputError(f"the ends of edges are a row of whole numbers, got {shown(side)}")
    if places.size and (places.min() < 0 or places.max() >= nodes):
        raise InputError(
            f"the ends of edges are places from 0 to {nodes - 1} among the {nodes} nodes, "
            f"got {places.min()} to {places.max()}"
        )
    return places.astype(np.int32, copy=False)


def _sorted_rows(
    nodes: int, sources: Ints, targets: Ints, weights: Doubles, *, directed: bool
) -> tuple[Longs, Ints, Doubles]:
    """Sort by two passes of counting: edges by target, then these groups by source."""
    into, out = np.bincount(targets, minlength=nodes), np.bincount(sources, minlength=nodes)
    if not directed:
        both = into + out
        both -= np.bincount(sources[sources == targets], minlength=nodes)
        into = out = both
    total = int(into.sum())
    columns, masses = np.empty(total, dtype=np.int32), np.empty(total)
    offsets = _begins(into)
    places = offsets[:-1].copy()
    kernels.gather_edges(targets, sources, weights, False, places, columns, masses)
    if not directed:
        kernels.gather_edges(sources, targets, weights, True, places, columns, masses)
    neighbours, sorted_weights = np.empty_like(columns), np.empty_like(masses)
    rows = _begins(out)
    kernels.transpose(offsets, columns, masses, rows[:-1].copy(), neighbours, sorted_weights)
    left = kernels.merge_duplicates(rows, neighbours, sorted_weights)
    return rows, neighbours[:left].copy(), sorted_weights[:left].copy()


def _begins(sizes: IntArray) -> Longs:
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
