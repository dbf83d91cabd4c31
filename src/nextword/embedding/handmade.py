"""Nine words with three features written by hand: what dense vectors buy beside one-hot vectors."""

import numpy as np

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
    >>> for word in ("queen", "king", "monarch"):
    ...     print(f"{word:8}", *table[word])
    queen    1.0 0.0 1.0
    king     0.0 0.0 1.0
    monarch  0.5 0.5 1.0

    some words are nearer than others,

    >>> [word for word, _ in table.most_similar("queen", topn=2)]
    ['monarch', 'princess']

    and a relation is a direction, the same from man to woman as from king to queen:

    >>> table["king"] - table["man"] + table["woman"] == table["queen"]
    array([ True,  True,  True])
    >>> table.most_similar(positive=["king", "woman"], negative=["man"], topn=1)[0][0]
    'queen'

    word2vec learns such vectors from text; their features have no names. (man stands at the origin, to which there is
    no angle: he has no neighbours.)
    """
    return WordVectors(list(TABLE), np.array(list(TABLE.values()), np.float32))
