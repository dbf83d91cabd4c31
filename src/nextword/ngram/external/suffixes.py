"""Suffix links of a tree on disk, order by order."""

import numpy as np
from numpy.typing import NDArray

from nextword.ngram.counting.counts import Ints
from nextword.ngram.external import kernels
from nextword.workspace import Workspace


def link_suffixes(starts: NDArray[np.int64], words: Ints, children: Ints, space: Workspace) -> Ints:
    """Return every node without its first word, (nodes,): the suffix of hw is the child w of the suffix of h.

    The contexts of an order are read in sequence. Their suffixes lie anywhere in the order below, so that is
    gone through window by window, and the contexts once for each.
    """
    suffixes = space.empty(len(words), np.int32)
    suffixes[: int(starts[2])] = 0
    for order in range(2, len(starts) - 1):
        contexts = int(starts[order - 1]), int(starts[order])
        shorter = int(starts[order - 2]), int(starts[order - 1])
        for low, high in space.context_windows(children, *shorter):

            def link(first: int, last: int, low: int = low, high: int = high) -> None:
                kernels.link_suffixes(first, last, low, high, words, children, suffixes)

            space.run_contexts(link, children, *contexts)
    return suffixes
