"""N-grams that files of counts leave out, though longer ones hold them."""

import numpy as np
from numpy.typing import NDArray

from nextword.ngram.counting.lines.parse import Section
from nextword.ngram.counting.merging.regroup import check_largest

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


def restored(sections: list[Section]) -> tuple[list[Section], int]:
    """Return sections in which every part of an n-gram has a count, and how many n-grams that took.

    A count that is given stays. One that is missing is the smallest that the longer n-grams allow,

        c(g) = max(sum over w of c(g w), sum over w of c(w g)),

    which is the count itself where they are complete: in a text every word but ``</s>`` is followed, and every
    word but ``<s>`` preceded, by another. So files of one order come back with all orders below it; only sentences
    shorter than that order are lost.

    Each n-gram then stands once. Raises InputError for counts that add up to more than 32 bits hold.
    """
    complete, added = [_summed(sections[-1])], 0
    for section in reversed(sections[:-1]):
        longer, given = complete[-1], _summed(section)
        right = _summed(Section(longer.words[:, :-1], longer.counts))
        left = _summed(Section(longer.words[:, 1:], longer.counts))
        complete.append(_completed(given, right, left))
        added += len(complete[-1].counts) - len(given.counts)
    return complete[::-1], added


def _summed(section: Section) -> Section:
    """Return each n-gram once, with the sum of its counts."""
    if len(section.counts) == 0:
        return section
    places, firsts = _grouped(section.words)
    counts = np.add.reduceat(section.counts[places], firsts, dtype=np.int64)
    check_largest(int(counts.max()))
    return Section(section.words[places[firsts]], counts)


def _completed(given: Section, right: Section, left: Section) -> Section:
    """Return the n-grams of all three, with the count that is given, or else the larger sum."""
    words = np.concatenate([given.words, right.words, left.words])
    if len(words) == 0:
        return given
    stated, implied = (np.zeros(len(words), dtype=np.int64) for _ in range(2))
    stated[: len(given.counts)] = given.counts
    implied[len(given.counts) :] = np.concatenate([right.counts, left.counts])
    places, firsts = _grouped(words)
    stated, implied = (np.maximum.reduceat(counts[places], firsts) for counts in (stated, implied))
    return Section(words[places[firsts]], np.where(stated > 0, stated, implied))


def _grouped(words: Ints) -> tuple[Longs, Longs]:
    """Return the places of the rows in sorted order, and where in it each different row begins."""
    bits = max(1, int(words.max()).bit_length())
    a_key = 63 // bits  # so many words fit into one 64-bit key
    keys = []
    for begin in range(0, words.shape[1], a_key):
        key = np.zeros(len(words), dtype=np.int64)
        for column in range(begin, min(begin + a_key, words.shape[1])):
            key = key << bits | words[:, column]
        keys.append(key)
    places = np.lexsort(keys[::-1])
    differs = np.ones(len(words), dtype=np.bool_)
    differs[1:] = False
    for key in keys:
        rising = key[places]
        differs[1:] |= rising[1:] != rising[:-1]
    return places, np.flatnonzero(differs)
