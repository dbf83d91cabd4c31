"""Walking the compact model, in several places of a long text at once.

As in `nextword.ngram.automaton.streams`, a thread reads many pieces of the text in turn, so that the processor fetches
for all of them while it computes. In each turn every lane asks one context of its chain for one word, in three steps
that have a loop each: where its children are, whether the word is among them, and what the context says of it.
"""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel
from nextword.ngram.compact.kernels import LONGEST, chain_of, entry_at, find
from nextword.ngram.compact.tables import Tables
from nextword.ngram.compact.tree.kernels import BLOCK_WORDS, HINT_SHIFT, children_of, several_before


@kernel
def children_each(
    bits: "np.ndarray", ranks: IntArray, hints: IntArray, contexts: IntArray, low: IntArray, high: IntArray
) -> "np.uint64":
    """Write the slice of each context's children among the entries; none for what is no context, 0."""
    touched = np.uint64(0)  # returned, so that the loops that fetch are not optimised away
    for lane in range(len(contexts)):
        if contexts[lane] > 0:
            touched ^= bits[np.int64(hints[(contexts[lane] - 1) >> HINT_SHIFT]) * BLOCK_WORDS]
    for lane in range(len(contexts)):
        low[lane], high[lane] = 0, 0
        if contexts[lane] > 0:
            low[lane], high[lane] = children_of(bits, ranks, hints, contexts[lane])
    return touched


@kernel
def find_each(
    entries: "np.ndarray", width: int, low: IntArray, high: IntArray, words: IntArray, found: IntArray
) -> "np.uint64":
    """Write the place of each word among its slice of entries, or -1 where it is not, or is below 0."""
    touched = np.uint64(0)
    for lane in range(len(words)):
        if low[lane] < high[lane]:
            touched ^= entries[((low[lane] + high[lane]) >> 1) * width >> 6]
    for lane in range(len(words)):
        found[lane] = -1
        if words[lane] >= 0:
            found[lane] = find(entries, width, low[lane], high[lane], words[lane])
    return touched


@kernel
def weigh_each(
    tables: Tables, contexts: IntArray, levels: IntArray, low: IntArray, high: IntArray, found: IntArray,
    places: IntArray, shares: FloatArray, gammas: FloatArray,
) -> None:  # fmt: skip
    """Write what each context adds to the probability of the word that was found in it, and its gamma."""
    bits, several, entries, width = tables.bits, tables.several, tables.entries, tables.width
    share_book, gamma_book = tables.share_book, tables.gamma_book
    scales, gamma_codes = tables.scales, tables.gamma_codes
    for lane in range(len(contexts)):
        places[lane] = -1
        if high[lane] - low[lane] > 1:
            places[lane] = several_before(bits, several, high[lane] + contexts[lane] - 1)
    for lane in range(len(contexts)):
        scale, gamma, book = 1.0, 1.0, levels[lane] << 8
        if places[lane] >= 0:
            scale = np.float64(scales[places[lane]])
            gamma = gamma_book[book + np.int64(gamma_codes[places[lane]])]
        elif low[lane] < high[lane]:
            gamma -= share_book[book + (entry_at(entries, width, low[lane]) & 255)]
        shares[lane], gammas[lane] = 0.0, gamma
        if found[lane] >= 0:
            shares[lane] = scale * share_book[book + (entry_at(entries, width, found[lane]) & 255)]


@kernel
def walk(
    tables: Tables, initial: int, tokens: IntArray, bounds: IntArray, scores: FloatArray, lengths: IntArray
) -> "np.uint64":
    """Read the pieces ``tokens[bounds[i]:bounds[i + 1]]``, each after ``<s>``, side by side; none may be empty.

    Writes P of each token, and the length of the n-gram that it completes. From the words alone to the longest
    context, p(w | h) = scale(h) share(hw) + gamma(h) p(w | shorter h). ``</s>`` leads to ``initial``, where the next
    sentence begins.
    """
    lanes, longest = len(bounds) - 1, tables.order - 1
    start, chains = np.zeros(LONGEST, dtype=np.int64), np.empty((lanes, LONGEST), dtype=np.int64)
    start_depth = chain_of(tables, initial, start)
    chains[:] = start
    place, stop = bounds[:-1].copy(), bounds[1:].copy()
    depth, level = np.full(lanes, np.int64(start_depth)), np.zeros(lanes, dtype=np.int64)
    node, length = np.empty(lanes, dtype=np.int64), np.empty(lanes, dtype=np.int64)
    context, asked, found = np.empty_like(node), np.empty_like(node), np.empty_like(node)
    low, high, several = np.empty_like(node), np.empty_like(node), np.empty_like(node)
    probability, shares, gammas = np.empty(lanes), np.empty(lanes), np.empty(lanes)
    touched = np.uint64(0)
    while lanes > 0:
        for lane in range(lanes):
            word, here = np.int64(tokens[place[lane]]), level[lane]
            if here == 0:
                node[lane], length[lane], probability[lane] = 1 + word, 1, tables.unigrams[word]
            context[lane] = chains[lane, here] if here < depth[lane] else 0
            # What a shorter context has not seen, no longer one has.
            asked[lane] = word if length[lane] == here + 1 else -1
        touched ^= children_each(tables.bits, tables.ranks, tables.hints, context[:lanes], low, high)
        touched ^= find_each(tables.entries, tables.width, low, high, asked[:lanes], found)
        weigh_each(tables, context[:lanes], level, low, high, found, several, shares, gammas)
        for lane in range(lanes):
            here = level[lane]
            probability[lane] = probability[lane] * gammas[lane] + shares[lane]
            if length[lane] == here + 1:
                chains[lane, here] = node[lane]
            if found[lane] >= 0:
                node[lane], length[lane] = 1 + len(tables.unigrams) + found[lane], here + 2
            level[lane] = here + 1
            if low[lane] < high[lane] and here + 1 < depth[lane]:
                continue
            if length[lane] == here + 2 and here + 1 < longest:
                chains[lane, here + 1] = node[lane]
            scores[place[lane]], lengths[place[lane]] = probability[lane], length[lane]
            depth[lane], level[lane] = min(length[lane], longest), 0
            if tokens[place[lane]] == 2:
                chains[lane], depth[lane] = start, start_depth
            place[lane] += 1
        lane = 0
        while lane < lanes:
            if place[lane] < stop[lane]:
                lane += 1
                continue
            lanes -= 1  # the last lane takes the place of one that has come to its end
            place[lane], stop[lane], depth[lane], level[lane] = (
                place[lanes],
                stop[lanes],
                depth[lanes],
                level[lanes],
            )
            node[lane], length[lane], probability[lane] = node[lanes], length[lanes], probability[lanes]
            chains[lane] = chains[lanes]
    return touched
