"""One order of n-grams while it is estimated."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import IntArray
from nextword.compile import run_shards, shard_bounds
from nextword.ngram.counting.counts import NgramCounts
from nextword.ngram.estimation import kernels

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Level:
    """One order: its n-grams, the contexts they continue, and the arrays, those of all orders, to be filled."""

    order: int
    counts: NgramCounts
    adjusted: Ints
    """(nodes,): what the smoothing counts, occurrences or left words; 0 for ``<s>``."""
    occurrences: Ints
    """(nodes,): how often each n-gram occurs, with special tokens above any threshold."""
    threshold: int
    """N-grams that occur so often or less are dropped."""
    types: int
    """The words that can follow: V less ``<s>``."""
    probabilities: Floats
    """(nodes,): p(last word | the words before it), and p(any word) below the unigrams at 0."""
    backoffs: Floats
    """(contexts,): the weight of the shorter context."""
    threads: int

    @property
    def contexts(self) -> slice:
        """The contexts: the n-grams one word shorter."""
        return self.counts.nodes(self.order - 1) if self.order > 1 else slice(0, 1)

    @property
    def tree(self) -> tuple[Ints, Ints]:
        """Where each context's n-grams are, and each n-gram without its first word."""
        return self.counts.children, self.counts.suffixes

    @property
    def estimates(self) -> tuple[Floats, Floats]:
        """What a smoothing fills."""
        return self.probabilities, self.backoffs

    def tally(self, largest: int) -> IntArray:
        """Return how many n-grams have count j, for j from 0 (not counted) to ``largest``."""
        tally = np.zeros(largest + 1, dtype=np.int64)
        nodes = self.counts.nodes(self.order)
        kernels.count_of_counts(self.adjusted, nodes.start, nodes.stop, tally)
        return tally

    def run(self, work: Callable[[int, int], object], contexts: slice | None = None) -> None:
        """Run ``work(first, last)`` over the contexts, or some of them, on all threads."""
        chosen = self.contexts if contexts is None else contexts
        shards = shard_bounds(chosen.stop - chosen.start, self.threads)
        run_shards(lambda begin, end: work(chosen.start + begin, chosen.start + end), shards)
