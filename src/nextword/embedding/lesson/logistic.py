"""Yes-or-no questions in place of one choice among V: what both short cuts round the full softmax ask."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.lesson.example import Example, with_gradients
from nextword.embedding.lesson.hidden import Hidden, Matrix, hidden_vector


def sigmoid(scores: Matrix) -> Matrix:
    """Return 1 / (1 + exp(-score)) of each score.

    >>> sigmoid(np.array([-np.log(3.0), 0.0])).round(2).tolist()
    [0.25, 0.5]
    """
    return np.exp(-np.logaddexp(0.0, -scores))


def logistic_example(
    W: Matrix,
    W_out: Matrix,
    inputs: Sequence[int],
    target: int,
    hidden: Hidden,
    outputs: NDArray[np.int64],
    labels: Matrix,
) -> Example:
    """Return one example whose loss is -sum_k log(sigmoid(v . u_k) if label_k is 1 else sigmoid(-v . u_k))."""
    v = hidden_vector(W, inputs, hidden)  # (E,)
    scores = W_out[outputs] @ v  # (K,)
    signs = 2.0 * labels - 1.0  # 1 becomes 1, 0 becomes -1
    return with_gradients(
        W_out,
        inputs,
        target,
        hidden,
        v=v,
        outputs=outputs,
        labels=labels,
        scores=scores,
        probabilities=sigmoid(scores),
        loss=np.logaddexp(0.0, -signs * scores).sum(),  # -log sigmoid(x) is log(1 + exp(-x))
    )
