"""Rows of words and numbers, from text, to text and from binary: one pass over the bytes, no Python string a row."""

import numpy as np

from nextword.compile import kernel

DONE, ROWS_FULL, ARENA_FULL, DOUBTFUL, MORE_BYTES = 0, 1, 2, 3, 4
"""Why a kernel stops where nothing is wrong."""
BAD_NUMBER, NOT_FINITE, FEW_NUMBERS, MANY_NUMBERS, EMPTY_WORD, LONG_WORD, BAD_BYTE = (
    10,
    11,
    12,
    13,
    14,
    15,
    16,
)
"""What can be wrong with a row."""


_LARGEST_EXACT = 1 << 53
_POWERS = np.array([float(f"1e{power}") for power in range(-90, 61)])
"""10^-90 to 10^60, each the nearest float; below and above lie numbers that are 0 or infinite in float32."""
_SPREAD = 2.0**-50
_NAMES = np.frombuffer(b"iInN", dtype=np.uint8)


@kernel
def parse_number(text: "np.ndarray", place: int) -> tuple[int, "np.float32", int]:
    """Read a decimal number; return (0 or what is wrong, its float32, where it ends).

    The float32 is that of the nearest float64, as Python's ``float`` and NumPy give it. Up to 2^53 and 10^22 digits
    and power of ten are exact in float64, so one operation rounds correctly. Else the float64 is off by less than
    2^-50 of itself; where both ends of that range have the same float32, so has all between them. The few others
    are DOUBTFUL: the caller asks Python.
    """
    negative = text[place] == 45
    if text[place] == 45 or text[place] == 43:
        place += 1
    if text[place] == 105 or text[place] == 73 or text[place] == 110 or text[place] == 78:  # inf, nan
        return NOT_FINITE, np.float32(0.0), place
    mantissa, power, digits, seen_point, is_exact = np.int64(0), np.int64(0), 0, False, True
    while True:
        byte = text[place]
        if 48 <= byte <= 57:
            digits += 1
            if mantissa < 10**17:
                mantissa = 10 * mantissa + np.int64(byte - 48)
                if seen_point:
                    power -= 1
            else:  # more digits than a float holds
                is_exact = False
                if not seen_point:
                    power += 1
        elif byte == 46 and not seen_point:
            seen_point = True
        else:
            break
        place += 1
    if digits == 0:
        return BAD_NUMBER, np.float32(0.0), place
    if byte == 101 or byte == 69:  # e
        place += 1
        falls = text[place] == 45
        if text[place] == 45 or text[place] == 43:
            place += 1
        exponent, digits = np.int64(0), 0
        while 48 <= text[place] <= 57:
            exponent = min(10 * exponent + np.int64(text[place] - 48), np.int64(1 << 50))
            digits += 1
            place += 1
        if digits == 0:
            return BAD_NUMBER, np.float32(0.0), place
        power += -exponent if falls else exponent
    if not is_end(text[place]):
        return BAD_NUMBER, np.float32(0.0), place
    value = np.float64(mantissa)
    if mantissa == 0 or power < -90:
        value = 0.0
    elif power > 60:
        return NOT_FINITE, np.float32(0.0), place
    elif is_exact and mantissa <= _LARGEST_EXACT and -22 <= power <= 22:
        value = value * _POWERS[90 + power] if power >= 0 else value / _POWERS[90 - power]
    else:
        value = value * _POWERS[90 + power]
        if np.float32(value * (1.0 - _SPREAD)) != np.float32(value * (1.0 + _SPREAD)):
            return DOUBTFUL, np.float32(0.0), place
    single = np.float32(-value if negative else value)
    if np.isinf(single):
        return NOT_FINITE, single, place
    return 0, single, place


@kernel
def is_end(byte: int) -> bool:
    """Whether a byte ends a number: space, tab, carriage return or line break."""
    return byte == 32 or byte == 10 or byte == 13 or byte == 9


@kernel
def skip_spaces(text: "np.ndarray", place: int) -> int:
    """Return where the next field or the end of the line is."""
    while text[place] != 10 and is_end(text[place]):
        place += 1
    return place


@kernel
def field_end(text: "np.ndarray", place: int) -> int:
    """Return where a field ends."""
    while not is_end(text[place]):
        place += 1
    return place


@kernel
def count_fields(text: "np.ndarray", place: int) -> int:
    """Return how many fields stand from a place to the end of the line."""
    fields, place = 0, skip_spaces(text, place)
    while text[place] != 10:
        fields += 1
        place = skip_spaces(text, field_end(text, place))
    return fields


