"""The softmax of a row of scores, and what each score should have been, in three passes that stay in the cache."""

import math

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel
from nextword.simd import LANES, add, exp, load, maximum, multiply, splat, store, subtract


@kernel
def normalise_rows(
    scores: FloatArray,
    bias: FloatArray,
    targets: IntArray,
    shift: FloatArray,
    scale: np.float32,
    losses: FloatArray,
    bias_gradient: FloatArray,
    begin: int,
    end: int,
) -> None:
    """Write -log softmax(scores + bias)[target] of the rows from ``begin`` to ``end`` to ``losses``.

    ``scores`` is flat, rows of C numbers, float32 or the bits of bfloat16 (uint16), and C is at least 16. With a
    ``scale`` other than 0 they become (p - y) * scale, and ``bias_gradient`` (C rounded up to sixteens) gets the sum
    of these rows. ``shift`` (n,) is added to the score of each row's target.
    """
    size = len(bias)
    last = size - LANES  # the last sixteen overlap the sixteen before
    padded = (size + LANES - 1) // LANES * LANES
    row = np.empty(padded, dtype=np.float32)
    lanes = np.empty(LANES, dtype=np.float32)
    nothing = splat(np.float32(0))
    for i in range(begin, end):
        first = i * size
        # s = U h + b, and its largest
        top = splat(np.float32(-3e38))
        zeros = splat(np.float32(0))
        for j in range(0, last, LANES):
            s = add(load(scores, first + j), load(bias, j))
            store(row, j, s)
            top = maximum(top, s)
            zeros = add(zeros, multiply(s, nothing))
        s = add(load(scores, first + last), load(bias, last))
        store(row, last, s)
        zeros = add(zeros, multiply(s, nothing))
        store(lanes, 0, zeros)
        broken = lanes.sum()  # NaN where a score is not finite, which maximum and exp would pass over
        store(lanes, 0, maximum(top, s))
        target = targets[i]
        row[target] += shift[i]
        row[size:] = np.float32(-3e38)
        highest = max(lanes.max(), row[target])
        of_target = row[target] - highest
        # exp(s - largest), and their sum
        highest_lanes = splat(np.float32(highest))
        sums = splat(np.float32(0))
        for j in range(0, padded, LANES):
            e = exp(subtract(load(row, j), highest_lanes))
            store(row, j, e)
            sums = add(sums, e)
        store(lanes, 0, sums)
        total = lanes.sum() + broken
        losses[i] = math.log(total) - of_target
        if scale == 0:
            continue
        # p - y
        row[target] -= total
        share = splat(np.float32(scale / total))
        for j in range(0, padded, LANES):
            difference = multiply(load(row, j), share)
            store(row, j, difference)
            store(bias_gradient, j, add(load(bias_gradient, j), difference))
        for j in range(0, last, LANES):
            store(scores, first + j, load(row, j))
        store(scores, first + last, load(row, last))
