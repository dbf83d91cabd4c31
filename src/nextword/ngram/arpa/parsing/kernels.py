"""ARPA lines into numbers: one pass over the bytes, without a Python string a line."""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel
from nextword.ngram.arpa.numbers import LN10, ZERO

TEXT_END, SECTION_END, TABLE_FULL = 0, 1, 2
"""Why a kernel stops where nothing is wrong."""
BAD_NUMBER, NOT_FINITE, POSITIVE, FEW_WORDS, MANY_FIELDS, UNKNOWN_WORD = 3, 4, 5, 6, 7, 8
BACKOFF_AT_THE_TOP, LARGE_BACKOFF, DUPLICATE, MANY_LINES = 9, 10, 11, 12
"""What can be wrong with a line."""

LARGEST_BACKOFF = 99.0
CAPITAL_UNKNOWN = np.frombuffer(b"<UNK>", dtype=np.uint8)
_POWERS = 10.0 ** np.arange(23)


@kernel
def is_space(byte: int) -> bool:
    """Whether a byte separates the fields of a line: tab, carriage return or space, as in KenLM."""
    return byte == 32 or byte == 9 or byte == 13


@kernel
def next_field(text: "np.ndarray", place: int) -> tuple[int, int]:
    """Return where the next field begins and ends; an empty one is the end of the line."""
    while is_space(text[place]):
        place += 1
    end = place
    while text[end] != 10 and not is_space(text[end]):
        end += 1
    return place, end


@kernel
def parse_number(text: "np.ndarray", place: int, end: int) -> tuple[int, float]:
    """Read a decimal number, with or without an exponent; return (0 or what is wrong, the number)."""
    negative = place < end and text[place] == 45
    if place < end and (text[place] == 45 or text[place] == 43):
        place += 1
    if place < end and text[place] | 32 in (105, 110):  # inf, infinity, nan
        return NOT_FINITE, 0.0
    mantissa, power, digits, seen_point = 0, 0, 0, False
    while place < end:
        byte = text[place]
        if 48 <= byte <= 57:
            digits += 1
            if mantissa < 10**17:
                mantissa = 10 * mantissa + (byte - 48)
                power -= seen_point
            else:  # more digits than a float holds
                power += not seen_point
        elif byte == 46 and not seen_point:
            seen_point = True
        else:
            break
        place += 1
    if digits == 0:
        return BAD_NUMBER, 0.0
    if place < end:
        if text[place] | 32 != 101:  # e
            return BAD_NUMBER, 0.0
        place += 1
        falls = place < end and text[place] == 45
        if place < end and (text[place] == 45 or text[place] == 43):
            place += 1
        if place == end:
            return BAD_NUMBER, 0.0
        exponent = 0
        while place < end:
            if not 48 <= text[place] <= 57:
                return BAD_NUMBER, 0.0
            exponent = min(10 * exponent + (text[place] - 48), 100_000)
            place += 1
        power += -exponent if falls else exponent
    value = np.float64(mantissa)
    if mantissa > 0 and power != 0:
        if abs(power) < 23:  # exact powers: the nearest float
            value = value * _POWERS[power] if power > 0 else value / _POWERS[-power]
        else:
            value = value * 10.0 ** np.float64(power)
    if not value < np.inf:
        return NOT_FINITE, 0.0
    return 0, -value if negative else value


@kernel
def find_word(
    text: "np.ndarray",
    place: int,
    end: int,
    slots: IntArray,
    hashes: "np.ndarray",
    begins: IntArray,
    arena: "np.ndarray",
) -> tuple[int, int, int]:
    """Look a word up; return (its id or -1, its slot in the table or the free one, its hash).

    The table is open addressing with linear probing: ``slots`` (a power of two) holds 1 + id or 0, and word w
    has the bytes ``arena[begins[w]:begins[w + 1]]``. ``<UNK>`` is ``<unk>``, as in KenLM.
    """
    length = end - place
    if length == len(CAPITAL_UNKNOWN) and text[place] == CAPITAL_UNKNOWN[0]:
        same = 1
        while same < length and text[place + same] == CAPITAL_UNKNOWN[same]:
            same += 1
        if same == length:
            return 0, 0, np.uint64(0)
    digest = np.uint64(14695981039346656037)
    for offset in range(place, end):
        digest = (digest ^ np.uint64(text[offset])) * np.uint64(1099511628211)
    digest ^= digest >> np.uint64(32)
    mask = len(slots) - 1
    slot = np.int64(digest) & mask
    while slots[slot] != 0:
        word = slots[slot] - 1
        if hashes[word] == digest:
            begin = begins[word]
            if begins[word + 1] - begin == length:
                same = 0
                while same < length and arena[begin + same] == text[place + same]:
                    same += 1
                if same == length:
                    return word, slot, digest
        slot = (slot + 1) & mask
    return -1, slot, digest


@kernel
def match_word(text: "np.ndarray", place: int, arena: "np.ndarray", first: int, last: int) -> int:
    """Return where a field ends if it is the word ``arena[first:last]``, else -1."""
    # The text ends in a newline, which is in no word, so no comparison runs past its end.
    while first < last and arena[first] == text[place]:
        first += 1
        place += 1
    return place if first == last and (text[place] == 10 or is_space(text[place])) else -1


