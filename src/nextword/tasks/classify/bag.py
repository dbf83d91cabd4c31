"""A bag of n-grams: which of them a text holds, and what each says for every class."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray, TokenIds
from nextword.text.vocabulary import UNKNOWN


@dataclass(frozen=True, eq=False, slots=True)
class Bag:
    """The n-grams that were seen and what each says for every class."""

    keys: NDArray[np.int64]
    """(F,), the n-grams as numbers, rising; see `ngram_keys`."""
    weights: NDArray[np.float32]
    """(F, C)"""
    bias: NDArray[np.float32]
    """(C,)"""
    words: int
    """V, the size of the vocabulary."""
    order: int

    def probabilities(self, texts: Sequence[TokenIds]) -> FloatArray:
        """Return the classes' probabilities, (N, C): each class against all others, then made to sum to one."""
        scores = np.empty((len(texts), len(self.bias)))
        for row, text in enumerate(texts):
            keys = ngram_keys(text, self.words, self.order)
            places = np.minimum(np.searchsorted(self.keys, keys), max(len(self.keys) - 1, 0))
            known = places[self.keys[places] == keys] if len(self.keys) else places[:0]
            scores[row] = self.weights[known].sum(axis=0, dtype=np.float64) + self.bias
        against = 0.5 + 0.5 * np.tanh(scores / 2)  # the sigmoid, which never overflows
        against = np.maximum(against, np.finfo(float).tiny)
        shares: FloatArray = against / against.sum(axis=1, keepdims=True)
        return shares


def ngram_keys(text: TokenIds, words: int, order: int) -> NDArray[np.int64]:
    """Return the n-grams that a text holds, each once, as rising numbers; those with unknown words are none.

    >>> ngram_keys(np.array([3, 4, 3], dtype=np.int32), 10, 2).tolist()
    [3, 4, 44, 53]
    """
    ids = text.astype(np.int64)
    keys, is_known = ids, ids != UNKNOWN
    found = [keys[is_known]]
    for length in range(2, order + 1):
        # A word of a longer n-gram counts from 1, so that no two n-grams share a number.
        keys = (keys[:-1] + 1) * words + ids[length - 1 :]
        is_known = is_known[:-1] & (ids[length - 1 :] != UNKNOWN)
        found.append(keys[is_known])
    return np.unique(np.concatenate(found))
