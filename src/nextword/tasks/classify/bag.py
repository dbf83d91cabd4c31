"""A bag of n-grams: which of them a text holds, each with its log-count ratio, weighed by a logistic regression.

The ratio r of an n-gram says how much more often texts of a class hold it than others do (Wang and Manning 2012):
r = ln((p / |p|) / (q / |q|)), where p counts the class's texts that hold it, plus 1, and q the others', plus 1. It is
multiplied by idf = ln((1 + N) / (1 + texts that hold it)) + 1: what is rare is believed sooner, which was better for
reviews of few words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray, IntArray, TokenIds
from nextword.errors import MissingDependencyError
from nextword.text.vocabulary import UNKNOWN

STRENGTH = 1.0
"""C of the logistic regression."""


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


def learn_bag(texts: Sequence[TokenIds], classes: IntArray, count: int, words: int, order: int) -> Bag:
    """Learn a bag from texts and the number of each one's class, of ``count`` classes.

    Raises MissingDependencyError where scikit-learn is not installed.
    """
    try:
        from scipy.sparse import csr_array
    except ImportError as error:
        raise MissingDependencyError(
            "the bag of n-grams is weighed by scikit-learn, which is not installed; try: "
            "pip install 'nextword[tasks]', or leave the bag out (--bag 0)"
        ) from error
    held = [ngram_keys(text, words, order) for text in texts]
    keys = np.unique(np.concatenate(held))
    bounds = np.cumsum([0, *map(len, held)]).astype(np.int32)  # of 32 bits, as liblinear wants them
    places = np.searchsorted(keys, np.concatenate(held)).astype(np.int32)
    holds = csr_array((np.ones(len(places)), places, bounds), shape=(len(texts), len(keys)))  # (N, F)
    weights, bias = np.empty((len(keys), count), np.float32), np.empty(count, np.float32)
    for number in range(count if count > 2 else 1):
        weights[:, number], bias[number] = _against_others(holds, classes == number)
    if count == 2:
        weights[:, 1], bias[1] = -weights[:, 0], -bias[0]
    return Bag(keys, weights, bias, words, order)


def log_count_ratios(holds: Any, is_class: NDArray[np.bool_]) -> FloatArray:
    """Return r of each n-gram, (F,), where ``holds`` (N, F) says which text holds it."""
    p = 1 + np.asarray(holds[is_class].sum(axis=0)).ravel()
    q = 1 + np.asarray(holds[~is_class].sum(axis=0)).ravel()
    ratios: FloatArray = np.log((p / p.sum()) / (q / q.sum()))
    return ratios


def _against_others(holds: Any, is_class: NDArray[np.bool_]) -> tuple[FloatArray, float]:
    """Return what each n-gram says for a class, (F,), and the bias."""
    from sklearn.linear_model import LogisticRegression

    texts_with = np.asarray(holds.sum(axis=0)).ravel()  # (F,)
    idf = np.log((1 + holds.shape[0]) / (1 + texts_with)) + 1
    scale = log_count_ratios(holds, is_class) * idf
    scaled = holds.multiply(scale[None]).tocsr()
    regression = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0).fit(scaled, is_class)
    return regression.coef_[0] * scale, float(regression.intercept_[0])
