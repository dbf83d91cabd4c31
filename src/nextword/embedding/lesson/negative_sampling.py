"""Negative sampling: tell the target from a handful of random words."""

from collections.abc import Sequence

import numpy as np

from nextword.embedding.lesson.example import Example
from nextword.embedding.lesson.hidden import Hidden, Matrix, check_rows
from nextword.embedding.lesson.logistic import logistic_example


def negative_sampling_example(
    W: Matrix,
    W_out: Matrix,
    inputs: Sequence[int],
    target: int,
    negatives: Sequence[int],
    hidden: Hidden = "mean",
) -> Example:
    """Return one example of negative sampling, forward and backward (Mikolov et al. 2013b, equation 4).

    The loss is -log sigmoid(v . u_target) - sum over the negatives of log sigmoid(-v . u_negative). A negative that
    is the target is left out, as word2vec.c does; one drawn twice counts twice. Shapes, and the direction of
    skip-gram, as in ``softmax_example``.

    Raises SettingError where there is no input, VocabularyError for ids that are no rows.
    """
    outputs = np.array([target, *(word for word in negatives if word != target)], np.int64)  # (K,)
    check_rows(outputs.tolist(), W_out)
    labels = np.zeros(len(outputs))
    labels[0] = 1.0
    return logistic_example(W, W_out, inputs, target, hidden, outputs, labels)
