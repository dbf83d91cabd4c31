"""A weighted sum of the last numbers: what is linear in a series need not be learned step by step."""

import numpy as np

from nextword.tasks.forecast.series import Numbers


def least_squares(windows: Numbers, targets: Numbers, ridge: float) -> tuple[Numbers, float]:
    """Return the weights a (L,) and b of || windows a + b - targets ||^2 + ridge N var || a ||^2, at its least.

    ``windows`` is (N, L), ``targets`` (N,), and var the variance of the targets.
    """
    mean, middle = windows.mean(axis=0), float(targets.mean())
    centred, y = windows - mean, targets - middle
    penalty = ridge * len(y) * float(targets.var())
    # The rows of the penalty are observations of zero: QR of both is steadier than the normal equations.
    rows = np.concatenate([centred, np.sqrt(penalty) * np.eye(len(mean))])
    a = np.linalg.lstsq(rows, np.concatenate([y, np.zeros(len(mean))]), rcond=None)[0]
    return a, middle - float(mean @ a)
