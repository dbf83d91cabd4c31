"""Entries of fastText's dictionary, and rows of its quantised matrices."""

import numpy as np

from nextword.compile import kernel


@kernel
def read_entries(
    data: "np.ndarray",
    place: int,
    longest: int,
    arena: "np.ndarray",
    counts: "np.ndarray",
    kinds: "np.ndarray",
) -> tuple[bool, int, int, int]:
    """Read entries of a word, NUL, a count of 8 bytes and a type of one, as many as are whole and have room.

    Returns (whether one is wrong, where the next begins, entries, bytes of words, each with a line break).
    """
    used, entry = 0, 0
    while entry < len(counts):
        end = place
        while end < len(data) and data[end] != 0:
            if data[end] == 10 or end - place >= longest:
                return True, place, entry, used
            end += 1
        if end + 10 > len(data):
            break
        if end == place:
            return True, place, entry, used
        for offset in range(place, end):
            arena[used + offset - place] = data[offset]
        used += end - place
        arena[used] = 10
        used += 1
        count = np.uint64(0)
        for byte in range(8):
            count |= np.uint64(data[end + 1 + byte]) << np.uint64(8 * byte)
        counts[entry] = np.int64(count)
        kinds[entry] = np.int8(data[end + 9])
        place = end + 10
        entry += 1
    return False, place, entry, used


@kernel
def add_centroids(
    codes: "np.ndarray", centroids: "np.ndarray", part: int, factors: "np.ndarray", matrix: "np.ndarray"
) -> None:
    """Fill the ``part`` columns of each row with the centroid that its code names, times the row's factor."""
    rows, parts = codes.shape
    size = matrix.shape[1]
    for row in range(rows):
        for piece in range(parts):
            begin = piece * part
            width = min(part, size - begin)
            # All pieces have 256 centroids of `part` numbers, the last one of what is left.
            first = 256 * begin + codes[row, piece] * width
            for column in range(width):
                matrix[row, begin + column] = factors[row] * centroids[first + column]
