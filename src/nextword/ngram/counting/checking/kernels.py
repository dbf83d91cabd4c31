"""A tree of n-grams looked at node by node, in the order in which it is stored."""

import numpy as np

from nextword.arrays import IntArray
from nextword.compile import kernel


@kernel
def first_bad_context(children: IntArray, first: int, last: int, node: int, end: int) -> int:
    """Return the first of the contexts first..last whose children do not follow those before it, or -1.

    The children of all of them are the nodes ``node`` to ``end``.
    """
    for context in range(first, last):
        if children[context] != node:
            return context
        node = np.int64(children[context + 1])
        if node < children[context] or node > end:
            return context
    return -1 if node == end else last - 1


@kernel
def first_bad_node(
    words: IntArray,
    children: IntArray,
    suffixes: IntArray,
    counts: IntArray,
    vocabulary_size: int,
    first: int,
    last: int,
) -> int:
    """Return the first child of the contexts first..last that is no n-gram of a text, or -1.

    Siblings rise by word; ``<s>`` (1) follows nothing, and nothing follows ``</s>`` (2); an n-gram was seen; and its
    suffix h w is a child of the suffix h of its context, and ends in the same word w. The slices of children of
    these and of shorter contexts are in order already.
    """
    for context in range(first, last):
        before = np.int64(-1)
        shorter = np.int64(suffixes[context])
        for node in range(children[context], children[context + 1]):
            word = np.int64(words[node])
            if not before < word < vocabulary_size or word == 1 or words[context] == 2:
                return node
            suffix = np.int64(suffixes[node])
            if not children[shorter] <= suffix < children[shorter + 1] or words[suffix] != word:
                return node
            if counts[node] < 1:
                return node
            before = word
    return -1
