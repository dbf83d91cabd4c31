"""The classes of adaptive softmax: which ranks each holds (Grave et al. 2017)."""

from itertools import pairwise

from nextword.neural.settings import NeuralSettings
from nextword.text.vocabulary import SPECIAL_TOKENS


def cluster_bounds(settings: NeuralSettings, vocabulary_size: int) -> list[tuple[int, int]]:
    """Return the ranks ``(begin, end)`` of each cluster of rarer words; those before the first are the shortlist.

    There are none for other outputs, nor where the shortlist holds all words: the softmax is exact then.

    >>> cluster_bounds(NeuralSettings(softmax="adaptive"), 33_278)
    [(2000, 10000), (10000, 33278)]
    >>> cluster_bounds(NeuralSettings(softmax="adaptive"), 500)
    []
    """
    # The special tokens are always in the shortlist: no cluster may hold <s> alone, whose probability is zero.
    shortlist = max(settings.shortlist, len(SPECIAL_TOKENS))
    if settings.softmax != "adaptive" or shortlist >= vocabulary_size:
        return []
    cuts = [rank for rank in settings.clusters if shortlist < rank < vocabulary_size]
    return list(pairwise([shortlist, *cuts, vocabulary_size]))
