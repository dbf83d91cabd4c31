"""How many numbers an LSTM reads, where nobody says: the window whose weighted sum tells best what is held out."""

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nextword.tasks.forecast.series import Numbers
from nextword.tasks.forecast.shortcut import least_squares

HELD_OUT = 5
"""One in so many windows, the last ones, chooses between windows, and the number of epochs."""
SHARE = 3
"""A window that is not chosen by hand is at most one in so many of the numbers."""
WITHOUT_SEASON = (6, 12, 24)


def held_out(z: Numbers, window: int) -> int:
    """Return how many of the last of z (T,) are not learned from while something is chosen."""
    return max(2, (len(z) - window) // HELD_OUT)


def candidate_windows(period: int | None, longest: int) -> list[int]:
    """Return the windows to choose from: one and two seasons, each with the number before it; or a few lengths.

    The number before a season is what a weighted sum needs to tell this season's change from the last one's. Where
    none is short enough, it is ``longest``.
    """
    seasons = WITHOUT_SEASON if period is None else (period, period + 1, 2 * period, 2 * period + 1)
    return [window for window in seasons if window <= longest] or [longest]


def best_window(z: Numbers, candidates: Sequence[int], ridge: float) -> int:
    """Return the window whose weighted sum, learned from all but the last fifth of z (T,), has the least error there.

    All are judged on the same numbers, one step ahead; of equals it is the first.
    """
    if len(candidates) == 1:
        return candidates[0]
    held = held_out(z, max(candidates))
    errors = [_error(z, window, len(z) - held, ridge) for window in candidates]
    return candidates[int(np.argmin(errors))]


def _error(z: Numbers, window: int, kept: int, ridge: float) -> float:
    """Return the mean square error on z[kept:] of least squares on z[:kept]."""
    windows, targets = sliding_window_view(z, window)[:-1], z[window:]  # (N, L), (N,)
    learned = kept - window
    a, a_b = least_squares(windows[:learned], targets[:learned], ridge)
    told = windows[learned:] @ a + a_b  # (held,)
    return float(((targets[learned:] - told) ** 2).mean())
