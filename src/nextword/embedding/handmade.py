"""Nine words with three features written by hand: what dense vectors buy beside one-hot vectors."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.vectors.vectors import WordVectors

FEATURES = ("femininity", "youth", "royalty")
TABLE = {
    "man": (0, 0, 0),
    "woman": (1, 0, 0),
    "boy": (0, 1, 0),
    "girl": (1, 1, 0),
    "prince": (0, 1, 1),
    "princess": (1, 1, 1),
    "queen": (1, 0, 1),
    "king": (0, 0, 1),
    "monarch": (0.5, 0.5, 1),
}


def handmade_vectors() -> WordVectors:
    """Return man, woman, boy, girl, prince, princess, queen, king and monarch by femininity, youth and royalty, (9, 3).

    In one-hot vectors every word is as far from every other. Here what words have in common shows in the numbers:

    >>> table = handmade_vectors()
    >>> for word, features in list(zip(table.words, table.vectors))[6:]:
    ...     print(f"{word:8}", *features)
    queen    1.0 0.0 1.0
    king     0.0 0.0 1.0
    monarch  0.5 0.5 1.0

    some words are nearer than others,

    >>> nearest_words(table, table.vectors[table.key_to_index["queen"]], but=["queen"])[:2]
    ['monarch', 'woman']

    a word that nobody wrote down has a place (what is between a prince and a princess?),

    >>> prince, princess = (table.vectors[table.key_to_index[word]] for word in ("prince", "princess"))
    >>> nearest_words(table, (prince + princess) / 2, but=["prince", "princess"])[0]
    'monarch'

    and a relation is a direction, the same from man to woman as from king to queen:

    >>> king, man, woman, queen = (table.vectors[table.key_to_index[w]] for w in ("king", "man", "woman", "queen"))
    >>> king - man + woman == queen
    array([ True,  True,  True])

    word2vec learns such vectors from text; their features have no names.
    """
    return WordVectors(list(TABLE), np.array(list(TABLE.values()), np.float32))


def nearest_words(vectors: WordVectors, point: NDArray[Any], but: Sequence[str] = ()) -> list[str]:
    """Return the words by their distance from a point, the nearest first, without those in ``but``.

    The distance is Euclid's: man stands at the origin here, and nothing has an angle to the origin.
    """
    order = np.argsort(np.linalg.norm(vectors.vectors - point, axis=1), kind="stable")
    return [vectors.words[row] for row in order if vectors.words[row] not in but]
