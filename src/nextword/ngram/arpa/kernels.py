"""ARPA lines out of nodes, without a Python string a line."""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel
from nextword.ngram.arpa.numbers import LN10

DECIMALS = 7
SCALE = 10**DECIMALS
LARGEST_NUMBER = 999.0
"""Larger numbers are written as this one; no probability or back-off of a sane model comes near it."""
NUMBER_BYTES = 5 + DECIMALS
"""The longest number is -999.0000000."""


@kernel
def write_number(buffer: "np.ndarray", place: int, value: float) -> int:
    """Write a natural logarithm to base 10 with at most 7 decimals, and return the place behind it.

    Minus infinity, the logarithm of zero, is written as -99, and zero never as -0.
    """
    value = -99.0 if value == -np.inf else value / LN10
    scaled = np.int64(min(abs(value), LARGEST_NUMBER) * SCALE + 0.5)
    if scaled == 0:
        buffer[place] = 48
        return place + 1
    if value < 0.0:
        buffer[place] = 45
        place += 1
    whole, fraction = scaled // SCALE, scaled % SCALE
    divisor = 100 if whole >= 100 else (10 if whole >= 10 else 1)
    while divisor > 0:
        buffer[place] = 48 + whole // divisor % 10
        place += 1
        divisor //= 10
    if fraction > 0:
        buffer[place] = 46
        place += 1
        divisor = SCALE // 10
        while fraction > 0:  # stops before trailing zeros
            buffer[place] = 48 + fraction // divisor
            place += 1
            fraction %= divisor
            divisor //= 10
    return place


@kernel
def follow_path(children: IntArray, path: IntArray, node: int) -> None:
    """Move ``path``, a node of each order up to that of ``node``, on to the nodes that ``node`` begins with.

    Nodes are sorted by their parents, so for rising nodes each level's cursor only ever moves on.
    """
    level = len(path) - 1
    path[level] = node
    while level > 0:
        level -= 1
        cursor = path[level]
        if children[cursor + 1] > path[level + 1]:
            break  # the same parent as before, so the same path above it
        while children[cursor + 1] <= path[level + 1]:
            cursor += 1
        path[level] = cursor


@kernel
def write_word(buffer: "np.ndarray", place: int, arena: "np.ndarray", offsets: IntArray, word: int) -> int:
    """Write the bytes of a word, ``arena[offsets[word]:offsets[word + 1]]``, and return the place behind them."""
    for offset in range(offsets[word], offsets[word + 1]):
        buffer[place] = arena[offset]
        place += 1
    return place


@kernel
def format_lines(
    words: IntArray,
    children: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    arena: "np.ndarray",
    offsets: IntArray,
    path: IntArray,
    node: int,
    last: int,
    buffer: "np.ndarray",
) -> tuple[int, int]:
    """Write the lines of the nodes ``node`` to ``last`` of one order, as many as fit into ``buffer``.

    Word w has the bytes ``arena[offsets[w]:offsets[w + 1]]``, and ``path`` is that of the line before. Nodes that
    are contexts have a back-off column.

    Returns (the node after the last one written, bytes written).
    """
    order = len(path)
    place = 0
    while node < last:
        follow_path(children, path, node)
        size = 2 * NUMBER_BYTES + 2 + order
        for level in range(order):
            word = words[path[level]]
            size += offsets[word + 1] - offsets[word]
        if place + size > len(buffer):
            break
        # <s> is given and never predicted: its probability of 1 is a convention of the format.
        place = write_number(buffer, place, 0.0 if node == 2 else log_probs[node])
        for level in range(order):
            buffer[place] = 9 if level == 0 else 32
            place = write_word(buffer, place + 1, arena, offsets, words[path[level]])
        if node < len(backoffs):
            buffer[place] = 9
            place = write_number(buffer, place + 1, backoffs[node])
        buffer[place] = 10
        place += 1
        node += 1
    return node, place
