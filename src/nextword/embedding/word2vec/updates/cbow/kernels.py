"""CBOW: the mean or the sum of a window's input rows against six output rows.

With h the hidden vector of the n context words, u_j an output row and y_j its label:

    h = (v_1 + ... + v_n) / n   (or the sum)
    s_j = h . u_j               e_j = rate_j (y_j - sigmoid(s_j))
    g = sum_j e_j u_j           u_j += e_j h            v_c += g   (or g / n)

g is the negative gradient with respect to h. That with respect to each v_c is g for the sum and g / n for the mean;
word2vec.c adds all of g in both cases, and so do we unless asked for the exact one.
"""

import numpy as np

from nextword.arrays import IntArray
from nextword.compile import kernel
from nextword.simd import (
    LANES,
    add,
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


@kernel
def gather_hidden(
    inputs: "np.ndarray", contexts: IntArray, count: int, width: int, scale: float, hidden: "np.ndarray"
) -> None:
    """Write ``scale`` times the sum of the input rows of the contexts."""
    for lane in range(0, width, LANES):
        total = splat(np.float32(0))
        for context in range(count):
            total = add(total, load(inputs, contexts[context] + lane))
        store(hidden, lane, multiply(total, splat(np.float32(scale))))


@kernel
def update_outputs(
    hidden: "np.ndarray",
    gradient: "np.ndarray",
    outputs: "np.ndarray",
    rows: IntArray,
    labels: "np.ndarray",
    rates: "np.ndarray",
    first: int,
    width: int,
    scores: "np.ndarray",
    errors: "np.ndarray",
) -> None:
    """Update the group of output rows that begins at ``first``, and add what it asks of the hidden vector."""
    row0, row1, row2 = rows[first], rows[first + 1], rows[first + 2]
    row3, row4, row5 = rows[first + 3], rows[first + 4], rows[first + 5]
    zero = splat(np.float32(0))
    s0 = s1 = s2 = s3 = s4 = s5 = zero
    for lane in range(0, width, LANES):
        h = load(hidden, lane)
        s0 = fma(h, load(outputs, row0 + lane), s0)
        s1 = fma(h, load(outputs, row1 + lane), s1)
        s2 = fma(h, load(outputs, row2 + lane), s2)
        s3 = fma(h, load(outputs, row3 + lane), s3)
        s4 = fma(h, load(outputs, row4 + lane), s4)
        s5 = fma(h, load(outputs, row5 + lane), s5)
    score = totals((s0, s1, s2, s3, s4, s5, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero))
    label, rate = load_twice(labels, first), load_twice(rates, first)
    store(scores, 0, score)
    store(errors, 0, multiply(rate, subtract(label, sigmoid(score))))
    e0, e1, e2 = splat(errors[0]), splat(errors[1]), splat(errors[2])
    e3, e4, e5 = splat(errors[3]), splat(errors[4]), splat(errors[5])
    for lane in range(0, width, LANES):
        h, g = load(hidden, lane), load(gradient, lane)
        u = load(outputs, row0 + lane)
        g = fma(e0, u, g)
        store(outputs, row0 + lane, fma(e0, h, u))
        u = load(outputs, row1 + lane)
        g = fma(e1, u, g)
        store(outputs, row1 + lane, fma(e1, h, u))
        u = load(outputs, row2 + lane)
        g = fma(e2, u, g)
        store(outputs, row2 + lane, fma(e2, h, u))
        u = load(outputs, row3 + lane)
        g = fma(e3, u, g)
        store(outputs, row3 + lane, fma(e3, h, u))
        u = load(outputs, row4 + lane)
        g = fma(e4, u, g)
        store(outputs, row4 + lane, fma(e4, h, u))
        u = load(outputs, row5 + lane)
        g = fma(e5, u, g)
        store(outputs, row5 + lane, fma(e5, h, u))
        store(gradient, lane, g)


@kernel
def spread_gradient(
    inputs: "np.ndarray", contexts: IntArray, count: int, width: int, scale: float, gradient: "np.ndarray"
) -> None:
    """Add ``scale`` times the gradient to the input rows of the contexts, and set it to zero."""
    for lane in range(0, width, LANES):
        step = multiply(load(gradient, lane), splat(np.float32(scale)))
        for context in range(count):
            store(inputs, contexts[context] + lane, add(load(inputs, contexts[context] + lane), step))
        store(gradient, lane, splat(np.float32(0)))
