"""Words by falling frequency: the numbering inside a network, where rare words are treated apart."""

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import TokenIds
from nextword.text.vocabulary import SPECIAL_TOKENS


def rank_words(ids: TokenIds, vocabulary_size: int) -> tuple[NDArray[np.int64] | None, NDArray[np.int64]]:
    """Return each token's rank in a text, None where that is its id, and the counts (V,) by rank.

    The special tokens keep their numbers; words of one count keep their order.

    >>> ranks, counts = rank_words(np.array([3, 4, 4, 2]), 5)
    >>> ranks.tolist(), counts.tolist()
    ([0, 1, 2, 4, 3], [0, 0, 1, 2, 1])
    """
    counts = np.bincount(ids, minlength=vocabulary_size)  # (V,)
    special = len(SPECIAL_TOKENS)
    order = np.concatenate([np.arange(special), special + np.argsort(-counts[special:], kind="stable")])
    if np.array_equal(order, np.arange(vocabulary_size)):
        return None, counts
    ranks = np.empty(vocabulary_size, dtype=np.int64)
    ranks[order] = np.arange(vocabulary_size)
    return ranks, counts[order]
