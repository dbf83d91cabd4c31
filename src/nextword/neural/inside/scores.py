"""How log P(w | h) changes with h: the first step of a gradient on its way back."""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.neural.inference.outputs import AdaptiveOutput, Output
from nextword.neural.inference.softmax import Words, log_softmax

ROWS = 64
"""Hidden vectors at once: the scores of all words for them take some tens of megabytes."""


def score_gradients(output: Output, hidden: FloatArray, targets: IntArray) -> FloatArray:
    """Return d log P(target | h) / d h, (N, H) float64, for ``hidden`` (N, H) and one target a row.

    log P(w) = U_w h + b_w - log sum_v exp(U_v h + b_v), so that its gradient is U_w - sum_v P(v) U_v. With clusters,
    log P is that of the word's cluster in the head, and that of the word in the cluster.
    """
    gradients = np.empty(hidden.shape)
    for begin in range(0, len(hidden), ROWS):
        some = slice(begin, begin + ROWS)
        h, words = hidden[some].astype(np.float64), targets[some]
        if isinstance(output, AdaptiveOutput):
            gradients[some] = _adaptive(output, h, words)
        else:
            gradients[some] = _softmax(output.words.U, output.words.bias, h, words)
    return gradients


def _softmax(U: FloatArray, bias: FloatArray, h: FloatArray, targets: IntArray) -> FloatArray:
    expected: FloatArray = np.exp(log_softmax(h @ U.T + bias)) @ U  # (N, H)
    return U[targets] - expected


def _adaptive(output: AdaptiveOutput, h: FloatArray, targets: IntArray) -> FloatArray:
    head = _joined(output.shortlist, output.heads)
    places = targets.copy()
    for cluster, (begin, end) in enumerate(output.bounds):
        places[(targets >= begin) & (targets < end)] = len(output.shortlist) + cluster
    gradients = _softmax(head.U, head.bias, h, places)
    for words, (begin, end) in zip(output.clusters, output.bounds, strict=True):
        rows = np.flatnonzero((targets >= begin) & (targets < end))
        if len(rows):
            gradients[rows] += _softmax(words.U, words.bias, h[rows], targets[rows] - begin)
    return gradients


def _joined(first: Words, second: Words) -> Words:
    return Words(np.concatenate([first.U, second.U]), np.concatenate([first.bias, second.bias]))
