"""Parquet files: the text is in one column, read a few rows at a time."""

import os
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from nextword.errors import InputError, MissingDependencyError
from nextword.text.lines import Block, BlockLimits
from nextword.text.records import missing_field
from nextword.text.streams import Source, open_source, unreadable
from nextword.text.validation import check_lines

_MAGIC = b"PAR1"
_MAX_ROWS = 1 << 17
_READ_BUFFER = 1 << 20


def is_parquet(source: Source) -> bool:
    """Tell a Parquet file by its name, or by its mark at both ends.

    Raises InputError when the file cannot be read.
    """
    if source.path is None or source.size is None:
        return False  # Parquet is read from its end, which a pipe does not offer
    if source.path.suffix.lower() == ".parquet":
        return True
    if source.size < 2 * len(_MAGIC):
        return False
    with open_source(source) as file:
        try:
            # Both ends, since a text may well begin with the word PAR1.
            return file.read(len(_MAGIC)) == _MAGIC and _tail(file) == _MAGIC
        except OSError as error:
            raise unreadable(source.name, error) from error


def read_parquet(
    source: Source, field: str, limits: BlockLimits, progress: Callable[[int], None] | None
) -> Iterator[Block]:
    """Yield the rows of one text column; `first_line` counts the lines given out, not the rows.

    Progress is the file's size shared out over its rows.
    Raises InputError for a damaged file, a missing or non-text column, and null; MissingDependencyError
    without pyarrow.
    """
    first_line = 1
    for data in _row_blocks(source, field, limits, progress):
        check_lines(data, limits.max_line_bytes, source.name, first_line)
        yield Block(data, source.name, first_line)
        first_line += data.count(b"\n")


def _row_blocks(
    source: Source, field: str, limits: BlockLimits, progress: Callable[[int], None] | None
) -> Iterator[bytes]:
    size = source.size or 0
    seen_rows = seen_bytes = 0
    with open_source(source) as file:
        table = _open_table(file, source)
        _check_column(table, field, source.name)
        rows = _rows_a_batch(table, field, limits.block_size)
        for batch in _batches(table, field, rows, source):
            yield _join_rows(batch, field, source.name, seen_rows)
            seen_rows += batch.num_rows
            reached = size * seen_rows // table.metadata.num_rows
            if progress is not None and reached > seen_bytes:
                progress(reached - seen_bytes)
            seen_bytes = reached


def _join_rows(batch: Any, field: str, name: str, seen_rows: int) -> bytes:
    import pyarrow

    # As bytes, since Arrow does not promise that its strings are UTF-8; the check of the block finds out.
    values: list[bytes | None] = batch.column(0).cast(pyarrow.large_binary()).to_pylist()
    if None in values:
        row = seen_rows + values.index(None) + 1
        raise InputError(f"{name}: row {row}: the field {field!r} is null; leave such rows out or fill them")
    # A row is like a small file: its end ends its last line.
    return b"".join(v if v.endswith(b"\n") else v + b"\n" for v in values if v is not None)


def _batches(table: Any, field: str, rows: int, source: Source) -> Iterator[Any]:
    import pyarrow

    batches = table.iter_batches(batch_size=rows, columns=[field], use_threads=False)
    while True:
        try:
            batch = next(batches, None)
        except (pyarrow.ArrowException, OSError) as error:
            raise _damaged(source.name, error) from error
        if batch is None:
            return
        if batch.num_rows:
            yield batch


def _open_table(file: BinaryIO, source: Source) -> Any:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingDependencyError(
            "reading Parquet needs pyarrow: pip install 'nextword[parquet]'"
        ) from error
    try:
        # A buffer, so that a column is read as it is needed and not a whole row group at once.
        return parquet.ParquetFile(file, buffer_size=_READ_BUFFER, pre_buffer=False)
    except (pyarrow.ArrowException, OSError) as error:
        raise _damaged(source.name, error) from error


def _check_column(table: Any, field: str, name: str) -> None:
    from pyarrow import types

    schema = table.schema_arrow
    if field not in schema.names:
        raise missing_field(name, field, schema.names)
    kind = schema.field(field).type
    value_kind = kind.value_type if types.is_dictionary(kind) else kind
    tests = (types.is_string, types.is_large_string, types.is_string_view)
    if not any(test(value_kind) for test in tests):
        raise InputError(
            f"{name}: the field {field!r} holds {kind}, not strings; name the one that holds the text"
        )


def _rows_a_batch(table: Any, field: str, block_size: int) -> int:
    # Rows may be words or whole books: ask the file how long they are on average.
    metadata = table.metadata
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    columns = (group.column(number) for group in groups for number in range(group.num_columns))
    size: int = sum(column.total_uncompressed_size for column in columns if column.path_in_schema == field)
    average = max(1, size // max(1, int(metadata.num_rows)))
    return min(_MAX_ROWS, max(1, block_size // average))


def _tail(file: BinaryIO) -> bytes:
    file.seek(-len(_MAGIC), os.SEEK_END)
    return file.read(len(_MAGIC))


def _damaged(name: str, error: Exception) -> InputError:
    reason = str(error).split("\n", maxsplit=1)[0].rstrip(". ")
    return InputError(f"{name} cannot be read as Parquet: {reason}; is it whole, and is it Parquet?")
