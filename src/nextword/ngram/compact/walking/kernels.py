"""Walking a text through the compact model, many words at once.

Whether a word goes on from the k words before it depends on what k - 1 words before the last one were found, and on
nothing else. So all words of a block are first asked of the contexts of one word, then all of those of two words, and
so on, each time in three steps that have a loop each: where are a context's children, is the word among them, and what
does the context say of it. While the processor waits for memory for one word, it works on others.
"""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel
from nextword.ngram.compact.kernels import LONGEST, entry_at, find
from nextword.ngram.compact.tables import Tables
from nextword.ngram.compact.tree.kernels import BLOCK_WORDS, HINT_SHIFT, children_of, several_before

WORDS = 256
"""Words a block: what is fetched for them stays in the nearest cache until it is used."""


@kernel
def children_each(tables: Tables, contexts: IntArray, low: IntArray, high: IntArray) -> "np.uint64":
    """Write the slice of each context's children among the entries; none for what is no context, 0."""
    bits, ranks, hints, firsts = tables.bits, tables.ranks, tables.hints, tables.firsts
    touched = np.uint64(0)  # returned, so that the loops that fetch are not optimised away
    for place in range(len(contexts)):
        if contexts[place] > 0:
            touched ^= bits[np.int64(hints[(contexts[place] - 1) >> HINT_SHIFT]) * BLOCK_WORDS]
    for place in range(len(contexts)):
        low[place], high[place] = 0, 0
        if contexts[place] > 0:
            low[place], high[place] = children_of(bits, ranks, hints, firsts, contexts[place])
    return touched


@kernel
def find_each(
    tables: Tables, low: IntArray, high: IntArray, words: IntArray, nodes: IntArray, found: IntArray
) -> "np.uint64":
    """Write the place of each word among its slice of entries, or -1; none is looked for where no node was seen."""
    entries, width = tables.entries, tables.width
    touched = np.uint64(0)
    for place in range(len(words)):
        if low[place] < high[place]:
            touched ^= entries[((low[place] + high[place]) >> 1) * width >> 6]
    for place in range(len(words)):
        found[place] = -1
        if nodes[place] > 0:
            found[place] = find(entries, width, low[place], high[place], words[place])
    return touched


@kernel
def weigh_each(
    tables: Tables, level: int, contexts: IntArray, low: IntArray, high: IntArray, found: IntArray,
    several: IntArray, scores: FloatArray,
) -> None:  # fmt: skip
    """Make P after shorter contexts P after these: p(w | h) = scale(h) share(hw) + gamma(h) p(w | shorter h)."""
    entries, width, books = tables.entries, tables.width, level << 8
    share_book, gamma_book = tables.share_book, tables.gamma_book
    scales, gamma_codes = tables.scales, tables.gamma_codes
    for place in range(len(contexts)):
        several[place] = -1
        if high[place] - low[place] > 1:
            end = high[place] + contexts[place] - 1
            several[place] = several_before(tables.bits, tables.several, end)
    for place in range(len(contexts)):
        scale, gamma = 1.0, 1.0
        if several[place] >= 0:
            scale = np.float64(scales[several[place]])
            gamma = gamma_book[books + np.int64(gamma_codes[several[place]])]
        elif low[place] < high[place]:
            gamma -= share_book[books + (entry_at(entries, width, low[place]) & 255)]
        scores[place] *= gamma
        if found[place] >= 0:
            scores[place] += scale * share_book[books + (entry_at(entries, width, found[place]) & 255)]


@kernel
def walk(tables: Tables, tokens: IntArray, scores: FloatArray, lengths: IntArray) -> "np.uint64":
    """Read a text that begins after ``<s>``; write P of each token, and the length of the n-gram that it completes.

    After ``</s>`` (2) the next sentence begins, with ``<s>`` (1) as its only context.
    """
    size = min(WORDS, len(tokens))
    contexts, nodes = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
    low, high = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
    found, several = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
    before = np.zeros(LONGEST, dtype=np.int64)  # of k + 1 words, the node that ends just before the block
    before[0] = 2
    touched = np.uint64(0)
    for first in range(0, len(tokens), size):
        count = min(size, len(tokens) - first)
        words, block = tokens[first : first + count], scores[first : first + count]
        for place in range(count):
            nodes[place] = 1 + np.int64(words[place])
            block[place] = tables.unigrams[words[place]]
            lengths[first + place] = 1
        for level in range(tables.order - 1):
            context, start = before[level], 2 if level == 0 else 0
            for place in range(count):
                contexts[place] = context
                context = nodes[place] if words[place] != 2 else start
            before[level] = context
            touched ^= children_each(tables, contexts[:count], low, high)
            touched ^= find_each(tables, low, high, words, nodes, found)
            weigh_each(tables, level, contexts[:count], low, high, found, several, block)
            for place in range(count):
                nodes[place] = 0
                if found[place] >= 0:
                    nodes[place] = 1 + len(tables.unigrams) + found[place]
                    lengths[first + place] = level + 2
    return touched
