"""The softmax over words: log P(w | h) = score(w) - log sum_v exp score(v), with score(w) = U_w h + b_w."""

import numpy as np

from nextword.arrays import FloatArray

WORDS = 1024
"""Words that are scored at once where only sums are wanted: their scores for 512 rows stay in a core's cache."""


def scores(hidden: FloatArray, U: FloatArray, bias: FloatArray) -> FloatArray:
    """Return U h + b of every word, (N, V) float32, for ``hidden`` (N, H)."""
    # For one row a product of matrix and vector, which libraries are twice as quick at as at the other order.
    product: FloatArray = (U @ hidden[0])[None] if len(hidden) == 1 else hidden @ U.T
    product += bias
    return product


def log_softmax(values: FloatArray) -> FloatArray:
    """Return values less the logarithm of the sum of their exponentials, row by row, in float64.

    >>> np.exp(log_softmax(np.array([[0.0, 0.0, -np.inf]]))).tolist()
    [[0.5, 0.5, 0.0]]
    """
    shifted = values.astype(np.float64)
    shifted -= shifted.max(axis=1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return shifted


def log_normalisers(hidden: FloatArray, U: FloatArray, bias: FloatArray) -> FloatArray:
    """Return log sum_w exp(U_w h + b_w), (N,) float64, without all scores at once.

    Word block by word block, the highest score so far is taken off before exp, and the sum so far is scaled to it.
    """
    highest = np.full(len(hidden), -np.inf, dtype=np.float32)  # (N,)
    total = np.zeros(len(hidden))  # (N,), sum_w exp(score(w) - highest)
    space = np.empty(len(hidden) * min(WORDS, len(U)), dtype=np.float32)
    for begin in range(0, len(U), WORDS):
        some = slice(begin, begin + WORDS)
        words = U[some]
        block = space[: len(hidden) * len(words)].reshape(len(hidden), len(words))
        np.matmul(hidden, words.T, out=block)
        block += bias[some]
        higher = np.maximum(highest, block.max(axis=1))
        block -= higher[:, None]
        np.exp(block, out=block)
        total = total * np.exp(highest - higher) + block.sum(axis=1)
        highest = higher
    return highest + np.log(total)


def target_scores(hidden: FloatArray, U: FloatArray, bias: FloatArray) -> FloatArray:
    """Return U_w h + b_w of one word a row: ``U`` is (N, H) and ``bias`` (N,)."""
    products: FloatArray = np.einsum("nh,nh->n", hidden, U)
    return products + bias


def highest_places(log_probs: FloatArray, k: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the places of the k highest values of (V,), with all that equal the last of them, in their order.

    >>> highest_places(np.array([0.5, 2.0, 1.0, 0.1, 1.0]), 2).tolist()
    [1, 2, 4]
    """
    if k >= len(log_probs):
        return np.arange(len(log_probs))
    least = np.partition(log_probs, len(log_probs) - k)[len(log_probs) - k]
    return np.flatnonzero(log_probs >= least)
