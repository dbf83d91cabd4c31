"""Lines of a word and its numbers, each with the fewest digits that are read as the same float32."""

import numpy as np

from nextword.compile import kernel

NUMBER_BYTES = 24
"""No number is written with more."""
_POWERS = 10.0 ** np.arange(23)
_SMALLEST, _LARGEST = 1e-12, 1e6
_MOST_DIGITS = 9


@kernel
def scaled(value: float, power: int) -> float:
    """Return value * 10^power, correctly rounded, for powers up to 22 either way."""
    return value * _POWERS[power] if power >= 0 else value / _POWERS[-power]


@kernel
def shortest_digits(value: "np.float32") -> tuple[int, int, int]:
    """Return (m, d, e): m, of d digits, times 10^(e - d + 1) is the shortest decimal that is read as this float32.

    Nine digits always are; each digit less is tried until the number read would be another.
    """
    size = np.float64(value)
    exponent = np.int64(np.floor(np.log10(size)))
    if scaled(1.0, exponent + 1) <= size:
        exponent += 1
    elif scaled(1.0, exponent) > size:
        exponent -= 1
    digits = _MOST_DIGITS
    mantissa = np.int64(np.rint(scaled(size, digits - 1 - exponent)))
    while digits > 1:
        power = digits - 2 - exponent
        fewer = np.rint(scaled(size, power))
        if np.float32(scaled(fewer, -power)) != value:
            break
        mantissa = np.int64(fewer)
        digits -= 1
    if mantissa == np.int64(scaled(1.0, digits)):  # rounded up to a power of ten
        mantissa //= 10
        exponent += 1
    while digits > 1 and mantissa % 10 == 0:
        mantissa //= 10
        digits -= 1
    return mantissa, digits, exponent


@kernel
def write_digits(target: "np.ndarray", place: int, number: int, digits: int) -> int:
    """Write a whole number with this many digits; return where it ends."""
    for position in range(place + digits - 1, place - 1, -1):
        target[position] = 48 + number % 10
        number //= 10
    return place + digits


@kernel
def write_number(target: "np.ndarray", place: int, value: "np.float32") -> int:
    """Write a number as NumPy's ``str`` does; return where it ends, or -1 for one too large or small for that."""
    if np.signbit(value):
        target[place] = 45
        place += 1
        value = -value
    if value == 0.0:
        target[place : place + 3] = np.array([48, 46, 48], dtype=np.uint8)
        return place + 3
    if not _SMALLEST <= value < _LARGEST:
        return -1
    mantissa, digits, exponent = shortest_digits(value)
    if np.float64(value) < 1e-4:
        rest = np.int64(scaled(1.0, digits - 1))
        place = write_digits(target, place, mantissa // rest, 1)
        if digits > 1:
            target[place] = 46
            place = write_digits(target, place + 1, mantissa % rest, digits - 1)
        target[place] = 101
        target[place + 1] = 45
        return write_digits(target, place + 2, -exponent, 2)
    if exponent < 0:
        target[place] = 48
        target[place + 1] = 46
        place += 2
        for _ in range(-exponent - 1):
            target[place] = 48
            place += 1
        return write_digits(target, place, mantissa, digits)
    behind = max(1, digits - 1 - exponent)  # digits behind the point
    whole = mantissa * np.int64(scaled(1.0, exponent + 1 + behind - digits))
    unit = np.int64(scaled(1.0, behind))
    place = write_digits(target, place, whole // unit, exponent + 1)
    target[place] = 46
    return write_digits(target, place + 1, whole % unit, behind)


@kernel
def format_rows(
    text: "np.ndarray", begins: "np.ndarray", rows: "np.ndarray", row: int, target: "np.ndarray"
) -> tuple[int, int]:
    """Write lines from a row on; word w is ``text[begins[w]:begins[w + 1]]``.

    Stops where the target is full or the next row holds a number that is left to NumPy. Returns (row, bytes).
    """
    place = 0
    while row < len(rows):
        begin, end = begins[row], begins[row + 1]
        cursor = place + end - begin
        if cursor + 1 + (1 + NUMBER_BYTES) * rows.shape[1] > len(target):
            break
        target[place:cursor] = text[begin:end]
        for column in range(rows.shape[1]):
            target[cursor] = 32
            cursor = write_number(target, cursor + 1, rows[row, column])
            if cursor < 0:
                return row, place
        target[cursor] = 10
        place = cursor + 1
        row += 1
    return row, place
