"""The character n-grams of words, hashed as fastText hashes them, and sums of their vectors."""

import numpy as np

from nextword.compile import kernel


@kernel
def hash_ngrams(
    text: "np.ndarray", begin: int, end: int, shortest: int, longest: int, buckets: int, found: "np.ndarray"
) -> int:
    """Put the bucket of each n-gram of ``text[begin:end]``, a word in angle brackets, into ``found``; return how many.

    An n-gram is ``shortest`` to ``longest`` characters of UTF-8, not the brackets alone. Its bucket is its 32-bit
    FNV-1a hash modulo ``buckets``, computed as fastText does: h = (h xor b) * 16777619 with each byte b taken as a
    signed char, so that a byte from 128 up also flips the upper 24 bits (Bojanowski et al., 2017, section 3.2).
    """
    count = 0
    for first in range(begin, end):
        if text[first] & 0xC0 == 0x80:  # inside a character
            continue
        digest, place, length = np.int64(2166136261), first, 0
        while place < end and length < longest:
            while True:
                byte = np.int64(text[place])
                if byte >= 128:
                    byte |= 0xFFFFFF00
                digest = ((digest ^ byte) * 16777619) & 0xFFFFFFFF
                place += 1
                if place == end or text[place] & 0xC0 != 0x80:
                    break
            length += 1
            if length >= shortest and not (length == 1 and (first == begin or place == end)):
                if count < len(found):
                    found[count] = digest % buckets
                count += 1
    return count


@kernel
def count_ngrams(text: "np.ndarray", begins: "np.ndarray", shortest: int, longest: int) -> tuple[int, int]:
    """Return how many n-grams the words ``text[begins[w]:begins[w + 1]]`` have, and the most that one has."""
    total, most, none = 0, 0, np.empty(0, dtype=np.int64)
    for word in range(len(begins) - 1):
        count = hash_ngrams(text, begins[word], begins[word + 1], shortest, longest, 1, none)
        total += count
        most = max(most, count)
    return total, most


@kernel
def bucket_row(kept: "np.ndarray", bucket: int) -> int:
    """Return the row of a bucket among the sorted ``kept`` ones, or -1; where none are named, all are kept."""
    if len(kept) == 0:
        return bucket
    place = np.searchsorted(kept, bucket)
    return place if place < len(kept) and kept[place] == bucket else -1


@kernel
def add_subwords(
    text: "np.ndarray",
    begins: "np.ndarray",
    shortest: int,
    longest: int,
    buckets: int,
    kept: "np.ndarray",
    subwords: "np.ndarray",
    found: "np.ndarray",
    words: "np.ndarray",
    counts: "np.ndarray",
) -> None:
    """Add to each word's row the rows of its n-grams, and to its count how many there were."""
    size = words.shape[1]
    for word in range(len(begins) - 1):
        ngrams = hash_ngrams(text, begins[word], begins[word + 1], shortest, longest, buckets, found)
        for ngram in range(ngrams):
            row = bucket_row(kept, found[ngram])
            if row < 0:
                continue
            counts[word] += 1
            for column in range(size):
                words[word, column] += subwords[row, column]
