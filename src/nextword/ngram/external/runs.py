"""Sorted runs on disk: the trees of pieces of a text, one behind the other."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nextword.ngram.counting.counts import Ints, NgramCounts
from nextword.scratch import Scratch


@dataclass(frozen=True, slots=True)
class Runs:
    """Trees of n-grams as `NgramCounts` has them, R of them, without suffix links.

    A tree is a sorted run already: breadth first, its n-grams of each order stand in the order of their words.
    """

    starts: NDArray[np.int64]
    """(R, order + 2): order k of run r is its nodes starts[r, k] to starts[r, k + 1]."""
    words: Ints
    """(all nodes,): the last word of every node, run after run."""
    counts: Ints
    """(all nodes,)."""
    children: Ints
    """(all contexts + R,): node h of a run has the children children[h] to children[h + 1] of that run."""
    node_bases: NDArray[np.int64]
    """(R,): where the words and counts of each run begin."""
    child_bases: NDArray[np.int64]
    """(R,): where the children of each run begin."""

    def __len__(self) -> int:
        return len(self.starts)

    def chosen(self, first: int, last: int) -> "Runs":
        """Return some of the runs."""
        return replace(
            self,
            starts=self.starts[first:last],
            node_bases=self.node_bases[first:last],
            child_bases=self.child_bases[first:last],
        )

    @property
    def order(self) -> int:
        """The longest n-gram."""
        return int(self.starts.shape[1]) - 2


class RunsWriter:
    """Runs that are being written."""

    def __init__(self, scratch: Scratch) -> None:
        self.words = scratch.appender(np.int32)
        self.counts = scratch.appender(np.int32)
        self.children = scratch.appender(np.int32)
        self._starts: list[NDArray[np.int64]] = []

    def add(self, tree: NgramCounts) -> None:
        """Write a tree as one run."""
        self.words.append(tree.words)
        self.counts.append(tree.counts)
        self.children.append(tree.children)
        self.close_run(tree.starts)

    def close_run(self, starts: NDArray[np.int64]) -> None:
        """Say that a run is whole, and where its orders begin, (order + 2,)."""
        self._starts.append(starts)

    def finish(self) -> Runs:
        """Return what was written."""
        starts = np.array(self._starts)
        nodes, contexts = starts[:, -1], starts[:, -2] + 1
        return Runs(
            starts,
            self.words.mapped(),
            self.counts.mapped(),
            self.children.mapped(),
            np.cumsum(nodes) - nodes,
            np.cumsum(contexts) - contexts,
        )
