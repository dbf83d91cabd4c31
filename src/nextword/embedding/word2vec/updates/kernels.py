"""What all updates share: the layout of a group of output rows, and the loss.

Output rows are updated six at a time, since six rows, their sums and what is multiplied with them fit into registers.
In arrays the places of a group are eight apart; the last two are never used.
"""

import math

import numpy as np

from nextword.compile import kernel

GROUP = 6
PLACES = 8


@kernel
def loss_of(
    scores: "np.ndarray", examples: int, labels: "np.ndarray", rates: "np.ndarray", first: int, rate: float
) -> float:
    """Return the loss of one group of output rows: sum of -log sigmoid(s) or -log sigmoid(-s), in float64.

    log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)), which no x makes overflow.
    """
    loss = 0.0
    for example in range(examples):
        for place in range(first, first + GROUP):
            if rates[place] > 0:
                score = np.float64(scores[example * PLACES + place - first])
                wrong = -score if labels[place] > 0 else score
                times = np.float64(rates[place]) / rate
                loss += times * (max(wrong, 0.0) + math.log1p(math.exp(-abs(wrong))))
    return loss
