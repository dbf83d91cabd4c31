"""How fast something fades: by which factor a step."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST = 1e-290
"""Norms below this are rounding."""


@dataclass(frozen=True)
class Decay:
    """A straight line through the logarithms of norms: norm(k) = start * rate ** k."""

    rate: float
    """What is left after one more step, from 0 to 1; above 1 where it grows."""
    start: float

    @property
    def half_life(self) -> float:
        """The steps after which half is left; infinite where nothing fades."""
        return math.inf if self.rate >= 1 else math.log(0.5) / math.log(self.rate)


def fit_decay(norms: NDArray[np.float64]) -> Decay | None:
    """Return the decay of ``norms`` (K,) for k = 1 to K, by least squares; None with fewer than two above zero.

    >>> round(fit_decay(0.5 ** np.arange(1, 20)).rate, 6)
    0.5
    """
    steps = 1 + np.flatnonzero(norms > LEAST)
    if len(steps) < 2:
        return None
    slope, height = np.polyfit(steps, np.log(norms[steps - 1]), 1)
    return Decay(math.exp(slope), math.exp(height))
