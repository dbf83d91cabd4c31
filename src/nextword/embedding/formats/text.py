"""Vectors as text: word2vec's, with a header, fastText's ``.vec``, which is the same, and GloVe's, without one."""

from typing import NoReturn

import numpy as np

from nextword.embedding.formats import kernels
from nextword.embedding.formats.source import BLOCK, ByteSource
from nextword.embedding.formats.table import MAX_WORD_BYTES, RowTable, check_size
from nextword.errors import shown

_MAX_LINE_BYTES = 1 << 26
_NO_LIMIT = 1 << 62
_FIRST_ROWS = 1 << 10
"""Without a header, so many rows say how many the file will have."""


def read_text(source: ByteSource, header: tuple[int, int] | None, limit: int | None) -> RowTable:
    """Read lines of a word and its numbers, behind the header where there is one.

    Without a header, the first line says how many numbers each has, and a word may hold spaces, as some of GloVe's
    do. Raises ModelFormatError, with the line, for whatever is wrong.
    """
    lines = _Lines(source, 1 if header is None else 2)
    if header is None:
        rows, size = _NO_LIMIT, _size_of_first_line(lines)
    else:
        rows, size = header
        check_size(lines.fail, rows, size)
        source.check_left(2 * size, "the first row")
    # A word of a byte, and for each number a space and a digit, is the least that a row takes.
    most = source.most_left // (2 * size + 1) + 1 if source.is_exact and source.most_left else None
    wanted = rows if limit is None else min(rows, limit)
    table = RowTable(size, wanted if header else min(wanted, _FIRST_ROWS), most)
    while table.rows < wanted and lines.fill():
        _read_block(lines, table, wanted, is_glove=header is None)
    if limit is None or table.rows < limit:
        _check_end(lines, table.rows, header)
    return table


class _Lines:
    """The whole lines that wait in a source, and the number of the first of them."""

    def __init__(self, source: ByteSource, first_line: int) -> None:
        self.source, self.first_line = source, first_line
        self.begin = self.end = 0
        """Where in the source's data these lines are."""

    def fill(self) -> bool:
        """Wait for at least one whole line; whether there is any."""
        source, least = self.source, BLOCK
        while True:
            waiting = source.buffered(least)
            if waiting == 0:
                return False
            end = source.data.rfind(b"\n", source.place) + 1
            if (
                waiting < least and source.data[-1:] != b"\n"
            ):  # the last line of the file, without its line break
                source.data += b"\n"
                end = len(source.data)
            if end > 0:
                self.begin, self.end = source.place, end
                return True
            if waiting > _MAX_LINE_BYTES:
                self.fail(f"is longer than {_MAX_LINE_BYTES:,} bytes; no row of a word and its numbers is")
            least = 2 * waiting

    def advance_to(self, place: int) -> None:
        """Take the lines up to a place."""
        self.first_line += self.source.data.count(b"\n", self.begin, place)
        self.begin = place
        self.source.advance_to(place)

    def fail(self, message: str, place: int | None = None) -> NoReturn:
        """Raise ModelFormatError at the line of a place, else the first."""
        line = self.first_line
        if place is not None:
            line += self.source.data.count(b"\n", self.begin, place)
        self.source.fail(f"line {line:,}: {message}")


def _size_of_first_line(lines: _Lines) -> int:
    if not lines.fill():
        lines.fail("the file is empty")
    data = lines.source.data
    space = data.find(b" ", lines.begin, data.index(b"\n", lines.begin))  # a word may hold tabs
    fields = 0 if space < 0 else kernels.count_fields(np.frombuffer(data, dtype=np.uint8), space)
    if fields == 0:
        line = data[lines.begin : lines.begin + 80]
        lines.fail(f"expected a word and its numbers, found {shown(line)}; is it another kind of file?")
    return fields


def _read_block(lines: _Lines, table: RowTable, wanted: int, *, is_glove: bool) -> None:
    """Read the lines that wait; grow the table and ask Python for doubtful numbers where the kernel has to stop."""
    source = lines.source
    text = np.frombuffer(source.data, dtype=np.uint8)
    place, column = lines.begin, 0
    while True:
        status, place, table.rows, column, end = kernels.parse_rows(
            text, place, lines.end, column, table.rows, wanted, is_glove, MAX_WORD_BYTES, *table.arrays
        )
        if status == kernels.DONE:
            lines.advance_to(place)
            return
        if status == kernels.DOUBTFUL:
            with np.errstate(over="ignore"):
                value = np.float32(float(source.data[place:end]))
            if not np.isfinite(value):
                lines.fail(_fault(kernels.NOT_FINITE, source.data[place:end], column, 0), place)
            table.matrix[table.rows, column] = value
            place, column = end, column + 1
        elif status in (kernels.ROWS_FULL, kernels.ARENA_FULL):
            read = max(1, source.taken + place - lines.begin)
            expected = 0
            if source.is_exact and source.most_left is not None:  # as many more as the rows so far promise
                expected = table.rows + int(
                    1.02 * table.rows * (source.taken + source.most_left - read) / read
                )
            table.grow(min(expected, wanted))
        else:
            field = source.data[place:end]
            lines.fail(_fault(status, field, column, table.matrix.shape[1]), place)


def _fault(status: int, field: bytes, column: int, size: int) -> str:
    """Return what is wrong with a row."""
    found = shown(field[:80])
    match status:
        case kernels.BAD_NUMBER:
            return f"{found} is no number; each row is a word without spaces and {size:,} numbers"
        case kernels.NOT_FINITE:
            return f"{found} is not a finite number that float32 holds; vectors with it have no similarities"
        case kernels.FEW_NUMBERS:
            return f"{column:,} numbers stand behind the word, not {size:,}; the row is damaged or cut short"
        case kernels.MANY_NUMBERS:
            return f"more than {size:,} numbers stand behind the word; is the header or the row damaged?"
        case kernels.EMPTY_WORD:
            return "the row begins with a space and so has no word"
        case kernels.LONG_WORD:
            return f"a word of more than {MAX_WORD_BYTES:,} bytes; the file is damaged"
        case _:
            return f"the word {found} holds a NUL byte; is it a binary file?"


def _check_end(lines: _Lines, rows: int, header: tuple[int, int] | None) -> None:
    """Raise ModelFormatError unless the file ends after the rows that it promised."""
    if header is None:
        if rows == 0:
            lines.fail("the file holds no words")
        return
    if rows < header[0]:
        lines.source.fail(
            f"the header promises {header[0]:,} words, and the file ends after {rows:,}; it is cut short: copy it again"
        )
    while lines.fill():
        if lines.source.data[lines.begin : lines.end].strip():
            lines.fail(f"the header promises {rows:,} words, and here follows another; correct the header")
        lines.advance_to(lines.end)
