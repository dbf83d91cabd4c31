"""One-hot vectors: the localist representation, in which every word is as far from every other."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nextword.errors import VocabularyError


def one_hot(ids: Sequence[int] | NDArray[np.integer], size: int) -> NDArray[np.float64]:
    """Return a row for each id with a single one at the id's place, (T, V).

    Raises VocabularyError for an id outside 0 to V - 1.

    Any two different words are orthogonal: *motel* and *hotel* are no more alike than *motel* and *queen*.

    >>> words = ["man", "woman", "boy", "girl", "prince", "princess", "queen", "king", "monarch"]
    >>> for word, row in zip(words, one_hot(range(9), 9).astype(int)):
    ...     print(f"{word:8}", *row)
    man      1 0 0 0 0 0 0 0 0
    woman    0 1 0 0 0 0 0 0 0
    boy      0 0 1 0 0 0 0 0 0
    girl     0 0 0 1 0 0 0 0 0
    prince   0 0 0 0 1 0 0 0 0
    princess 0 0 0 0 0 1 0 0 0
    queen    0 0 0 0 0 0 1 0 0
    king     0 0 0 0 0 0 0 1 0
    monarch  0 0 0 0 0 0 0 0 1
    """
    places = np.asarray(ids, dtype=np.int64)
    if len(places) and (places.min() < 0 or places.max() >= size):
        raise VocabularyError(f"ids go from 0 to {size - 1}, got {places.min()} to {places.max()}")
    vectors = np.zeros((len(places), size))  # (T, V)
    vectors[np.arange(len(places)), places] = 1.0
    return vectors
