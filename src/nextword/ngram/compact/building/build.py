"""From the exact automaton to the compact one."""

import numpy as np
from numpy.typing import NDArray

from nextword.errors import ModelFormatError, SettingError
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.compact.automaton import CompactAutomaton
from nextword.ngram.compact.building import kernels
from nextword.ngram.compact.building.codebook import encode
from nextword.ngram.compact.tables import CODE_BITS, CODES, entry_words, word_bits
from nextword.ngram.compact.tree.tree import tree_bits

MOST_LESS_LIKELY = 0.01
"""A larger part of n-grams that are less likely than the shorter context alone makes them is no interpolation's."""


def compacted(exact: Automaton) -> CompactAutomaton:
    """Return the compact form of an automaton: the same n-grams, their probabilities in codes of 8 bits.

    Raises ModelFormatError for an automaton whose arrays do not make a tree, SettingError for one that backs off
    where others interpolate.
    """
    sizes = _sizes(exact)
    width = word_bits(exact.vocabulary_size) + CODE_BITS
    first = int(exact.starts[2])  # the first bigram
    entries = np.zeros(entry_words(len(exact.words) - first, width), dtype=np.uint64)
    shares, gammas = np.zeros((exact.order - 1, CODES)), np.zeros((exact.order - 1, CODES))
    scales, gamma_codes = [np.empty(0, np.float32)], [np.empty(0, np.uint8)]
    for length in range(1, exact.order):
        low, high = int(exact.starts[length + 1]), int(exact.starts[length + 2])
        codes, of_contexts, scale, shares[length - 1], gammas[length - 1] = _one_length(exact, sizes, length)
        gamma_codes.append(of_contexts)
        scales.append(scale)
        kernels.pack(exact.words[low:high], codes, width, low - first, entries)
    return CompactAutomaton(
        exact.order,
        exact.starts,
        np.exp(exact.log_probs[1:first]),
        tree_bits(sizes[1:]),
        entries,
        shares.ravel(),
        np.concatenate(scales),
        np.concatenate(gamma_codes),
        gammas.ravel(),
    )


def _one_length(
    exact: Automaton, sizes: NDArray[np.int32], length: int
) -> tuple[
    NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]
]:
    """Code the children of the contexts of so many words, and the gammas of those with several.

    Returns the codes of both, the scales, and the codebooks of both.
    """
    begin, end = int(exact.starts[length]), int(exact.starts[length + 1])
    shares = np.empty(int(exact.starts[length + 2]) - end)
    gammas = np.empty(end - begin)
    less_likely = kernels.shares_of(
        exact.children, exact.suffixes, exact.log_probs, exact.backoffs, begin, end, shares, gammas
    )
    if less_likely > MOST_LESS_LIKELY * len(shares):
        raise SettingError(
            f"the compact form is for interpolated models; this one backs off, as Katz's do: {less_likely:,} of "
            f"its {len(shares):,} {length + 1}-grams are less likely than after fewer words; prune it instead"
        )
    codes, book = encode(shares)
    gamma_codes, gamma_book = encode(gammas[sizes[begin:end] >= 2])
    scales = np.empty(len(gamma_codes), dtype=np.float32)
    kernels.normalise(sizes[begin:end], codes, book, gamma_book[gamma_codes], scales)
    return codes, gamma_codes, scales, book, gamma_book


def _sizes(exact: Automaton) -> NDArray[np.int32]:
    """Return how many children each context has; raises ModelFormatError unless they make a tree."""
    sizes = np.diff(exact.children)
    if sizes.min(initial=0) < 0 or not np.array_equal(exact.children[exact.starts[:-1]], exact.starts[1:]):
        raise ModelFormatError("the n-grams make no tree of words, pairs and so on; the model is damaged")
    words = exact.words[1:]
    if words.min(initial=0) < 0 or words.max(initial=0) >= exact.vocabulary_size:
        raise ModelFormatError(
            f"words are numbered from 0 to {exact.vocabulary_size - 1}, got {words.min()} to {words.max()}; "
            "the model is damaged"
        )
    return sizes
