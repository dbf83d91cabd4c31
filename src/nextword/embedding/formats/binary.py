"""word2vec's binary format: a header, then for each word its bytes, a space, and its numbers in float32."""

import numpy as np

from nextword.embedding.formats import kernels
from nextword.embedding.formats.source import BLOCK, ByteSource
from nextword.embedding.formats.table import MAX_WORD_BYTES, RowTable, check_size


def read_binary(source: ByteSource, header: tuple[int, int], limit: int | None) -> RowTable:
    """Read binary rows; a line break after each, as word2vec.c writes and gensim does not, may be there or not.

    Raises ModelFormatError, with the word, for whatever is wrong.
    """
    rows, size = header
    check_size(source.fail, rows, size)
    source.check_left(4 * size + 2, "the first row")
    wanted = rows if limit is None else min(rows, limit)
    most = source.most_left // (4 * size + 2) + 1 if source.is_exact and source.most_left else None
    table = RowTable(size, wanted, most)
    _read_rows(source, table, wanted, rows)
    if limit is None or rows <= limit:
        _check_end(source, rows)
    return table


def _read_rows(source: ByteSource, table: RowTable, wanted: int, promised: int) -> None:
    least = BLOCK
    while table.rows < wanted:
        waiting = source.buffered(least)
        data = np.frombuffer(source.data, dtype=np.uint8)
        before = table.rows
        status, place, table.rows = kernels.copy_rows(
            data, source.place, table.rows, wanted, MAX_WORD_BYTES, *table.arrays
        )
        if status < kernels.BAD_NUMBER:
            source.advance_to(place)
        match status:
            case kernels.MORE_BYTES if waiting < least:
                source.fail(
                    f"the header promises {promised:,} words of {table.matrix.shape[1]:,} numbers, and the file ends "
                    f"after {table.rows:,}; it is cut short or damaged: copy it again"
                )
            case kernels.MORE_BYTES:  # a row longer than what waits: have twice as much wait
                least = BLOCK if table.rows > before else 2 * least
            case kernels.ROWS_FULL | kernels.ARENA_FULL:
                table.grow(0 if not source.is_exact else wanted)
            case kernels.NOT_FINITE:
                _fail(
                    source, table, "has a number that is infinite or none, with which it has no similarities"
                )
            case kernels.EMPTY_WORD:
                _fail(source, table, "is empty; the file is damaged")
            case kernels.LONG_WORD:
                _fail(source, table, f"has more than {MAX_WORD_BYTES:,} bytes; the file is damaged")
            case kernels.BAD_BYTE:
                _fail(source, table, "holds a NUL byte or a line break; the file is damaged")


def _fail(source: ByteSource, table: RowTable, message: str) -> None:
    source.fail(f"word {table.rows + 1:,} {message}")


def _check_end(source: ByteSource, rows: int) -> None:
    """Raise ModelFormatError where anything but line breaks follows."""
    while source.buffered(BLOCK):
        if source.data[source.place :].strip(b"\n"):
            source.fail(
                f"the header promises {rows:,} words, and more bytes follow them; the header or a row is damaged"
            )
        source.advance_to(len(source.data))
