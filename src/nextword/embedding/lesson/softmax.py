"""The full softmax: a probability for every word of the vocabulary."""

from collections.abc import Sequence

import numpy as np

from nextword.embedding.lesson.example import Example, with_gradients
from nextword.embedding.lesson.hidden import Hidden, Matrix, check_rows, hidden_vector


def softmax(scores: Matrix) -> Matrix:
    """Return exp(score_k) / sum_j exp(score_j), over the last axis.

    >>> softmax(np.array([0.0, np.log(3.0)])).round(2).tolist()
    [0.25, 0.75]
    """
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))  # the largest is 1, so none overflows
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


def softmax_example(
    W: Matrix, W_out: Matrix, inputs: Sequence[int], target: int, hidden: Hidden = "mean"
) -> Example:
    """Return one example of the full softmax with cross-entropy, forward and backward.

    Pr(w_k | inputs) = exp(v . u_k) / sum_j exp(v . u_j), the loss -log Pr(target | inputs). W is (V, E); W_out is
    (V, E) with u_j as its rows, the transpose of the lecture's W'. CBOW: the inputs are the context, the target is
    the centre word. Skip-gram: one input and one target; the lecture takes the centre word as the input and each
    context word as a target, word2vec.c each context word as the input and the centre word as the target.

    Raises SettingError where there is no input, VocabularyError for ids that are no rows.
    """
    check_rows([target], W_out)
    v = hidden_vector(W, inputs, hidden)  # (E,)
    scores = W_out @ v  # (V,)
    labels = np.zeros(len(W_out))
    labels[target] = 1.0  # the one-hot vector of the target
    highest = scores.max()
    return with_gradients(
        W_out,
        inputs,
        target,
        hidden,
        v=v,
        outputs=np.arange(len(W_out)),
        labels=labels,
        scores=scores,
        probabilities=softmax(scores),
        loss=highest + np.log(np.exp(scores - highest).sum()) - scores[target],
    )
