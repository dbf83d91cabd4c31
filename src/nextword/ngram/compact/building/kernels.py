"""From probabilities and back-off weights to what each context adds, and to packed entries."""

import math

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel
from nextword.ngram.automaton.kernels import suffix_of
from nextword.ngram.compact.building.grid import EDGE, GRID, STEP, STEPS_TO_ZERO
from nextword.ngram.compact.kernels import entry_at, weights_of
from nextword.ngram.compact.tables import Tables

ROUNDING = 1e-3
"""So much of a probability may be the rounding of a file."""


@kernel
def shares_of(
    children: IntArray,
    suffixes: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    first: int,
    last: int,
    shares: FloatArray,
    gammas: FloatArray,
) -> int:
    """Write what the contexts ``first`` to ``last`` say of their own: u(w | h) = p(w | h) - gamma(h) p(w | shorter h).

    ``shares`` holds the children of these contexts, ``gammas`` what each leaves for the shorter context. A word that is
    less likely here than the shorter context says, which no interpolation makes it, has no share; returns how many are.
    """
    base = children[first]
    less_likely = 0
    for context in range(first, last):
        gamma, total, lessened = math.exp(backoffs[context]), 0.0, False
        for child in range(children[context], children[context + 1]):
            shorter = gamma * math.exp(log_probs[suffix_of(suffixes, child)])
            share = math.exp(log_probs[child]) - shorter
            if share < 0.0:
                less_likely += share < -ROUNDING * shorter
                share, lessened = 0.0, True
            shares[child - base] = share
            total += share
        # A word without a share of its own gets more than it had, which gamma makes up for.
        gammas[context - first] = max(1.0 - total, 0.0) if lessened else gamma
    return less_likely


@kernel
def tally(values: FloatArray, cells: "np.ndarray", counts: FloatArray, sums: FloatArray) -> None:
    """Put numbers from 0 to 1 into cells of equal width on the scale of log-odds, and sum up each cell."""
    for place in range(len(values)):
        value = values[place]
        if value < EDGE:
            cells[place] = 0
        elif value > 1.0 - EDGE:
            cells[place] = GRID - 1
        else:
            log_odds = math.log(value / (1.0 - value))
            cell = np.int64(math.floor(log_odds / STEP)) + STEPS_TO_ZERO
            cell = np.int64(min(max(cell, 1), GRID - 2))
            cells[place] = cell
            counts[cell] += 1.0
            sums[cell] += log_odds


@kernel
def normalise(
    sizes: IntArray, codes: "np.ndarray", book: FloatArray, gammas: FloatArray, scales: FloatArray
) -> None:
    """Write the scale of each context with two children or more: scale sum(shares) + gamma = 1, as they are coded.

    ``sizes`` are the numbers of children of all contexts, ``gammas`` and ``scales`` of those with several alone.
    """
    child, several = 0, 0
    for context in range(len(sizes)):
        if sizes[context] >= 2:
            total = 0.0
            for place in range(child, child + sizes[context]):
                total += book[codes[place]]
            scales[several] = (1.0 - gammas[several]) / total if total > 0.0 else 0.0
            several += 1
        child += sizes[context]


@kernel
def pack(words: IntArray, codes: "np.ndarray", width: int, first: int, entries: "np.ndarray") -> None:
    """Write words and codes as the entries from ``first`` on, ``width`` bits each, into what is still 0."""
    for place in range(len(words)):
        entry = (np.uint64(words[place]) << np.uint64(8)) | np.uint64(codes[place])
        bit = (first + place) * width
        word, shift = bit >> 6, bit & 63
        entries[word] |= entry << np.uint64(shift)
        if shift + width > 64:
            entries[word + 1] |= entry >> np.uint64(64 - shift)


@kernel
def unpack(tables: Tables, words: IntArray, codes: "np.ndarray") -> None:
    """Write the word and the code of each entry; a word that is none becomes the first."""
    for place in range(len(words)):
        entry = entry_at(tables.entries, tables.width, place)
        words[place] = entry >> 8 if entry >> 8 < len(tables.unigrams) else 0
        codes[place] = entry & 255


@kernel
def link(words: IntArray, children: IntArray, suffixes: IntArray, first: int, last: int) -> None:
    """Write the suffix links of the children of the contexts ``first`` to ``last``.

    The suffix of h w is the child w of the suffix of h. Both have their children sorted, so one cursor finds all.
    """
    for context in range(first, last):
        cursor, end = np.int64(0), np.int64(0)
        if context > 0:
            cursor, end = np.int64(children[suffixes[context]]), np.int64(children[suffixes[context] + 1])
        for child in range(children[context], children[context + 1]):
            while cursor < end and words[cursor] < words[child]:
                cursor += 1
            suffixes[child] = cursor if cursor < end and words[cursor] == words[child] else 0


@kernel
def expand(
    tables: Tables,
    children: IntArray,
    suffixes: IntArray,
    codes: "np.ndarray",
    first: int,
    last: int,
    books: int,
    probabilities: FloatArray,
    backoffs: FloatArray,
) -> None:
    """Write gamma of the contexts ``first`` to ``last`` and p of their children, from shorter n-grams' p."""
    known = 1 + len(tables.unigrams)
    for context in range(first, last):
        low, high = np.int64(children[context]), np.int64(children[context + 1])
        scale, gamma = weights_of(tables, context, low - known, high - known, books)
        backoffs[context] = gamma
        for child in range(low, high):
            share = tables.share_book[books + np.int64(codes[child - known])]
            probabilities[child] = probabilities[suffixes[child]] * gamma + scale * share
