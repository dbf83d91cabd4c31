"""Skip-gram: all input rows of a window against six output rows, both updated at once.

With v_c the input row of a context word c, u_j an output row, and y_j its label (1 for the centre or a right turn on
its path, 0 for a negative or a wrong turn), the negative gradient of the loss -log sigmoid(+-s_cj) gives

    s_cj = v_c . u_j            e_cj = rate_j (y_j - sigmoid(s_cj))
    v_c += sum_j e_cj u_j       u_j += sum_c e_cj v_c

The products of AT_ONCE contexts are taken before their rows change; the next ones meet the output rows as changed.
"""

import numpy as np

from nextword.arrays import IntArray
from nextword.compile import kernel
from nextword.embedding.word2vec.updates.kernels import PLACES
from nextword.simd import (
    LANES,
    fma,
    load,
    load_twice,
    multiply,
    sigmoid,
    splat,
    store,
    subtract,
    totals,
)

AT_ONCE = 2
"""Contexts whose products are taken before their rows change; even."""


@kernel
def update_window(
    inputs: "np.ndarray",
    contexts: IntArray,
    count: int,
    outputs: "np.ndarray",
    rows: IntArray,
    labels: "np.ndarray",
    rates: "np.ndarray",
    first: int,
    width: int,
    scores: "np.ndarray",
    errors: "np.ndarray",
) -> None:
    """Update the rows of ``count`` contexts and of the group of output rows that begins at ``first``.

    Behind the contexts stands the row of zeros, which makes their number even where it is odd.
    """
    for begin in range(0, count, AT_ONCE):
        end = min(begin + AT_ONCE, count)
        _score(inputs, contexts, begin, end, outputs, rows, labels, rates, first, width, scores, errors)
        _move(inputs, contexts, begin, end, outputs, rows, first, width, errors)


@kernel
def _score(
    inputs: "np.ndarray",
    contexts: IntArray,
    begin: int,
    end: int,
    outputs: "np.ndarray",
    rows: IntArray,
    labels: "np.ndarray",
    rates: "np.ndarray",
    first: int,
    width: int,
    scores: "np.ndarray",
    errors: "np.ndarray",
) -> None:
    """Write the scores and the errors of all pairs; two contexts at a time fill a vector of sixteen."""
    row0, row1, row2 = rows[first], rows[first + 1], rows[first + 2]
    row3, row4, row5 = rows[first + 3], rows[first + 4], rows[first + 5]
    label, rate = load_twice(labels, first), load_twice(rates, first)
    zero = splat(np.float32(0))
    for pair in range(begin, end, 2):
        left, right = contexts[pair], contexts[pair + 1]
        a0 = a1 = a2 = a3 = a4 = a5 = zero
        b0 = b1 = b2 = b3 = b4 = b5 = zero
        for lane in range(0, width, LANES):
            a, b = load(inputs, left + lane), load(inputs, right + lane)
            u = load(outputs, row0 + lane)
            a0, b0 = fma(a, u, a0), fma(b, u, b0)
            u = load(outputs, row1 + lane)
            a1, b1 = fma(a, u, a1), fma(b, u, b1)
            u = load(outputs, row2 + lane)
            a2, b2 = fma(a, u, a2), fma(b, u, b2)
            u = load(outputs, row3 + lane)
            a3, b3 = fma(a, u, a3), fma(b, u, b3)
            u = load(outputs, row4 + lane)
            a4, b4 = fma(a, u, a4), fma(b, u, b4)
            u = load(outputs, row5 + lane)
            a5, b5 = fma(a, u, a5), fma(b, u, b5)
        score = totals((a0, a1, a2, a3, a4, a5, zero, zero, b0, b1, b2, b3, b4, b5, zero, zero))
        store(scores, pair * PLACES, score)
        store(errors, pair * PLACES, multiply(rate, subtract(label, sigmoid(score))))


@kernel
def _move(
    inputs: "np.ndarray",
    contexts: IntArray,
    begin: int,
    end: int,
    outputs: "np.ndarray",
    rows: IntArray,
    first: int,
    width: int,
    errors: "np.ndarray",
) -> None:
    """Add to every row the others times their errors, sixteen columns at a time."""
    row0, row1, row2 = rows[first], rows[first + 1], rows[first + 2]
    row3, row4, row5 = rows[first + 3], rows[first + 4], rows[first + 5]
    for lane in range(0, width, LANES):
        u0, u1, u2 = load(outputs, row0 + lane), load(outputs, row1 + lane), load(outputs, row2 + lane)
        u3, u4, u5 = load(outputs, row3 + lane), load(outputs, row4 + lane), load(outputs, row5 + lane)
        n0, n1, n2, n3, n4, n5 = u0, u1, u2, u3, u4, u5
        for context in range(begin, end):
            v = load(inputs, contexts[context] + lane)
            moved = v
            pair = context * PLACES
            error = splat(errors[pair])
            n0, moved = fma(error, v, n0), fma(error, u0, moved)
            error = splat(errors[pair + 1])
            n1, moved = fma(error, v, n1), fma(error, u1, moved)
            error = splat(errors[pair + 2])
            n2, moved = fma(error, v, n2), fma(error, u2, moved)
            error = splat(errors[pair + 3])
            n3, moved = fma(error, v, n3), fma(error, u3, moved)
            error = splat(errors[pair + 4])
            n4, moved = fma(error, v, n4), fma(error, u4, moved)
            error = splat(errors[pair + 5])
            n5, moved = fma(error, v, n5), fma(error, u5, moved)
            # Written before the next context is read: a word that stands twice in a window is moved twice.
            store(inputs, contexts[context] + lane, moved)
        store(outputs, row0 + lane, n0)
        store(outputs, row1 + lane, n1)
        store(outputs, row2 + lane, n2)
        store(outputs, row3 + lane, n3)
        store(outputs, row4 + lane, n4)
        store(outputs, row5 + lane, n5)
