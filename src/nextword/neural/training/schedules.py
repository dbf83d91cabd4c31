"""The learning rate, from the beginning of a training to its end."""

import math


def one_cycle(share: float, highest: float, warm_up: float) -> float:
    """Return the rate when ``share`` of the training is done: up in a line, down along a cosine (Smith 2018).

    >>> [round(one_cycle(share, 1.0, 0.2), 3) for share in (0, 0.1, 0.2, 0.6, 1)]
    [0.04, 0.52, 1.0, 0.5, 0.0]
    """
    if share < warm_up:
        return highest * (FIRST + (1 - FIRST) * share / warm_up)
    return highest * (LAST + (1 - LAST) * (1 + math.cos(math.pi * (share - warm_up) / (1 - warm_up))) / 2)


FIRST = 0.04
"""The share of the highest rate that a cycle begins with."""
LAST = 1e-4
"""And the share that it ends with."""
