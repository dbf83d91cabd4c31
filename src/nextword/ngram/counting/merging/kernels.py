"""Trees of n-grams united by refinement: the children of one n-gram in all trees, sorted by their new words.

The n-grams of one order stand in a row, tree after tree; such a place is a source. Sources that are the same
n-gram in the united tree are its members, and what follows the members are the sources of its children.
"""

import numpy as np

from nextword.arrays import IntArray
from nextword.compile import kernel

SHORT = 24
"""Groups up to this size are sorted by insertion."""


@kernel
def split_contexts(members: IntArray, groups: IntArray, firsts: IntArray, bounds: IntArray) -> None:
    """Cut the united contexts into runs with about as many children in the sources.

    Context c has the members ``members[groups[c]:groups[c + 1]]``, and source s the children ``firsts[s]`` to
    ``firsts[s + 1]``. ``bounds`` (shards + 1, 2) receives, a shard, its first context and the children before it.
    """
    shards = len(bounds) - 1
    share = firsts[-1] // shards + 1
    shard, seen = 1, 0
    bounds[0, 0], bounds[0, 1] = 0, 0
    for context in range(len(groups) - 1):
        if shard < shards and seen >= shard * share:
            bounds[shard, 0], bounds[shard, 1] = context, seen
            shard += 1
        for place in range(groups[context], groups[context + 1]):
            seen += firsts[members[place] + 1] - firsts[members[place]]
    while shard <= shards:
        bounds[shard, 0], bounds[shard, 1] = len(groups) - 1, seen
        shard += 1


@kernel
def sort_children(
    members: IntArray,
    groups: IntArray,
    firsts: IntArray,
    words: IntArray,
    first: int,
    last: int,
    offset: int,
    keys: IntArray,
) -> int:
    """Sort the children of the united contexts first..last by their words, and count the different ones.

    ``keys[offset:]`` receives (new word, source) packed as one integer, a context after the other.
    """
    ngrams = 0
    for context in range(first, last):
        begin = offset
        for place in range(groups[context], groups[context + 1]):
            for source in range(firsts[members[place]], firsts[members[place] + 1]):
                keys[offset] = (np.int64(words[source]) << 32) | source
                offset += 1
        if offset - begin > SHORT:
            keys[begin:offset].sort()
        else:
            for place in range(begin + 1, offset):
                key = keys[place]
                slot = place
                while slot > begin and keys[slot - 1] > key:
                    keys[slot] = keys[slot - 1]
                    slot -= 1
                keys[slot] = key
        before = np.int64(-1)
        for place in range(begin, offset):
            ngrams += keys[place] >> 32 != before
            before = keys[place] >> 32
    return ngrams


@kernel
def emit_children(
    keys: IntArray,
    members: IntArray,
    groups: IntArray,
    firsts: IntArray,
    source_counts: IntArray,
    source_suffixes: IntArray,
    shorter_nodes: IntArray,
    first: int,
    last: int,
    offset: int,
    start: int,
    level: int,
    node: int,
    words: IntArray,
    children: IntArray,
    suffixes: IntArray,
    counts: IntArray,
    nodes: IntArray,
    next_members: IntArray,
    next_groups: IntArray,
) -> int:
    """Write the children of the united contexts first..last as nodes from ``node`` on; counts add up.

    The contexts are the nodes from ``start`` on, their children those from ``level`` on. ``shorter_nodes[s]`` is
    the united node of source s one order below, and ``nodes`` receives the same for this order: with it, the
    suffix of any source is the suffix of its node. ``next_members`` and ``next_groups`` receive the members of
    each node. Returns the largest sum, which may be too large for ``counts``.
    """
    largest = np.int64(0)
    for context in range(first, last):
        children[start + context] = node
        end = offset
        for place in range(groups[context], groups[context + 1]):
            end += firsts[members[place] + 1] - firsts[members[place]]
        while offset < end:
            word = keys[offset] >> 32
            words[node] = word
            suffixes[node] = shorter_nodes[source_suffixes[keys[offset] & 0xFFFFFFFF]]
            next_groups[node - level] = offset
            total = np.int64(0)
            while offset < end and keys[offset] >> 32 == word:
                source = keys[offset] & 0xFFFFFFFF
                total += source_counts[source]
                nodes[source] = node
                next_members[offset] = source
                offset += 1
            counts[node] = total
            largest = max(largest, total)
            node += 1
    return largest
