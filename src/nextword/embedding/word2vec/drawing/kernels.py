"""Random numbers that depend on where they are used, not on who uses them, and what is drawn with them.

A stream is SplitMix64 (Steele, Lea, Flood 2014): the k-th number is mix(begin + k * GOLDEN). It begins anew with every
sentence, from (seed, epoch, sentence), so the same draws are made whatever thread comes by.
"""

import numpy as np

from nextword.arrays import IntArray
from nextword.compile import kernel
from nextword.embedding.word2vec.updates.kernels import GROUP, PLACES
from nextword.simd import LANES, prefetch

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio: multiples of it are spread evenly."""
HALF = np.uint64(32)
LOW = np.uint64(0xFFFFFFFF)


@kernel
def mix(number: int) -> int:
    """Return 64 bits that look random, each of them a function of all bits of the number."""
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))


@kernel
def stream_of(seed: int, epoch: int, sentence: int) -> int:
    """Return where the random numbers of a sentence begin."""
    return mix(mix(np.uint64(seed) + GOLDEN * np.uint64(epoch)) + GOLDEN * np.uint64(sentence))


@kernel
def below(bits: int, limit: int) -> int:
    """Return a number from 0 to ``limit`` - 1, of the high half of 64 random bits."""
    return np.int64(((bits >> HALF) * np.uint64(limit)) >> HALF)


@kernel
def keep_words(
    words: IntArray, begin: int, end: int, thresholds: "np.ndarray", kept: IntArray, stream: int
) -> tuple[int, int]:
    """Write the words of a sentence that are read this time, and return (how many, the stream after them).

    A word w is kept where 32 random bits are below ``thresholds[w]`` = 2^32 p(w); words below 0 are unknown and
    always dropped. Those beside a dropped word become neighbours, as in word2vec.c.
    """
    count = 0
    for place in range(begin, end):
        word = words[place]
        if word >= 0:
            stream += GOLDEN
            kept[count] = word
            count += (mix(stream) >> HALF) < thresholds[word]
    return count, stream


@kernel
def window_of(kept: IntArray, count: int, centre: int, reach: int, width: int, contexts: IntArray) -> int:
    """Write where the input rows of the words around a centre begin, and return how many there are."""
    found = 0
    for place in range(max(0, centre - reach), min(count, centre + reach + 1)):
        if place != centre:
            contexts[found] = kept[place] * width
            found += 1
    return found


@kernel
def draw_word(bits: int, table: "np.ndarray", words: int) -> int:
    """Return a word from an alias table (Walker 1977; Vose 1991), by one look.

    Cell i holds in its high half 2^32 times the probability that i itself is drawn there, in its low half the
    word that is drawn otherwise.
    """
    slot = below(bits, words)
    cell = table[slot]
    return slot if (bits & LOW) < (cell >> HALF) else np.int64(cell & LOW)


@kernel
def draw_negatives(
    stream: int,
    centre: int,
    negative: int,
    table: "np.ndarray",
    words: int,
    width: int,
    rate: float,
    outputs: "np.ndarray",
    rows: IntArray,
    rates: "np.ndarray",
    first: int,
) -> int:
    """Write the output rows of a centre, itself and then ``negative`` words drawn, and return the stream after them.

    The groups of rows begin at ``first`` in ``rows`` and ``rates``.

    A word that is the centre is skipped, as in word2vec.c: in its place stands the row behind all words, with a
    rate of 0. So it is with a word that was drawn before in the same group of rows, whose rate then counts twice:
    rows that are updated at once must differ.
    """
    rows[first] = centre * width
    rates[first] = rate
    prefetch_row(outputs, rows[first], width)
    for draw in range(1, negative + 1):
        stream += GOLDEN
        word = draw_word(mix(stream), table, words)
        group = first + draw // GROUP * PLACES
        place = group + draw % GROUP
        row, step = word * width, rate
        if word == centre:
            row, step = words * width, np.float32(0)
        for earlier in range(group, place):
            if rows[earlier] == row and step > 0:
                rates[earlier] += rate
                row, step = words * width, np.float32(0)
        rows[place] = row
        rates[place] = step
        prefetch_row(outputs, row, width)
    return stream


@kernel
def prefetch_row(matrix: "np.ndarray", row: int, width: int) -> None:
    """Ask for a row that will be updated soon."""
    for lane in range(0, width, LANES):
        prefetch(matrix, row + lane)


@kernel
def fill_aliases(weights: "np.ndarray", table: "np.ndarray") -> None:
    """Make the alias table of words with these weights, which sum to their number (Vose 1991).

    Words below the average share their cell with one above it, which gives away what they lack.
    """
    words = len(weights)
    left = weights.copy()
    small, large = np.empty(words, np.int64), np.empty(words, np.int64)
    smalls, larges = 0, 0
    for word in range(words):
        if left[word] < 1:
            small[smalls] = word
            smalls += 1
        else:
            large[larges] = word
            larges += 1
        table[word] = (LOW << HALF) | np.uint64(word)
    while smalls > 0 and larges > 0:
        smalls -= 1
        poor, rich = small[smalls], large[larges - 1]
        share = np.uint64(min(left[poor] * 4294967296.0, 4294967295.0))
        table[poor] = (share << HALF) | np.uint64(rich)
        left[rich] -= 1 - left[poor]
        if left[rich] < 1:
            larges -= 1
            small[smalls] = rich
            smalls += 1
