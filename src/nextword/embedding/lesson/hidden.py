"""The hidden vector: what the input words say together."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from nextword.errors import SettingError, VocabularyError

Matrix = NDArray[np.float64]
Hidden = Literal["mean", "sum"]
"""How the rows of the input words become one vector; the lecture allows either."""


def hidden_vector(W: Matrix, inputs: Sequence[int], hidden: Hidden = "mean") -> Matrix:
    """Return the mean or the sum of the input words' rows of W, (E,); one word's is its row.

    A one-hot vector times W is a row of W, so nothing is multiplied: rows are looked up. A word that stands twice
    among the inputs counts twice. Raises SettingError where there is no input word, and VocabularyError for an id
    that is no row of W.

    >>> W = np.array([[1.0, 0.0], [3.0, 2.0]])
    >>> hidden_vector(W, [0, 1], "mean").tolist(), hidden_vector(W, [0, 1], "sum").tolist()
    ([2.0, 1.0], [4.0, 2.0])
    """
    if hidden not in get_args(Hidden):
        raise SettingError(f"the hidden vector is the mean or the sum, got {hidden!r}")
    if not len(inputs):
        raise SettingError("an example needs at least one input word, got none; widen the window")
    check_rows(inputs, W)
    rows = W[np.asarray(inputs)]  # (C, E)
    total: Matrix = rows.sum(axis=0)  # (E,)
    return total if hidden == "sum" else total / len(inputs)


def check_rows(ids: Sequence[int], matrix: Matrix) -> None:
    """Raise VocabularyError for an id that is no row of a matrix."""
    if min(ids) < 0 or max(ids) >= len(matrix):
        raise VocabularyError(f"ids go from 0 to {len(matrix) - 1}, got {min(ids)} to {max(ids)}")
