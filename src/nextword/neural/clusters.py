"""The classes of adaptive softmax: which ranks each holds (Grave et al. 2017)."""

from itertools import pairwise

from nextword.neural.settings import NeuralSettings


def cluster_bounds(settings: NeuralSettings, vocabulary_size: int) -> list[tuple[int, int]]:
    """Return the ranks ``(begin, end)`` of each cluster of rarer words; those before the first are the shortlist.

    >>> cluster_bounds(NeuralSettings(output="adaptive"), 33_278)
    [(2000, 10000), (10000, 33278)]
    >>> cluster_bounds(NeuralSettings(output="adaptive"), 500)
    []
    """
    inner = [rank for rank in (settings.shortlist, *settings.clusters) if rank < vocabulary_size]
    return list(pairwise([*inner, vocabulary_size]))
