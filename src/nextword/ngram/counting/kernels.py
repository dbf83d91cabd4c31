"""Counting by refinement: positions grouped by (k-1)-gram are sorted by the next word inside each group.

The stream is x[0] = ``</s>``, then every sentence's tokens, each ended by ``</s>``. Read as a context, the
``</s>`` at a position is the ``<s>`` of the sentence that follows; so no ``<s>`` needs to be stored, and no
n-gram reaches over the end of a sentence.
"""

import numpy as np

from nextword.arrays import IntArray
from nextword.compile import kernel

SHORT = 24
"""Groups up to this size are sorted by insertion."""


@kernel
def group_by_first_word(stream: IntArray, begins: IntArray, positions: IntArray) -> None:
    """Order the positions that have a successor by their word, as a context; ``begins`` (V,) is used up."""
    for position in range(len(stream) - 1):
        word = stream[position]
        if word == 2:
            word = 1
        positions[begins[word]] = position
        begins[word] += 1


@kernel
def split_groups(
    words: IntArray, counts: IntArray, first: int, last: int, shards: int, bounds: IntArray
) -> None:
    """Cut the nodes first..last into runs of about as many positions each.

    ``bounds`` (shards + 1, 2) receives, a shard, its first node and the number of positions before it.
    """
    total = 0
    for node in range(first, last):
        if words[node] != 2:
            total += counts[node]
    share = total // shards + 1
    shard, seen = 1, 0
    bounds[0, 0], bounds[0, 1] = first, 0
    for node in range(first, last):
        if shard < shards and seen >= shard * share:
            bounds[shard, 0], bounds[shard, 1] = node, seen
            shard += 1
        if words[node] != 2:
            seen += counts[node]
    while shard <= shards:
        bounds[shard, 0], bounds[shard, 1] = last, seen
        shard += 1


@kernel
def sort_groups(
    stream: IntArray,
    positions: IntArray,
    words: IntArray,
    counts: IntArray,
    first: int,
    last: int,
    offset: int,
    keys: IntArray,
) -> tuple[int, int]:
    """Sort each context's positions by the word that follows.

    ``keys[offset:]`` receives (next word, its position) packed as one integer. Returns (k-grams, positions
    that go on after the k-gram, i.e. whose last word is not ``</s>``).
    """
    ngrams, going_on = 0, 0
    for node in range(first, last):
        if words[node] == 2:  # nothing follows </s>
            continue
        size = counts[node]
        for place in range(offset, offset + size):
            following = positions[place] + 1
            keys[place] = (np.int64(stream[following]) << 32) | following
        if size > SHORT:
            keys[offset : offset + size].sort()
        elif size > 1:
            for place in range(offset + 1, offset + size):
                key = keys[place]
                slot = place
                while slot > offset and keys[slot - 1] > key:
                    keys[slot] = keys[slot - 1]
                    slot -= 1
                keys[slot] = key
        before = np.int64(-1)
        for place in range(offset, offset + size):
            word = keys[place] >> 32
            if word != before:
                ngrams += 1
                before = word
            if word != 2:
                going_on += 1
        offset += size
    return ngrams, going_on


@kernel
def emit_ngrams(
    keys: IntArray,
    first: int,
    last: int,
    offset: int,
    node: int,
    words: IntArray,
    children: IntArray,
    suffixes: IntArray,
    counts: IntArray,
    shorter_ids: IntArray,
    ids: IntArray,
    next_positions: IntArray,
    next_offset: int,
    is_last_order: bool,
) -> None:
    """Write the k-grams of the contexts first..last as nodes from ``node`` on, children of a context together.

    ``shorter_ids[position]`` is the (k-1)-gram that ends there: the suffix of the k-gram that ends there.
    """
    for context in range(first, last):
        children[context] = node
        if words[context] == 2:
            continue
        end = offset + counts[context]
        while offset < end:
            word = keys[offset] >> 32
            words[node] = word
            suffixes[node] = shorter_ids[keys[offset] & 0xFFFFFFFF]
            begin = offset
            while offset < end and keys[offset] >> 32 == word:
                if not is_last_order:
                    position = keys[offset] & 0xFFFFFFFF
                    ids[position] = node
                    if word != 2:
                        next_positions[next_offset] = position
                        next_offset += 1
                offset += 1
            counts[node] = offset - begin
            node += 1


@kernel
def count_left_words(
    suffixes: IntArray, first: int, last: int, low: int, high: int, adjusted: IntArray
) -> None:
    """Add one to every k-gram low..high for each (k+1)-gram first..last that ends in it: its distinct left words."""
    for node in range(first, last):
        suffix = suffixes[node]
        if low <= suffix < high:
            adjusted[suffix] += 1
