"""Questions to the tree: where a context's children are, and which of the contexts with several it is.

The bits hold, context by context, a 0 for each child and a 1 at the end. Counts of what lies before each block of
bits are made when the tree is loaded, which also proves that the answers lead nowhere outside of it.
"""

import numpy as np

from nextword.arrays import IntArray
from nextword.compile import kernel

BLOCK_WORDS = 8
"""Words of 64 bits a block: one line of the cache."""
HINT_SHIFT = 6
"""Every 2^6th context has its block noted."""


@kernel
def ones_in(bits: int) -> int:
    """Return how many of 64 bits are 1."""
    bits = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    bits = (bits & np.uint64(0x3333333333333333)) + ((bits >> np.uint64(2)) & np.uint64(0x3333333333333333))
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def lowest_one(bits: int) -> int:
    """Return the place of the lowest 1 of 64 bits that are not all 0."""
    return ones_in(~bits & (bits - np.uint64(1)))


@kernel
def end_of(bits: "np.ndarray", ranks: IntArray, hints: IntArray, context: int) -> int:
    """Return the place of the 1 that ends a context, the first context being 1: select in a bit vector."""
    wanted = context - 1
    low, high = np.int64(hints[wanted >> HINT_SHIFT]), np.int64(hints[(wanted >> HINT_SHIFT) + 1])
    while low < high:  # the last block with no more than `wanted` ones before it
        middle = (low + high + 1) >> 1
        if ranks[middle] <= wanted:
            low = middle
        else:
            high = middle - 1
    left = wanted - np.int64(ranks[low])
    word = low * BLOCK_WORDS
    ones = ones_in(bits[word])
    while left >= ones:
        left -= ones
        word += 1
        ones = ones_in(bits[word])
    found = bits[word]
    for _ in range(left):
        found &= found - np.uint64(1)
    return word * 64 + lowest_one(found)


@kernel
def children_of(
    bits: "np.ndarray", ranks: IntArray, hints: IntArray, firsts: IntArray, context: int
) -> tuple[int, int]:
    """Return the slice of a context's children among the entries, which begin with the first bigram.

    Before the end of context h lie h - 1 other ends; all else are children of contexts up to h.
    """
    if context < len(firsts):
        return np.int64(firsts[context - 1]), np.int64(firsts[context])
    before = np.int64(-1) if context == 1 else end_of(bits, ranks, hints, context - 1)
    low = before + 2 - context
    following = before + 1
    rest = bits[following >> 6] >> np.uint64(following & 63)
    if rest != 0:
        return low, following + lowest_one(rest) - context + 1
    return low, end_of(bits, ranks, hints, context) - context + 1


@kernel
def ends_of_several(bits: "np.ndarray", word: int) -> int:
    """Return which of a word's 64 bits end a context with two children or more: a 1 after 00."""
    here = bits[word]
    before = bits[word - 1] if word > 0 else ~np.uint64(0)
    one_back = (here << np.uint64(1)) | (before >> np.uint64(63))
    two_back = (here << np.uint64(2)) | (before >> np.uint64(62))
    return here & ~one_back & ~two_back


@kernel
def several_before(bits: "np.ndarray", several: IntArray, end: int) -> int:
    """Return how many contexts with two children or more end before the bit ``end``."""
    last = end >> 6
    count = np.int64(several[last // BLOCK_WORDS])
    for word in range(last // BLOCK_WORDS * BLOCK_WORDS, last):
        count += ones_in(ends_of_several(bits, word))
    below = (np.uint64(1) << np.uint64(end & 63)) - np.uint64(1)
    return count + ones_in(ends_of_several(bits, last) & below)


@kernel
def parent_of(bits: "np.ndarray", ranks: IntArray, entry: int) -> int:
    """Return the context of which an entry is a child: the number of ends before it, and one."""
    low, high = np.int64(0), np.int64(len(ranks) - 2)
    while low < high:  # the last block with no more than `entry` children before it
        middle = (low + high + 1) >> 1
        if middle * BLOCK_WORDS * 64 - ranks[middle] <= entry:
            low = middle
        else:
            high = middle - 1
    left = entry - (low * BLOCK_WORDS * 64 - np.int64(ranks[low]))
    word = low * BLOCK_WORDS
    zeros = 64 - ones_in(bits[word])
    while left >= zeros and word + 1 < len(bits):
        left -= zeros
        word += 1
        zeros = 64 - ones_in(bits[word])
    found = ~bits[word]
    for _ in range(left):
        found &= found - np.uint64(1)
    return word * 64 + lowest_one(found) - entry + 1
