"""One order of n-grams while it is estimated."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import IntArray
from nextword.ngram.counting.counts import NgramCounts
from nextword.ngram.estimation import kernels
from nextword.workspace import Workspace

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
    space: Workspace
    """Where the arrays live."""

    @property
    def contexts(self) -> slice:
        """The contexts: the n-grams one word shorter."""
        return self.counts.nodes(self.order - 1) if self.order > 1 else slice(0, 1)

    @property
    def nodes(self) -> slice:
        """The n-grams."""
        return self.counts.nodes(self.order)

    @property
    def estimates(self) -> tuple[Floats, Floats]:
        """What a smoothing fills."""
        return self.probabilities, self.backoffs

    def tally(self, largest: int) -> IntArray:
        """Return how many n-grams have count j, for j from 0 (not counted) to ``largest``."""

        def count(first: int, last: int) -> NDArray[np.int64]:
            found = np.zeros(largest + 1, dtype=np.int64)
            kernels.count_of_counts(self.adjusted, first, last, found)
            return found

        found = self.space.run(count, self.nodes.start, self.nodes.stop)
        return sum(found, start=np.zeros(largest + 1, dtype=np.int64))

    def ask_shorter(self, answers: Floats | None = None) -> Floats:
        """Return p(w | shorter h) of every n-gram: in its place among the probabilities, or in ``answers``.

        The order below is gone through window by window.
        """
        target, offset = (self.probabilities, 0) if answers is None else (answers, self.nodes.start)
        below = self.counts.nodes(self.order - 1) if self.order > 1 else slice(0, 1)
        for low, high in self.space.windows(below.start, below.stop, target.itemsize):

            def look_up(first: int, last: int, low: int = low, high: int = high) -> None:
                kernels.look_up_suffixes(
                    first, last, low, high, self.counts.suffixes, self.probabilities, target, offset
                )

            self.space.run(look_up, self.nodes.start, self.nodes.stop)
        return target

    def run(self, work: Callable[[int, int], object], contexts: slice | None = None) -> None:
        """Run ``work(first, last)`` over the contexts, or some of them, on all threads."""
        chosen = self.contexts if contexts is None else contexts
        self.space.run_contexts(work, self.counts.children, chosen.start, chosen.stop)
