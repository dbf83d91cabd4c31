"""The shape of a tree of n-grams as a row of bits, with counts that make it quick to ask.

This is the level-order unary degree sequence of Jacobson, "Space-efficient static trees and graphs" (FOCS 1989).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from nextword.errors import ModelFormatError
from nextword.ngram.compact.tree.kernels import BLOCK_WORDS, HINT_SHIFT

BLOCK_BITS = 64 * BLOCK_WORDS
MOST = 2**31 - 1
"""Places in the tree are numbered in 32 bits."""


@dataclass(frozen=True, eq=False)
class Tree:
    """For each context from the first word on, breadth first: a 0 a child, and a 1."""

    bits: NDArray[np.uint64]
    """(8 blocks,): the lowest bit of the first word comes first; what is left of the last block is 0."""
    ranks: NDArray[np.int32]
    """(blocks + 1,): how many contexts end before a block."""
    several: NDArray[np.int32]
    """(blocks + 1,): how many contexts with two children or more end before a block."""
    hints: NDArray[np.int32]
    """The block in which every 64th context ends, and the last block."""
    firsts: NDArray[np.int32]
    """(words + 1,): where the children of each single word begin, and where the last one's end; they are asked most."""

    @classmethod
    def from_bits(cls, bits: NDArray[np.uint64], words: int, contexts: int, entries: int) -> Self:
        """Count what lies before each block; raises ModelFormatError for bits that are no tree of this size.

        ``words`` is the number of contexts of one word, ``contexts`` that of all but the empty one, ``entries`` that
        of their children.
        """
        if max(contexts, entries) > MOST:
            raise ModelFormatError(
                f"{entries} n-grams are more than the {MOST} that can be numbered; prune the model"
            )
        if len(bits) != BLOCK_WORDS * _blocks(contexts + entries):
            raise ModelFormatError(
                f"a tree of {contexts} contexts and {entries} n-grams has {contexts + entries} bits, "
                f"got {64 * len(bits)}; the file is damaged"
            )
        ranks = _counted(np.bitwise_count(bits))
        last = contexts + entries - 1
        is_closed = contexts == 0 or bool(bits[last >> 6] >> np.uint64(last & 63) & np.uint64(1))
        if ranks[-1] != contexts or not is_closed or _any_beyond(bits, contexts + entries):
            raise ModelFormatError(
                f"the tree of n-grams is not closed: {ranks[-1]} contexts of {contexts}; the file is damaged"
            )
        several = _counted(np.bitwise_count(_ends_of_several(bits)))
        wanted = np.arange(0, contexts, 1 << HINT_SHIFT)
        found = np.searchsorted(ranks, wanted, side="right") - 1
        hints = np.append(found, len(ranks) - 2).astype(np.int32)
        blocks = int(np.searchsorted(ranks, words))
        ends = np.flatnonzero(np.unpackbits(bits[: blocks * BLOCK_WORDS].view(np.uint8), bitorder="little"))
        firsts = np.concatenate([[0], ends[:words] - np.arange(words)]).astype(np.int32)
        return cls(bits, ranks, several, hints, firsts)


def tree_bits(sizes: NDArray[np.integer]) -> NDArray[np.uint64]:
    """Return the bits of the tree whose contexts have so many children each, (contexts,)."""
    contexts, entries = len(sizes), int(sizes.sum(dtype=np.int64))
    flags = np.zeros(BLOCK_BITS * _blocks(contexts + entries), dtype=np.bool_)
    flags[np.cumsum(sizes, dtype=np.int64) + np.arange(contexts)] = True
    return np.packbits(flags, bitorder="little").view(np.uint64)


def _blocks(bits: int) -> int:
    return max(1, -(-bits // BLOCK_BITS))


def _counted(ones: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return, of the ones in each word, how many lie before each block."""
    sums = ones.reshape(-1, BLOCK_WORDS).sum(axis=1, dtype=np.int64)
    return np.concatenate([[0], np.cumsum(sums)]).astype(np.int32)


def _ends_of_several(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return which bits are a 1 after 00; what lies before the first bit counts as 1."""
    before = np.concatenate([[~np.uint64(0)], bits[:-1]])
    one_back = (bits << np.uint64(1)) | (before >> np.uint64(63))
    two_back = (bits << np.uint64(2)) | (before >> np.uint64(62))
    return bits & ~one_back & ~two_back


def _any_beyond(bits: NDArray[np.uint64], used: int) -> bool:
    """Whether any bit is 1 behind those that are used."""
    word, place = divmod(used, 64)
    if word == len(bits):
        return False
    return bool(bits[word] >> np.uint64(place)) or bool(bits[word + 1 :].any())
