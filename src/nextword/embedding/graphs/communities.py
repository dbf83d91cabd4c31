"""A small graph to try things on: people who know one another, in two circles."""

import numpy as np

from nextword.embedding.graphs.graph import Graph
from nextword.lm.settings import check_real, check_whole


def two_communities(size: int = 20, inside: float = 0.4, between: float = 0.02, seed: int = 1) -> Graph:
    """Return a graph of two circles of ``size`` nodes each, where people know their own circle better.

    Two of a circle know one another with the probability ``inside``, two of different circles with ``between`` (the
    planted partition model; Condon and Karp 2001).
    Nodes are named ``a0``, ``a1``, ... and ``b0``, ``b1``, ...; each circle is also a ring, so nobody is alone.
    Raises SettingError for sizes below 3 and for what is no probability.

    >>> two_communities(5).nodes[4:6]
    ['a4', 'b0']
    """
    check_whole("the size of a circle", size, 3, "try 20")
    for name, probability in (("inside", inside), ("between", between)):
        check_real(f"the probability {name}", probability, 0, 1, "try 0.1")
    circle = np.repeat([0, 1], size)
    chance = np.where(circle[:, None] == circle, inside, between)  # (V, V)
    for begin in (0, size):
        ring = np.arange(size)
        chance[begin + ring, begin + (ring + 1) % size] = 1
        chance[begin + (ring + 1) % size, begin + ring] = 1
    drawn = np.random.default_rng(seed).random(chance.shape) < chance
    sources, targets = np.nonzero(np.triu(drawn, 1))
    nodes = [f"{name}{number}" for name in "ab" for number in range(size)]
    return Graph.from_edges(nodes, sources, targets)
