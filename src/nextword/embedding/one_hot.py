"""One-hot vectors: the localist representation, in which every word is as far from every other."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nextword.errors import VocabularyError


def one_hot(
    words: Sequence[str] | Sequence[int] | NDArray[np.integer], vocabulary: Sequence[str] | int
) -> NDArray[np.float64]:
    """Return a row for each word with a single one at the word's place in the vocabulary, (T, V).

    The words are themselves, beside a list of all words, or ids, beside their number V. Raises VocabularyError
    for a word that is not in the vocabulary and for an id outside 0 to V - 1.

    Any two different words are orthogonal: *motel* and *hotel* are no more alike than *motel* and *queen*.

    >>> words = ["man", "woman", "boy", "girl", "prince", "princess", "queen", "king", "monarch"]
    >>> for word, row in zip(words, one_hot(words, words).astype(int)):
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
    size = vocabulary if isinstance(vocabulary, int) else len(vocabulary)
    places = np.asarray(_ids(words, vocabulary), dtype=np.int64)
    if len(places) and (places.min() < 0 or places.max() >= size):
        raise VocabularyError(f"ids go from 0 to {size - 1}, got {places.min()} to {places.max()}")
    vectors = np.zeros((len(places), size))  # (T, V)
    vectors[np.arange(len(places)), places] = 1.0
    return vectors


def _ids(
    words: Sequence[str] | Sequence[int] | NDArray[np.integer], vocabulary: Sequence[str] | int
) -> list[int]:
    if isinstance(words, str):
        raise VocabularyError(f"one_hot takes a list of words, got {words!r}; try [{words!r}]")
    known = {} if isinstance(vocabulary, int) else {word: place for place, word in enumerate(vocabulary)}
    unknown = [word for word in words if isinstance(word, str) and word not in known]
    if unknown:
        raise VocabularyError(f"{unknown[0]!r} is not in the vocabulary of {len(known)} words")
    return [known[word] if isinstance(word, str) else int(word) for word in words]
