"""The gradient inside a fixed window: it reaches the last n words, and none before them."""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.neural.inference.outputs import Output
from nextword.neural.inference.window import Window
from nextword.neural.inside.rnn import SLOPES
from nextword.neural.inside.scores import score_gradients


def window_gradients(
    network: Window, output: Output, windows: IntArray, targets: IntArray, activation: str
) -> FloatArray:
    """Return d log P(target) / d e for each place of the windows (N, n), as (n, N, E), the last word first.

    h = f(W e + b) layer upon layer, so that de = W^T (f' * dh).
    """
    h: FloatArray = network.embedding[windows].reshape(len(windows), -1).astype(np.float64)  # e: (N, nE)
    above = []
    for W, b in network.layers:
        h = network.f(h @ W.T + b)  # (N, H)
        above.append(h)
    change = score_gradients(output, h, targets)
    for (W, _), h in zip(reversed(network.layers), reversed(above), strict=True):
        change = (SLOPES[activation](h) * change) @ W
    by_place: FloatArray = change.reshape(len(windows), network.window, -1)  # (N, n, E)
    return by_place[:, ::-1].transpose(1, 0, 2)
