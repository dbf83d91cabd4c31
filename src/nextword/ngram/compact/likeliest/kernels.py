"""The k likeliest words, without a look at the others."""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel
from nextword.ngram.compact.kernels import LONGEST, chain_of, entry_at, find, weights_of
from nextword.ngram.compact.tables import Tables
from nextword.ngram.compact.tree.kernels import children_of


@kernel
def insert(best: IntArray, best_scores: FloatArray, found: int, word: int, score: float) -> int:
    """Put a word among the ``found`` best, likeliest first, equal ones by id; return how many there are now."""
    k = len(best)
    if found == k:
        if score < best_scores[k - 1] or (score == best_scores[k - 1] and word > best[k - 1]):
            return found
    else:
        found += 1
    slot = found - 1
    while slot > 0 and (
        best_scores[slot - 1] < score or (best_scores[slot - 1] == score and best[slot - 1] > word)
    ):
        best[slot] = best[slot - 1]
        best_scores[slot] = best_scores[slot - 1]
        slot -= 1
    best[slot] = word
    best_scores[slot] = score
    return found


@kernel
def entry_or_last(entries: "np.ndarray", width: int, place: int, end: int) -> int:
    """Return an entry, or from ``end`` on one whose word is greater than all words."""
    return entry_at(entries, width, place) if place < end else np.int64(1) << np.int64(62)


@kernel
def likeliest(
    tables: Tables, by_probability: IntArray, state: int, best: IntArray, best_scores: FloatArray
) -> None:
    """Write the k likeliest words after ``state`` and their P, likeliest first, equal ones by id.

    What a longer context has seen, every shorter one has seen too: one pass over the shortest context's children,
    with a cursor in each longer one's, meets all of them. Of the words that none has seen as many are read as can
    still matter: ``by_probability`` lists all words by falling unigram probability, equal ones by id.
    """
    chain = np.empty(LONGEST, dtype=np.int64)
    depth = chain_of(tables, state, chain)
    cursors, ends = np.zeros(LONGEST, dtype=np.int64), np.zeros(LONGEST, dtype=np.int64)
    coming = np.empty(LONGEST, dtype=np.int64)  # the entry at each cursor, or one that is behind all words
    scales, gammas = np.empty(LONGEST), np.empty(LONGEST)
    entries, width, book, unigrams = tables.entries, tables.width, tables.share_book, tables.unigrams
    for level in range(depth):
        context = chain[level]
        cursors[level], ends[level] = children_of(
            tables.bits, tables.ranks, tables.hints, tables.firsts, context
        )
        scales[level], gammas[level] = weights_of(tables, context, cursors[level], ends[level], level << 8)
        coming[level] = entry_or_last(entries, width, cursors[level], ends[level])
    begin, end, found = cursors[0], ends[0], 0
    for place in range(begin, end):
        entry = entry_at(entries, width, place)
        word = entry >> 8
        if word >= len(unigrams):
            continue
        score = unigrams[word] * gammas[0] + scales[0] * book[entry & 255]
        for level in range(1, depth):
            score *= gammas[level]
            while coming[level] >> 8 <= word:
                if coming[level] >> 8 == word:
                    score += scales[level] * book[(level << 8) + (coming[level] & 255)]
                cursors[level] += 1
                coming[level] = entry_or_last(entries, width, cursors[level], ends[level])
        if found < len(best) or score >= best_scores[found - 1]:
            found = insert(best, best_scores, found, word, score)
    for place in range(len(by_probability)):
        word = np.int64(by_probability[place])
        score = unigrams[word]
        for level in range(depth):
            score *= gammas[level]
        if found == len(best) and score < best_scores[found - 1]:
            return
        if begin == end or find(entries, width, begin, end, word) < 0:
            found = insert(best, best_scores, found, word, score)
