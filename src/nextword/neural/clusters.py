"""The classes of adaptive softmax: which ranks each holds (Grave et al. 2017)."""

from itertools import pairwise

from nextword.neural.settings import NeuralSettings


def cluster_bounds(settings: NeuralSettings, vocabulary_size: int) -> list[tuple[int, int]]:
    """Return the ranks ``(begin, end)`` of each cluster of rarer words; those before the first are the shortlist.

    There are none for other outputs, nor where the shortlist holds all words: the softmax is exact then.

    >>> cluster_bounds(NeuralSettings(softmax="adaptive"), 33_278)
    [(2000, 10000), (10000, 33278)]
    >>> cluster_bounds(NeuralSettings(softmax="adaptive"), 500)
    []
    """
    shortlist = settings.shortlist
    if settings.softmax != "adaptive" or shortlist >= vocabulary_size:
        return []
    cuts = [rank for rank in settings.clusters if shortlist < rank < vocabulary_size]
    return list(pairwise([shortlist, *cuts, vocabulary_size]))
