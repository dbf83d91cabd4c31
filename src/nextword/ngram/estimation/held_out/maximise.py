"""Expectation maximisation: the weights under which a text is likeliest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import IntArray
from nextword.ngram.estimation.held_out import kernels
from nextword.ngram.estimation.held_out.evidence import Evidence

HIGHEST = 0.9999
"""No weight is above this, so that no shorter context is ever silent and no word impossible."""
TOLERANCE = 1e-7
"""EM ends when the log-likelihood grows by a smaller part of itself than this."""
MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Fit:
    """The weights found, and the way there."""

    weights: NDArray[np.float64]
    """(weights,), from 0 to `HIGHEST`."""
    log_likelihoods: tuple[float, ...]
    """Of all tokens, natural: before the first step, then after each; never falling."""


def maximise(evidence: Evidence, slots: IntArray, weights: int, uniform: float) -> Fit:
    """Return the weights under which the evidence is likeliest, from one half each.

    ``slots`` (R, N) says which weight is that of each row's context of each order, -1 for a context that was not
    seen; ``uniform`` is the probability of every word below order 1. With p(k) = weight r(k) + (1 - weight) p(k-1):

      E step: how many tokens reach a weight, and how many of them stop there
      M step: weight = stopped / reached, at most `HIGHEST`

    The likelihood never falls (Dempster, Laird and Rubin 1977): a weight held at its bound is still the best
    allowed, since what the M step maximises has one highest point and falls to both sides of it.
    """
    found = np.full(weights, 0.5)
    log_likelihoods: list[float] = []
    for _ in range(MOST_STEPS + 1):
        stopped, reached = np.zeros(weights), np.zeros(weights)
        before = found
        log_likelihoods.append(
            kernels.expect(evidence.ratios, slots, evidence.tokens, uniform, before, stopped, reached)
        )
        if _is_settled(log_likelihoods):
            break
        # A weight that no token reaches stays as it is.
        found = np.minimum(np.divide(stopped, reached, out=before.copy(), where=reached > 0), HIGHEST)
    return Fit(before, tuple(log_likelihoods))


def _is_settled(log_likelihoods: list[float]) -> bool:
    *_, before, now = [-np.inf, *log_likelihoods]
    return now - before < TOLERANCE * abs(now)
