"""What the compact model says of one context and of one text.

A text's contexts are a chain: ``chain[k]`` is the node of the last k + 1 words. Each context of the chain that goes on
with a word gives the one that is longer by that word, so no links to shorter contexts are stored.

The arrays may come from a damaged file. The tree is proved when it is loaded: every slice of children lies within
the entries, and every entry within its own order. Words may be anything, so they are checked where they are used.
"""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel
from nextword.ngram.compact.tables import Tables
from nextword.ngram.compact.tree.kernels import children_of, parent_of, several_before

LONGEST = 64
"""Chains are no longer than the longest order, which is 32."""


@kernel
def entry_at(entries: "np.ndarray", width: int, place: int) -> int:
    """Return an entry: a word, and its code in the lowest 8 bits."""
    bit = place * width
    word, shift = bit >> 6, np.uint64(bit & 63)
    # Shifting by 64 is not defined, so the upper part goes in two steps.
    above = (entries[word + 1] << (np.uint64(63) - shift)) << np.uint64(1)
    return np.int64((entries[word] >> shift | above) & ((np.uint64(1) << np.uint64(width)) - np.uint64(1)))


@kernel
def find(entries: "np.ndarray", width: int, low: int, high: int, word: int) -> int:
    """Return the place of a word among the sorted entries ``low`` to ``high``, or -1."""
    begin, size = low, high - low
    while size > 0:  # without a branch that processors would guess wrong half of the time
        half = size >> 1
        is_below = entry_at(entries, width, begin + half) >> 8 < word
        begin = begin + half + 1 if is_below else begin
        size = size - half - 1 if is_below else half
    return begin if begin < high and entry_at(entries, width, begin) >> 8 == word else -1


@kernel
def weights_of(tables: Tables, context: int, low: int, high: int, books: int) -> tuple[float, float]:
    """Return scale and gamma of a context with the children ``low`` to ``high`` and the codebooks at ``books``."""
    if low == high:
        return 1.0, 1.0
    if low + 1 == high:
        code = entry_at(tables.entries, tables.width, low) & 255
        return 1.0, 1.0 - tables.share_book[books + code]
    place = several_before(tables.bits, tables.several, high + context - 1)
    return np.float64(tables.scales[place]), tables.gamma_book[books + np.int64(tables.gamma_codes[place])]


@kernel
def follow(tables: Tables, chain: IntArray, depth: int, word: int) -> int:
    """Move a chain on by a word, and return its new depth."""
    node = 1 + word
    for level in range(depth):
        low, high = children_of(tables.bits, tables.ranks, tables.hints, tables.firsts, chain[level])
        chain[level] = node
        place = find(tables.entries, tables.width, low, high, word)
        if place < 0:
            return level + 1
        node = 1 + len(tables.unigrams) + place
    if depth + 1 < tables.order:
        chain[depth] = node
        return depth + 1
    return depth


@kernel
def chain_of(tables: Tables, state: int, chain: IntArray) -> int:
    """Write the chain of a state, the node of its longest context, and return the chain's depth."""
    words = np.empty(LONGEST, dtype=np.int64)
    size, known = 0, len(tables.unigrams)
    while state > known and size < LONGEST - 1:
        word = entry_at(tables.entries, tables.width, state - 1 - known) >> 8
        words[size] = word if word < known else 0
        size += 1
        state = parent_of(tables.bits, tables.ranks, state - 1 - known)
    if state == 0:
        return 0
    depth = follow(tables, chain, 0, state - 1)
    for place in range(size - 1, -1, -1):
        depth = follow(tables, chain, depth, words[place])
    return depth


@kernel
def state_of(tables: Tables, chain: IntArray, depth: int) -> int:
    """Return the longest context that has children: all that the future depends on."""
    while depth > 0:
        low, high = children_of(tables.bits, tables.ranks, tables.hints, tables.firsts, chain[depth - 1])
        if low < high:
            return chain[depth - 1]
        depth -= 1
    return 0


@kernel
def advance_each(
    tables: Tables, states: IntArray, initial: int, tokens: IntArray, advanced: IntArray
) -> None:
    """Read one token in each of B states."""
    chain = np.empty(LONGEST, dtype=np.int64)
    for row in range(len(states)):
        if tokens[row] == 2:
            advanced[row] = initial
            continue
        depth = chain_of(tables, states[row], chain)
        depth = follow(tables, chain, depth, tokens[row])
        advanced[row] = state_of(tables, chain, depth)


@kernel
def distribution(tables: Tables, state: int, row: FloatArray) -> None:
    """Write P of every word after ``state`` into ``row`` (V,), from the words alone to the longest context."""
    chain = np.empty(LONGEST, dtype=np.int64)
    depth = chain_of(tables, state, chain)
    row[:] = tables.unigrams
    for level in range(depth):
        low, high = children_of(tables.bits, tables.ranks, tables.hints, tables.firsts, chain[level])
        scale, gamma = weights_of(tables, chain[level], low, high, level << 8)
        row *= gamma
        add_shares(tables.entries, tables.width, low, high, tables.share_book, level << 8, scale, row)


@kernel
def add_shares(
    entries: "np.ndarray", width: int, low: int, high: int, share_book: FloatArray, books: int, scale: float,
    row: FloatArray,
) -> None:  # fmt: skip
    """Add what a context says of its own to the probabilities of its words."""
    for place in range(low, high):
        entry = entry_at(entries, width, place)
        if entry >> 8 < len(row):
            row[entry >> 8] += scale * share_book[books + (entry & 255)]
