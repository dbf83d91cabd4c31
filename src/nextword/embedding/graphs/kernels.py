"""Edge lists into sorted adjacency, without a Python object an edge."""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel
from nextword.ngram.arpa.parsing.kernels import next_field, parse_number

FEW_FIELDS, MANY_FIELDS, BAD_WEIGHT = 1, 2, 3
"""What can be wrong with a line."""


@kernel
def cut_edges(
    text: "np.ndarray", has_weights: bool, names: "np.ndarray", weights: FloatArray
) -> tuple[int, int, int, int]:
    """Copy the two names of every line, ``a b\\n``, and read its weight, which is 1 where none stands.

    Blank lines and those that begin with ``#`` hold no edge. Without ``has_weights`` the rest of a line is skipped.

    Returns (0 or what is wrong, the place of the line at fault, bytes of names written, edges).
    """
    place, written, edges = 0, 0, 0
    while place < len(text):
        line = place
        begin, end = next_field(text, place)
        if begin < end and text[begin] != 35:
            for field in range(2):
                if begin == end:
                    return FEW_FIELDS, line, written, edges
                for offset in range(begin, end):
                    names[written] = text[offset]
                    written += 1
                names[written] = 32 if field == 0 else 10
                written += 1
                begin, end = next_field(text, end)
            weight = 1.0
            if has_weights and begin < end:
                wrong, weight = parse_number(text, begin, end)
                if wrong != 0 or not weight > 0.0:
                    return BAD_WEIGHT, line, written, edges
                begin, end = next_field(text, end)
                if begin < end:
                    return MANY_FIELDS, line, written, edges
            weights[edges] = weight
            edges += 1
        place = end
        while text[place] != 10:
            place += 1
        place += 1
    return 0, place, written, edges


@kernel
def gather_edges(
    rows: IntArray,
    columns: IntArray,
    weights: FloatArray,
    skip_loops: bool,
    places: IntArray,
    out_columns: IntArray,
    out_weights: FloatArray,
) -> None:
    """Write every edge to the next free place of its row; ``places`` moves on."""
    for edge in range(len(rows)):
        row = rows[edge]
        if skip_loops and row == columns[edge]:
            continue
        place = places[row]
        out_columns[place] = columns[edge]
        out_weights[place] = weights[edge]
        places[row] = place + 1


@kernel
def transpose(
    offsets: IntArray,
    columns: IntArray,
    weights: FloatArray,
    places: IntArray,
    out_columns: IntArray,
    out_weights: FloatArray,
) -> None:
    """Group entries by column in place of row. Rows are passed in order, so every new row is sorted."""
    for row in range(len(offsets) - 1):
        for entry in range(offsets[row], offsets[row + 1]):
            place = places[columns[entry]]
            out_columns[place] = row
            out_weights[place] = weights[entry]
            places[columns[entry]] = place + 1


@kernel
def merge_duplicates(offsets: IntArray, columns: IntArray, weights: FloatArray) -> int:
    """Keep one entry for each column of a sorted row, with the sum of the weights; returns how many are left."""
    written, begin = 0, 0
    for row in range(len(offsets) - 1):
        end = offsets[row + 1]
        first = written
        for entry in range(begin, end):
            if written > first and columns[written - 1] == columns[entry]:
                weights[written - 1] += weights[entry]
            else:
                columns[written] = columns[entry]
                weights[written] = weights[entry]
                written += 1
        begin = end
        offsets[row + 1] = written
    return written
