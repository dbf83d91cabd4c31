"""The softmax over words: log P(w | h) = score(w) - log sum_v exp score(v), with score(w) = U_w h + b_w."""

from typing import Self

import numpy as np

from nextword.arrays import FloatArray, IntArray

WORDS = 1024
"""Words that are scored at once where only sums are wanted: their scores for 512 rows stay in a core's cache."""

LANES = 16
"""Numbers in a vector of `nextword.simd`."""
COMPILED_FROM = 1 << 18
"""With fewer numbers than this in U, NumPy's product takes no time worth a compiler."""


class Words:
    """Rows of U and their biases: what scores some words, or some clusters of words."""

    def __init__(self, U: FloatArray, bias: FloatArray) -> None:
        self.U = U
        """(V, H)"""
        self.bias = bias
        """(V,)"""

    def __len__(self) -> int:
        return len(self.U)

    def __getitem__(self, some: slice | IntArray) -> Self:
        return type(self)(self.U[some], self.bias[some])

    def scores(self, hidden: FloatArray) -> FloatArray:
        """Return U h + b of every word, (N, V) float32, for ``hidden`` (N, H)."""
        # For one row a product of matrix and vector, which libraries are quicker at than at the other order.
        product: FloatArray = (self.U @ hidden[0])[None] if len(hidden) == 1 else hidden @ self.U.T
        product += self.bias
        return product

    def scores_of_one(self, hidden: FloatArray) -> FloatArray:
        """Return what `scores` does for ``hidden`` (1, H), compiled where that is sooner."""
        H = hidden.shape[1]
        if self.U.size < COMPILED_FROM or min(H, len(self)) < LANES:
            return self.scores(hidden)
        from nextword.neural.inference.kernels import score_words  # which loads the compiler

        lanes = np.zeros(-(-H // LANES) * LANES, dtype=np.float32)
        rest = H % LANES
        lanes[: H - rest] = hidden[0, : H - rest]
        lanes[len(lanes) - rest :] = hidden[0, H - rest :]
        rows = self.U.reshape(-1)
        rows.flags.writeable = False  # as those mapped from files, for which it is compiled as well
        product = np.empty((1, len(self)), dtype=np.float32)
        score_words(rows, lanes, product[0])
        product += self.bias
        return product

    def own_scores(self, hidden: FloatArray) -> FloatArray:
        """Return the score of one word a row, (N,): word n for row n of ``hidden`` (N, H)."""
        products: FloatArray = np.einsum("nh,nh->n", hidden, self.U)
        return products + self.bias

    def log_normalisers(self, hidden: FloatArray) -> FloatArray:
        """Return log sum_w exp score(w), (N,) float64, without all scores at once.

        Word block by word block, the highest score so far is taken off before exp, and the sum so far is scaled to it.
        """
        highest = np.full(len(hidden), -np.inf, dtype=np.float32)  # (N,)
        total = np.zeros(len(hidden))  # (N,), sum_w exp(score(w) - highest)
        space = np.empty(len(hidden) * min(WORDS, len(self)), dtype=np.float32)
        for begin in range(0, len(self), WORDS):
            some = self[begin : begin + WORDS]
            block = space[: len(hidden) * len(some)].reshape(len(hidden), len(some))
            np.matmul(hidden, some.U.T, out=block)
            block += some.bias
            higher = np.maximum(highest, block.max(axis=1))
            block -= higher[:, None]
            np.exp(block, out=block)
            total = total * np.exp(highest - higher) + block.sum(axis=1)
            highest = higher
        return highest + np.log(total)


def log_softmax(values: FloatArray) -> FloatArray:
    """Return values less the logarithm of the sum of their exponentials, row by row, in float64.

    >>> np.exp(log_softmax(np.array([[0.0, 0.0, -np.inf]]))).tolist()
    [[0.5, 0.5, 0.0]]
    """
    shifted = values.astype(np.float64)
    shifted -= shifted.max(axis=1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return shifted


def highest_places(log_probs: FloatArray, k: int) -> IntArray:
    """Return the places of the k highest values of (V,), with all that equal the last of them, in their order.

    >>> highest_places(np.array([0.5, 2.0, 1.0, 0.1, 1.0]), 2).tolist()
    [1, 2, 4]
    """
    if k >= len(log_probs):
        return np.arange(len(log_probs))
    least = np.partition(log_probs, len(log_probs) - k)[len(log_probs) - k]
    return np.flatnonzero(log_probs >= least)
