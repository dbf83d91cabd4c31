"""A fine grid on the scale of log-odds, on which codebooks are made."""

import math

GRID = 1 << 16
"""Cells: the first holds zeros, the last ones, those between a slice of the log-odds."""
EDGE = 2.0**-40
"""Nearer to 0 or 1 than this counts as 0 or 1: a context that leaves nothing must go on leaving nothing."""
STEPS_TO_ZERO = GRID // 2
STEP = 2 * math.log(1 / EDGE) / (GRID - 2)
"""Width of a cell: 0.0008."""
