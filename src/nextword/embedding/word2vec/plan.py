"""What the kernels need to know of a training: settings and tables, unchanged while it runs."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Plan(NamedTuple):
    """Settings and tables of one training; arrays of what another objective needs are empty."""

    vocabulary: int
    """V; row V of both matrices is zero and stays so."""
    width: int
    """How many numbers lie between the beginnings of two rows: E, rounded up to whole vectors."""
    window: int
    shrinks: bool
    """Whether the reach of each window is drawn from 1 to ``window``."""
    is_skipgram: bool
    is_mean: bool
    """Whether CBOW's hidden vector is the mean of the window's rows, not their sum."""
    is_exact: bool
    """Whether that mean's gradient is divided among the rows."""
    negative: int
    """Negatives a centre; 0 for hierarchical softmax."""
    groups: int
    """The most groups of output rows that a centre has."""
    seed: int
    rate: float
    final_rate: float
    total_words: int
    """The words of all epochs, over which the rate falls."""
    loss_every: int
    """The loss is measured on one example of so many, and on the first of every block."""
    thresholds: NDArray[np.uint64]
    """(V,), 2^32 times the probability that an occurrence of a word is read."""
    table: NDArray[np.uint64]
    """(V,), the alias table of negatives."""
    offsets: NDArray[np.int64]
    """(V + 1,), where each word's path begins in ``points`` and ``codes``."""
    points: NDArray[np.int32]
    codes: NDArray[np.int8]