@kernel
def find_word_end(text: "np.ndarray", place: int, size: int, spaced: bool) -> tuple[int, int]:
    """Return (0 or what is wrong, where the word of a line ends): at a space, with ``size`` numbers behind it.

    In a GloVe file a word may hold spaces, where what follows them is no number.
    """
    end = place
    while text[end] != 32 and text[end] != 10:
        end += 1
    if not spaced or text[end] == 10:
        return 0, end
    for _ in range(count_fields(text, end) - size):
        begin = skip_spaces(text, end)
        wrong, _, _ = parse_number(text, begin)
        if wrong == 0 or wrong == DOUBTFUL:
            return MANY_NUMBERS, end
        end = field_end(text, begin)
    return 0, end


@kernel
def copy_word(
    text: "np.ndarray", place: int, end: int, arena: "np.ndarray", begins: "np.ndarray", row: int
) -> int:
    """Append a word and a line break to the arena; return 0 or what is wrong with it."""
    target = begins[row]
    for offset in range(place, end):
        if text[offset] == 0 or text[offset] == 10:
            return BAD_BYTE
        arena[target + offset - place] = text[offset]
    arena[target + end - place] = 10
    begins[row + 1] = target + end - place + 1
    return 0


@kernel
def parse_rows(
    text: "np.ndarray",
    place: int,
    last: int,
    column: int,
    row: int,
    limit: int,
    spaced: bool,
    longest: int,
    arena: "np.ndarray",
    begins: "np.ndarray",
    matrix: "np.ndarray",
) -> tuple[int, int, int, int, int]:
    """Read lines of a word and its numbers up to ``last``, the end of a line, or until ``limit`` rows are full.

    ``column`` numbers of the row were read before: after a DOUBTFUL one the caller enters it and goes on.

    Returns (why it stops, where: the field at fault or the next one, rows, columns of the row begun, field's end).
    """
    size = matrix.shape[1]
    while place < last and row < limit:
        if column == 0:
            if text[skip_spaces(text, place)] == 10:  # a blank line
                place = skip_spaces(text, place) + 1
                continue
            if row == len(matrix):
                return ROWS_FULL, place, row, 0, place
            wrong, end = find_word_end(text, place, size, spaced)
            if wrong != 0:
                return wrong, place, row, 0, end
            if end == place:
                return EMPTY_WORD, place, row, 0, end
            if end - place > longest:
                return LONG_WORD, place, row, 0, end
            if begins[row] + longest + 1 > len(arena):
                return ARENA_FULL, place, row, 0, end
            wrong = copy_word(text, place, end, arena, begins, row)
            if wrong != 0:
                return wrong, place, row, 0, end
            place = end
        while column < size:
            place = skip_spaces(text, place)
            if text[place] == 10:
                return FEW_NUMBERS, place, row, column, place
            wrong, value, end = parse_number(text, place)
            if wrong != 0:
                return wrong, place, row, column, field_end(text, place)
            matrix[row, column] = value
            column += 1
            place = end
        place = skip_spaces(text, place)
        if text[place] != 10:
            return MANY_NUMBERS, place, row, column, place
        place += 1
        row += 1
        column = 0
    return DONE, place, row, column, place


@kernel
def copy_rows(
    data: "np.ndarray",
    place: int,
    row: int,
    limit: int,
    longest: int,
    arena: "np.ndarray",
    begins: "np.ndarray",
    matrix: "np.ndarray",
) -> tuple[int, int, int]:
    """Read binary rows: line breaks, which are skipped, a word, a space, float32 in little-endian order.

    Returns (why it stops, the row where it stops, rows).
    """
    size = matrix.shape[1]
    bits = matrix.view(np.uint32)
    while row < limit:
        begin = place
        while begin < len(data) and data[begin] == 10:
            begin += 1
        end = begin
        while end < len(data) and data[end] != 32:
            if end - begin >= longest:
                return LONG_WORD, begin, row
            end += 1
        if end + 1 + 4 * size > len(data):
            return MORE_BYTES, place, row
        if end == begin:
            return EMPTY_WORD, begin, row
        if row == len(matrix):
            return ROWS_FULL, place, row
        if begins[row] + longest + 1 > len(arena):
            return ARENA_FULL, place, row
        if copy_word(data, begin, end, arena, begins, row) != 0:
            return BAD_BYTE, begin, row
        cursor = end + 1
        for column in range(size):
            number = (
                np.uint32(data[cursor])
                | np.uint32(data[cursor + 1]) << np.uint32(8)
                | np.uint32(data[cursor + 2]) << np.uint32(16)
                | np.uint32(data[cursor + 3]) << np.uint32(24)
            )
            if number & np.uint32(0x7F800000) == np.uint32(0x7F800000):  # infinite, or no number
                return NOT_FINITE, begin, row
            bits[row, column] = number
            cursor += 4
        row += 1
        place = cursor
    return DONE, place, row
