"""Steps of the full softmax: matrix products over many examples at once."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nextword.errors import SettingError

Matrix = NDArray[np.float32]
MOST_BYTES = 64 << 20
"""What the scores of one step may take."""


def train_softmax(
    W: Matrix,
    W_out: Matrix,
    inputs: NDArray[np.integer],
    input_bounds: NDArray[np.integer],
    targets: NDArray[np.integer],
    target_bounds: NDArray[np.integer],
    rate: float,
    hidden: Literal["mean", "sum"] = "mean",
    *,
    undivided: bool = True,
    batch_size: int = 64,
) -> float:
    """Train W and W_out, (V, E) each, in place on B examples; return their loss before their steps, in nats.

    Example b has the words ``inputs[input_bounds[b]:input_bounds[b + 1]]``, whose rows of W make its hidden vector,
    and the words ``targets[target_bounds[b]:target_bounds[b + 1]]`` to predict; neither is empty. CBOW has the context
    as inputs and the centre word as the target. Skip-gram is trained as the lecture draws it, the centre word as the
    input and the context words as targets, because they share one softmax. The loss is summed over all targets.

    The gradients of ``batch_size`` examples (fewer, where their scores would take more than 64 MB) are taken at the
    same W and W_out and added up, not averaged, as steps one after the other would add up. ``undivided`` gives every
    input word the whole gradient of the hidden vector, as word2vec.c does, also where that is a mean. Train within
    ``one_blas_thread()``.
    """
    if hidden not in ("mean", "sum"):
        raise SettingError(f"the hidden vector is the mean or the sum, got {hidden!r}")
    V, B = len(W_out), len(input_bounds) - 1
    step = max(1, min(batch_size, MOST_BYTES // (4 * V)))
    scores = np.empty((min(step, B), V), np.float32)
    loss = 0.0
    for first in range(0, B, step):
        part_inputs, input_lengths = _part(inputs, input_bounds, first, step)
        part_targets, target_lengths = _part(targets, target_bounds, first, step)
        v = _segment_sums(W[part_inputs], input_lengths)  # (b, E)
        shares = (1 / input_lengths).astype(np.float32)[:, None]  # (b, 1)
        if hidden == "mean":
            v *= shares
        errors = scores[: len(v)]
        loss += _errors(v, W_out, part_targets, target_lengths, errors)
        by_v = errors @ W_out  # (b, E)
        if hidden == "mean" and not undivided:
            by_v *= shares
        v *= np.float32(rate)
        _subtract_product(W_out, errors, v)
        by_v *= np.float32(rate)
        _subtract_rows(W, part_inputs, np.repeat(by_v, input_lengths, axis=0))
    return loss


def _part(
    words: NDArray[np.integer], bounds: NDArray[np.integer], first: int, step: int
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Return the words of some examples, and how many each of these has."""
    own = bounds[first : first + step + 1]
    return words[own[0] : own[-1]], np.diff(own)


def _errors(
    v: Matrix, W_out: Matrix, targets: NDArray[np.integer], lengths: NDArray[np.integer], scores: Matrix
) -> float:
    """Fill ``scores``, (b, V), with the loss by the scores, n softmax(scores) - one-hots; return the loss."""
    np.matmul(v, W_out.T, out=scores)  # (b, V)
    rows = np.repeat(np.arange(len(v)), lengths)
    scores -= scores.max(axis=1, keepdims=True)  # the largest is 0, so no exponential overflows
    of_targets = scores[rows, targets].astype(np.float64)
    np.exp(scores, out=scores)
    sums = scores.sum(axis=1, keepdims=True)  # (b, 1)
    scores *= lengths[:, None].astype(np.float32) / sums
    np.subtract.at(scores, (rows, targets), np.float32(1.0))  # a word may be a target twice
    return float((lengths * np.log(sums[:, 0].astype(np.float64))).sum() - of_targets.sum())


def _segment_sums(rows: Matrix, lengths: NDArray[np.integer]) -> Matrix:
    """Return the sum of each run of rows."""
    if len(rows) == len(lengths):
        return rows
    return np.add.reduceat(rows, np.cumsum(lengths) - lengths, axis=0)


def _subtract_product(W_out: Matrix, errors: Matrix, v: Matrix, tile: int = 1 << 13) -> None:
    """Subtract errors.T @ v, (V, E), from W_out a tile at a time, so that it never stands in memory as a whole."""
    for first in range(0, len(W_out), tile):
        place = slice(first, first + tile)
        W_out[place] -= errors[:, place].T @ v


def _subtract_rows(W: Matrix, rows: NDArray[np.integer], steps: Matrix) -> None:
    """Subtract each step from its row of W; several for one row add up."""
    order = np.argsort(rows, kind="stable")
    ordered = rows[order]
    begins = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    W[ordered[begins]] -= np.add.reduceat(steps[order], begins, axis=0)
