"""How fast something fades: by which factor a step."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST = 1e-290
"""Norms below this are rounding."""
STEEPEST = 700.0
"""The exponential of more is no number."""


@dataclass(frozen=True)
class Decay:
    """A straight line through the logarithms of norms: log norm(k) = height + k slope."""

    slope: float
    height: float

    @property
    def rate(self) -> float:
        """What is left after one more step, from 0 to 1; above 1 where it grows, infinite where it explodes."""
        return math.exp(self.slope) if self.slope < STEEPEST else math.inf

    @property
    def half_life(self) -> float:
        """The steps after which half is left; infinite where nothing fades."""
        return math.inf if self.rate >= 1 else -math.log(2) / self.slope

    def at(self, steps: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the line's norms at some steps."""
        with np.errstate(over="ignore"):
            norms: NDArray[np.float64] = np.exp(self.height + self.slope * steps)
        return norms


def fit_decay(norms: NDArray[np.float64]) -> Decay | None:
    """Return the decay of ``norms`` (K,) for k = 1 to K, by least squares; None with fewer than two that can be fitted.

    Norms of zero and infinite ones are left out.

    >>> round(fit_decay(0.5 ** np.arange(1, 20)).rate, 6)
    0.5
    """
    steps = 1 + np.flatnonzero((norms > LEAST) & np.isfinite(norms))
    if len(steps) < 2:
        return None
    slope, height = np.polyfit(steps, np.log(norms[steps - 1]), 1)
    return Decay(float(slope), float(height))
