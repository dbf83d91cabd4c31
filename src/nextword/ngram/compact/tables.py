"""The arrays of a compact model, as its kernels take them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CODE_BITS = 8
"""Bits of a code: an entry of a codebook."""
CODES = 1 << CODE_BITS


class Tables(NamedTuple):
    """p(w | h) = scale(h) share(hw) + gamma(h) p(w | h without its first word), each h without w having share 0.

    Contexts are grouped by their lengths, each with codebooks of its own: the codebook of contexts of k words begins
    at ``(k - 1) * CODES``. A context with one child has scale 1 and gamma 1 - share, so that nothing is stored for
    it; one without children gamma 1.
    """

    unigrams: NDArray[np.float64]
    """(V,): p(w)."""
    bits: NDArray[np.uint64]
    ranks: NDArray[np.int32]
    several: NDArray[np.int32]
    hints: NDArray[np.int32]
    firsts: NDArray[np.int32]
    """The tree; see `nextword.ngram.compact.tree.tree.Tree`."""
    entries: NDArray[np.uint64]
    """Bigrams and longer n-grams, ``width`` bits each: the code of the share, and above it the last word."""
    width: int
    share_book: NDArray[np.float64]
    """(codes of all lengths,): what a code says of an n-gram."""
    scales: NDArray[np.float32]
    """(contexts with two children or more,): what makes the probabilities sum to one."""
    gamma_codes: NDArray[np.uint8]
    """(contexts with two children or more,)"""
    gamma_book: NDArray[np.float64]
    """(codes of all lengths,): what a code says of a context."""
    order: int
    contexts: int


def word_bits(vocabulary_size: int) -> int:
    """Return how many bits number the words.

    >>> word_bits(3), word_bits(125_393)
    (2, 17)
    """
    return max(1, (vocabulary_size - 1).bit_length())


def entry_words(entries: int, width: int) -> int:
    """Return how many words of 64 bits the entries take; one more is there to be read beyond the last."""
    return -(-entries * width // 64) + 1