@kernel
def parse_log_prob(text: "np.ndarray", place: int, end: int) -> tuple[int, float]:
    """Read a log10 probability; return (0 or what is wrong, the log10)."""
    wrong, value = parse_number(text, place, end)
    if wrong == 0 and value > 0.0:
        wrong = POSITIVE
    return wrong, value


@kernel
def parse_backoff(text: "np.ndarray", place: int, end: int, is_highest: bool) -> tuple[int, float]:
    """Read the rest of a line, a back-off weight or nothing; return (0 or what is wrong, natural log)."""
    if place == end:
        return 0, 0.0
    wrong, value = parse_number(text, place, end)
    if wrong == 0 and is_highest and value != 0.0:
        wrong = BACKOFF_AT_THE_TOP
    if wrong == 0 and value > LARGEST_BACKOFF:
        wrong = LARGE_BACKOFF
    if wrong == 0:
        place, after = next_field(text, end)
        if place < after:
            wrong = MANY_FIELDS
    return wrong, to_natural(value)


@kernel
def to_natural(value: float) -> float:
    """Return the natural logarithm of a log10; -99 and all below it are the logarithm of zero."""
    return -np.inf if value <= ZERO else value * LN10


@kernel
def parse_words(
    text: "np.ndarray",
    place: int,
    is_highest: bool,
    slots: IntArray,
    hashes: "np.ndarray",
    begins: IntArray,
    arena: "np.ndarray",
    known: int,
    log_probs: FloatArray,
    backoffs: FloatArray,
    lines: int,
    stated: int,
) -> tuple[int, int, int, int, int, int]:
    """Read the lines of unigrams: enter their words and write their numbers by id.

    ``known`` words have an id; ``log_probs`` is NaN where a word has had no line yet. Stops at the first line
    for which the table is too small, which the caller enlarges.

    Returns (why it stops, the line where it stops, words known, lines read, the field at fault: begin, end).
    """
    while place < len(text):
        begin, end = next_field(text, place)
        if begin == end or text[place] == 92:  # a blank line, or one that begins with a backslash
            return SECTION_END, place, known, lines, begin, end
        if lines == stated:
            return MANY_LINES, place, known, lines, begin, end
        wrong, value = parse_log_prob(text, begin, end)
        if wrong != 0:
            return wrong, place, known, lines, begin, end
        begin, end = next_field(text, end)
        if begin == end:
            return FEW_WORDS, place, known, lines, begin, end
        word, slot, digest = find_word(text, begin, end, slots, hashes, begins, arena)
        if word >= 0 and not np.isnan(log_probs[word]):
            return DUPLICATE, place, known, lines, begin, end
        if word < 0:
            room = begins[known] + end - begin <= len(arena) and known + 1 < len(begins)
            if 2 * (known + 1) > len(slots) or not room:
                return TABLE_FULL, place, known, lines, begin, end
        first, last = next_field(text, end)
        wrong, backoff = parse_backoff(text, first, last, is_highest)
        if wrong != 0:
            return wrong, place, known, lines, first, last
        if word < 0:
            word = known
            known += 1
            slots[slot] = known
            hashes[word] = digest
            for offset in range(begin, end):
                arena[begins[word] + offset - begin] = text[offset]
            begins[known] = begins[word] + end - begin
        # Toolkits write far less than -99 for an <unk> that must have some probability, KenLM -100.
        log_probs[word] = value * LN10 if word == 0 and value < ZERO else to_natural(value)
        backoffs[word] = backoff
        lines += 1
        while text[last] != 10:
            last += 1
        place = last + 1
    return TEXT_END, place, known, lines, place, place


@kernel
def parse_ngrams(
    text: "np.ndarray",
    place: int,
    is_highest: bool,
    slots: IntArray,
    hashes: "np.ndarray",
    begins: IntArray,
    arena: "np.ndarray",
    words: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    stated: int,
) -> tuple[int, int, int, int, int]:
    """Read the lines of n-grams of one order, all of words that have an id; ``words`` is (lines, order).

    Returns (why it stops, the line where it stops, lines read, the field at fault: begin, end).
    """
    order = words.shape[1]
    line = 0
    while place < len(text):
        begin, end = next_field(text, place)
        if begin == end or text[place] == 92:
            return SECTION_END, place, line, begin, end
        if line == stated:
            return MANY_LINES, place, line, begin, end
        wrong, value = parse_log_prob(text, begin, end)
        if wrong != 0:
            return wrong, place, line, begin, end
        for column in range(order):
            while is_space(text[end]):
                end += 1
            begin = end
            if line > 0:  # in sorted files most words stand above each other
                word = words[line - 1, column]
                end = match_word(text, begin, arena, begins[word], begins[word + 1])
                if end > begin:
                    words[line, column] = word
                    continue
            begin, end = next_field(text, begin)
            if begin == end:
                return FEW_WORDS, place, line, begin, end
            word, _, _ = find_word(text, begin, end, slots, hashes, begins, arena)
            if word < 0:
                return UNKNOWN_WORD, place, line, begin, end
            words[line, column] = word
        begin, end = next_field(text, end)
        wrong, backoff = parse_backoff(text, begin, end, is_highest)
        if wrong != 0:
            return wrong, place, line, begin, end
        log_probs[line] = to_natural(value)
        backoffs[line] = backoff
        line += 1
        while text[end] != 10:
            end += 1
        place = end + 1
    return TEXT_END, place, line, place, place
