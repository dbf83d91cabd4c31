"""The functions that bend what a layer adds up: f and sigma of the lecture."""

from collections.abc import Callable

import numpy as np

from nextword.arrays import FloatArray

HIGHEST = 1e6
"""Where relu ends: without a bound, what grows a little at each word would be infinite after many."""


def tanh(x: FloatArray) -> FloatArray:
    """Return tanh(x)."""
    bent: FloatArray = np.tanh(x)
    return bent


def relu(x: FloatArray) -> FloatArray:
    """Return max(x, 0), at most `HIGHEST`.

    >>> relu(np.array([-2.0, 3.0, np.inf])).tolist()
    [0.0, 3.0, 1000000.0]
    """
    bent: FloatArray = np.clip(x, 0, HIGHEST)
    return bent


def sigmoid(x: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-x)), by way of tanh, which never overflows.

    >>> sigmoid(np.array([-1e9, 0.0, 1e9])).tolist()
    [0.0, 0.5, 1.0]
    """
    bent: FloatArray = np.tanh(x * 0.5)
    bent *= 0.5
    bent += 0.5
    return bent


ACTIVATIONS: dict[str, Callable[[FloatArray], FloatArray]] = {"tanh": tanh, "relu": relu, "sigmoid": sigmoid}
