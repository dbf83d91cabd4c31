"""Building the tree: joining the two rarest nodes again and again, then reading every path from the root."""

import numpy as np
from numpy.typing import NDArray

from nextword.compile import kernel


@kernel
def join_nodes(rising: NDArray[np.int64], parents: NDArray[np.int32], branches: NDArray[np.int8]) -> None:
    """Fill the parent of every node and the branch that leads to it: 0 to the rarer child, 1 to the other.

    ``rising`` holds the counts of the V leaves, smallest first. Node ids: the leaves 0 to V - 1 in that order, then
    the inner nodes V to 2V - 2 in the order in which they are made, so that 2V - 2 is the root.

    Inner nodes are made in rising order too, so the rarest node is always the first of one of two queues, and V - 1
    joins take O(V). Of equals the inner node goes first, as in word2vec.c.
    """
    V = len(rising)
    sums = np.empty(2 * V - 1, np.int64)
    sums[:V] = rising
    leaf, inner = 0, V
    for made in range(V, 2 * V - 1):
        for branch in range(2):
            if leaf < V and (inner == made or sums[leaf] < sums[inner]):
                rarest = leaf
                leaf += 1
            else:
                rarest = inner
                inner += 1
            parents[rarest] = made
            branches[rarest] = branch
            sums[made] = sums[rarest] if branch == 0 else sums[made] + sums[rarest]


@kernel
def path_lengths(parents: NDArray[np.int32], lengths: NDArray[np.int64]) -> None:
    """Fill how many branches lie between the root and every node, 0 at the root itself."""
    root = len(parents) - 1
    lengths[root] = 0
    for node in range(root - 1, -1, -1):  # a parent has a larger id than its children
        lengths[node] = lengths[parents[node]] + 1


@kernel
def write_paths(
    parents: NDArray[np.int32],
    branches: NDArray[np.int8],
    word_of_leaf: NDArray[np.int64],
    offsets: NDArray[np.int64],
    points: NDArray[np.int32],
    codes: NDArray[np.int8],
) -> None:
    """Fill each word's inner nodes, numbered from 0, and the branches taken there, from the root down."""
    V = len(word_of_leaf)
    for leaf in range(V):
        word = word_of_leaf[leaf]
        node = leaf
        for place in range(offsets[word + 1] - 1, offsets[word] - 1, -1):
            codes[place] = branches[node]
            node = parents[node]
            points[place] = node - V
