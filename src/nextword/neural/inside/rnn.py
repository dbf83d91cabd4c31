"""The vanilla RNN from inside: h is all there is, and each step writes all of it anew."""

from collections.abc import Callable

import numpy as np

from nextword.arrays import FloatArray
from nextword.neural.inference.activations import HIGHEST
from nextword.neural.inference.recurrent import Vectors
from nextword.neural.inference.rnn import RNNLayer
from nextword.neural.inside.cell import Cell, Values


def relu_slope(h: FloatArray) -> FloatArray:
    """Return 1 where relu lets a change through."""
    return ((h > 0) & (h < HIGHEST)).astype(h.dtype)


SLOPES: dict[str, Callable[[FloatArray], FloatArray]] = {
    "tanh": lambda h: 1 - h * h,
    "sigmoid": lambda h: h * (1 - h),
    "relu": relu_slope,
}
"""sigma' by the value of sigma."""


class RNNCell(Cell):
    """h = sigma(W_h h + W_x x + b)."""

    shown = ("hidden",)
    layer: RNNLayer

    def look(self, below: FloatArray, state: Vectors) -> tuple[dict[str, FloatArray], Vectors]:
        """Return h by name, and as the state."""
        (h,) = self.layer.step(below, state)
        return {"hidden": h}, (h,)

    def back(self, at: Values, change: Vectors) -> tuple[FloatArray, Vectors]:
        """Return the gradients of W_h h + W_x x + b, sigma' * dh, and of h before."""
        (dh,) = change
        summed = SLOPES[self.layer.activation](at["hidden"]) * dh  # (..., H)
        return summed, (np.matmul(summed, self.layer.W_h),)
