"""The compact model walked in plain NumPy, one state at a time.

As in `nextword.ngram.automaton.plain`: a process that has just started answers one question faster this way than by
loading the compiler first. The numbers are those of `kernels`, to the last bit.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray
from nextword.ngram.compact.tables import CODE_BITS, CODES, Tables
from nextword.ngram.compact.tree.kernels import BLOCK_WORDS

BLOCK_BITS = 64 * BLOCK_WORDS


def end_of(tables: Tables, context: int) -> int:
    """Return the place of the bit that ends a context, the first context being 1; -1 for none at all."""
    if context == 0:
        return -1
    block = int(np.searchsorted(tables.ranks, context - 1, side="right")) - 1
    ends = np.flatnonzero(_bits_of(tables, block))
    return block * BLOCK_BITS + int(ends[context - 1 - int(tables.ranks[block])])


def children_of(tables: Tables, context: int) -> tuple[int, int]:
    """Return the slice of a context's children among the entries."""
    return end_of(tables, context - 1) + 2 - context, end_of(tables, context) + 1 - context


def parent(tables: Tables, node: int) -> int:
    """Return the node without its last word."""
    entry = node - 1 - len(tables.unigrams)
    if entry < 0:
        return 0
    children_before = np.arange(len(tables.ranks)) * BLOCK_BITS - tables.ranks
    block = int(np.searchsorted(children_before[:-1], entry, side="right")) - 1
    places = np.flatnonzero(~_bits_of(tables, block))
    return block * BLOCK_BITS + int(places[entry - int(children_before[block])]) - entry + 1


def entries_of(tables: Tables, low: int, high: int) -> NDArray[np.uint64]:
    """Return the entries ``low`` to ``high``, a word above its code each."""
    bit = np.arange(low, high) * tables.width
    word, shift = bit >> 6, (bit & 63).astype(np.uint64)
    # Shifting by 64 is not defined, so the upper part goes in two steps.
    above = (tables.entries[word + 1] << (np.uint64(63) - shift)) << np.uint64(1)
    entries: NDArray[np.uint64] = tables.entries[word] >> shift | above
    return entries & np.uint64((1 << tables.width) - 1)


def last_word(tables: Tables, node: int) -> int:
    """Return the id of a node's last word."""
    entry = node - 1 - len(tables.unigrams)
    if entry < 0:
        return max(0, node - 1)
    word = int(entries_of(tables, entry, entry + 1)[0] >> np.uint64(CODE_BITS))
    return word if word < len(tables.unigrams) else 0


def find_child(tables: Tables, node: int, word: int) -> int:
    """Return the child of ``node`` with a word, or -1."""
    if node == 0:
        return 1 + word
    if node >= tables.contexts:
        return -1
    low, high = children_of(tables, node)
    words = entries_of(tables, low, high) >> np.uint64(CODE_BITS)
    place = int(np.searchsorted(words, np.uint64(word)))
    return 1 + len(tables.unigrams) + low + place if place < len(words) and words[place] == word else -1


def chain_of(tables: Tables, words: Sequence[int]) -> list[int]:
    """Return the nodes of the last word, the last two words and so on, as far as they are contexts."""
    chain: list[int] = []
    for length in range(1, min(len(words), tables.order - 1) + 1):
        node = 0
        for word in words[len(words) - length :]:
            node = find_child(tables, node, word)
            if node < 0:
                return chain
        chain.append(node)
    return chain


def state_of(tables: Tables, chain: Sequence[int]) -> int:
    """Return the longest context that has children: all that the future depends on."""
    for context in reversed(chain):
        low, high = children_of(tables, context)
        if low < high:
            return context
    return 0


def advance(tables: Tables, words: Sequence[int], word: int) -> int:
    """Return the state after one more word behind the words of a state."""
    return state_of(tables, chain_of(tables, [*words, word]))


def distribution(tables: Tables, words: Sequence[int], row: FloatArray) -> None:
    """Write P of every word after the words of a state into ``row`` (V,), from the shortest context to the longest."""
    row[:] = tables.unigrams
    for level, context in enumerate(chain_of(tables, words)):
        low, high = children_of(tables, context)
        entries = entries_of(tables, low, high)
        shares = tables.share_book[level * CODES + (entries & np.uint64(CODES - 1)).astype(np.int64)]
        scale, gamma = _weights_of(tables, context, high, shares, level)
        row *= gamma
        known = (entries >> np.uint64(CODE_BITS)).astype(np.int64)
        valid = known < len(row)
        row[known[valid]] += scale * shares[valid]


def _weights_of(
    tables: Tables, context: int, high: int, shares: FloatArray, level: int
) -> tuple[float, float]:
    if len(shares) == 0:
        return 1.0, 1.0
    if len(shares) == 1:
        return 1.0, 1.0 - float(shares[0])
    place = _several_before(tables, high + context - 1)
    return float(tables.scales[place]), float(
        tables.gamma_book[level * CODES + int(tables.gamma_codes[place])]
    )


def _several_before(tables: Tables, end: int) -> int:
    """Return how many contexts with two children or more end before the bit ``end``."""
    block, place = divmod(end, BLOCK_BITS)
    before = _bits_of(tables, block - 1)[-2:] if block else np.ones(2, dtype=np.bool_)
    bits = np.concatenate([before, _bits_of(tables, block)[:place]])
    return int(tables.several[block]) + int(np.count_nonzero(bits[2:] & ~bits[1:-1] & ~bits[:-2]))


def _bits_of(tables: Tables, block: int) -> NDArray[np.bool_]:
    words = tables.bits[block * BLOCK_WORDS : (block + 1) * BLOCK_WORDS]
    return np.unpackbits(words.view(np.uint8), bitorder="little").astype(np.bool_)
