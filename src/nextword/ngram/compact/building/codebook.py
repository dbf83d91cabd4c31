"""256 numbers that stand for millions: shares and back-off weights in one byte each.

Numbers are coded by their log-odds, ln(x / (1 - x)): an error of e there changes both x and 1 - x, what a context says
itself and what it leaves, by at most a factor exp(e).
"""

import numpy as np
from numpy.typing import NDArray

from nextword.ngram.compact.building import kernels
from nextword.ngram.compact.building.grid import GRID
from nextword.ngram.compact.tables import CODES


def encode(values: NDArray[np.float64]) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Return a code for each number from 0 to 1, and the codebook (256,) that says what each code means.

    The codebook rises from 0 to 1, and both are kept as they are. Half of the codes lie evenly between the least and
    the greatest number, so that no error is above 1 / 127 of their distance; the other half are dense where numbers are
    many, by the cube root of their density (Panter and Dite, "Quantization distortion in pulse-count modulation",
    1951). Numbers of no more than 254 kinds are kept nearly as they are.

    >>> codes, book = encode(np.array([0.0, 0.25, 0.5, 0.5, 1.0]))
    >>> book[codes].round(9).tolist()
    [0.0, 0.25, 0.5, 0.5, 1.0]
    """
    cells = np.empty(len(values), dtype=np.uint16)
    counts, sums = np.zeros(GRID), np.zeros(GRID)
    kernels.tally(values, cells, counts, sums)
    code_of_cell = _codes(counts)
    book = np.zeros(CODES)
    weights = np.bincount(code_of_cell, counts, CODES)
    used = weights > 0
    log_odds = np.bincount(code_of_cell, sums, CODES)[used] / weights[used]
    book[used] = 1 / (1 + np.exp(-log_odds))
    book[-1] = 1.0
    return code_of_cell[cells], book


def _codes(counts: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the code of each cell of the grid, (GRID,), rising; 0 and 255 are those of the first and last cell."""
    inner = CODES - 2
    filled = np.flatnonzero(counts)
    codes = np.zeros(GRID, dtype=np.uint8)
    codes[-1] = CODES - 1
    if len(filled) <= inner:
        codes[filled] = np.arange(1, 1 + len(filled))
        return codes
    evenly = (filled - filled[0]) / (filled[-1] - filled[0] + 1)
    density = np.cbrt(counts[filled])
    by_density = (np.cumsum(density) - density) / density.sum()
    codes[filled] = 1 + ((evenly + by_density) / 2 * inner).astype(np.int64)
    return codes
