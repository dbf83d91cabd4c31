"""From the exact automaton to the compact one."""

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from nextword.compile import available_threads, run_shards, shard_bounds
from nextword.errors import ModelFormatError, SettingError
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.compact.automaton import CompactAutomaton
from nextword.ngram.compact.building import kernels
from nextword.ngram.compact.building.codebook import encode
from nextword.ngram.compact.tables import CODE_BITS, entry_words, word_bits
from nextword.ngram.compact.tree.tree import tree_bits

MOST_LESS_LIKELY = 0.01
"""A larger part of n-grams that are less likely than the shorter context alone makes them is no interpolation's."""
Number = TypeVar("Number", bound=np.generic)


class CodedLength(NamedTuple):
    """The contexts of one length, and the n-grams that are longer by a word."""

    codes: NDArray[np.uint8]
    """(n-grams,): of their shares."""
    share_book: NDArray[np.float64]
    gamma_codes: NDArray[np.uint8]
    """(contexts with two children or more,)"""
    gamma_book: NDArray[np.float64]
    scales: NDArray[np.float32]
    """(contexts with two children or more,)"""


def compacted(exact: Automaton) -> CompactAutomaton:
    """Return the compact form of an automaton: the same n-grams, their probabilities in codes of 8 bits.

    Raises ModelFormatError for an automaton whose arrays do not make a tree, SettingError for one that backs off
    where others interpolate.
    """
    sizes = _sizes(exact)
    width = word_bits(exact.vocabulary_size) + CODE_BITS
    first = int(exact.starts[2])  # the first bigram
    entries = np.zeros(entry_words(len(exact.words) - first, width), dtype=np.uint64)
    coded = []
    for length in range(1, exact.order):
        coded.append(_code(exact, sizes, length))
        low, high = int(exact.starts[length + 1]), int(exact.starts[length + 2])
        kernels.pack(exact.words[low:high], coded[-1].codes, width, low - first, entries)
    return CompactAutomaton(
        exact.order,
        exact.starts,
        np.exp(exact.log_probs[1:first]),
        tree_bits(sizes[1:]),
        entries,
        _joined([each.share_book for each in coded], np.float64),
        _joined([each.scales for each in coded], np.float32),
        _joined([each.gamma_codes for each in coded], np.uint8),
        _joined([each.gamma_book for each in coded], np.float64),
    )


def _code(exact: Automaton, sizes: NDArray[np.int32], length: int) -> CodedLength:
    """Code what the contexts of so many words say of their children, and what those with several leave."""
    begin, end = int(exact.starts[length]), int(exact.starts[length + 1])
    shares = np.empty(int(exact.starts[length + 2]) - end)
    gammas = np.empty(end - begin)

    def share(first: int, last: int) -> int:
        low, high = exact.children[begin + first] - end, exact.children[begin + last] - end
        return kernels.shares_of(
            exact.children, exact.suffixes, exact.log_probs, exact.backoffs,
            begin + first, begin + last, shares[low:high], gammas[first:last],
        )  # fmt: skip

    less_likely = sum(run_shards(share, shard_bounds(end - begin, available_threads())))
    if less_likely > MOST_LESS_LIKELY * len(shares):
        raise SettingError(
            f"the compact form is for interpolated models; this one backs off, as Katz's do: {less_likely:,} of "
            f"its {len(shares):,} {length + 1}-grams are less likely than after fewer words; prune it instead"
        )
    codes, share_book = encode(shares)
    gamma_codes, gamma_book = encode(gammas[sizes[begin:end] >= 2])
    scales = np.empty(len(gamma_codes), dtype=np.float32)
    kernels.normalise(sizes[begin:end], codes, share_book, gamma_book[gamma_codes], scales)
    return CodedLength(codes, share_book, gamma_codes, gamma_book, scales)


def _joined(arrays: list[NDArray[Number]], dtype: type[Number]) -> NDArray[Number]:
    """Join the arrays of all lengths; a model of words alone has none."""
    return np.concatenate([np.empty(0, dtype), *arrays])


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
