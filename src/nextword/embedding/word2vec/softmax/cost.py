"""What the full softmax will cost, measured before anybody waits for it."""

import time

import numpy as np

from nextword.embedding.word2vec.softmax.batch import MOST_BYTES, train_softmax
from nextword.embedding.word2vec.softmax.threads import one_blas_thread


def softmax_cost(V: int, E: int, batch_size: int = 64) -> float:
    """Return how many examples a second one thread of this machine trains with V words and vectors of E numbers.

    One step on random numbers is timed, after one that warms up: some milliseconds, or a second for V of a million.
    An example is a centre word, with however many words around it.
    """
    chance = np.random.default_rng(0)
    W, W_out = (chance.uniform(-0.5, 0.5, (V, E)).astype(np.float32) for _ in range(2))
    size = max(1, min(batch_size, MOST_BYTES // (4 * V)))
    words, bounds = chance.integers(0, V, size), np.arange(size + 1)
    with one_blas_thread():
        for _ in range(2):
            began = time.perf_counter()
            train_softmax(W, W_out, words, bounds, words, bounds, 1e-3, batch_size=size)
            seconds = time.perf_counter() - began
    return size / seconds
