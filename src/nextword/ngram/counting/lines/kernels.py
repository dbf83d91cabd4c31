"""Lines of counts out of nodes, without a Python string a line."""

import numpy as np

from nextword.arrays import IntArray
from nextword.compile import kernel
from nextword.ngram.arpa.kernels import follow_path, write_word

NUMBER_BYTES = 10
"""The longest count is 2147483647."""
SPECIALS = 3


@kernel
def write_count(buffer: "np.ndarray", place: int, count: int) -> int:
    """Write a whole number from 0 up in decimal digits, and return the place behind it."""
    digits, rest = 1, count // 10
    while rest > 0:
        digits += 1
        rest //= 10
    for digit in range(digits - 1, -1, -1):
        buffer[place + digit] = 48 + count % 10
        count //= 10
    return place + digits


@kernel
def format_counts(
    words: IntArray,
    children: IntArray,
    counts: IntArray,
    arena: "np.ndarray",
    offsets: IntArray,
    path: IntArray,
    node: int,
    last: int,
    buffer: "np.ndarray",
) -> tuple[int, int]:
    """Write the lines of the nodes ``node`` to ``last`` of one order, as many as fit into ``buffer``.

    ``path`` is that of the line before. A special token that was not seen has no line: it is always in the
    vocabulary. Returns (the node after the last one written, bytes written).
    """
    place = 0
    while node < last:
        follow_path(children, path, node)
        size = len(path) + NUMBER_BYTES + 1
        for level in range(len(path)):
            word = words[path[level]]
            size += offsets[word + 1] - offsets[word]
        if place + size > len(buffer):
            break
        if counts[node] > 0 or node > SPECIALS:
            for level in range(len(path)):
                if level > 0:
                    buffer[place] = 32
                    place += 1
                place = write_word(buffer, place, arena, offsets, words[path[level]])
            buffer[place] = 9
            place = write_count(buffer, place + 1, counts[node])
            buffer[place] = 10
            place += 1
        node += 1
    return node, place
