"""Text from anywhere, as blocks of whole lines: files, folders and standard input, plain or compressed."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from nextword.errors import InputError, SettingError
from nextword.text.compressed import compression_of, decompress
from nextword.text.lines import Block, BlockLimits, cut_blocks
from nextword.text.parquet import is_parquet, read_parquet
from nextword.text.records import is_json_lines, read_json_lines
from nextword.text.sources import find_sources, total_bytes
from nextword.text.streams import Source, open_source, reader_of
from nextword.text.validation import HEAD_SIZE

__all__ = ["Block", "read_blocks", "total_bytes"]

BLOCK_BYTES = 1 << 24
"""Text is read in blocks of about this size."""
_COMPRESSED_CHUNK = 1 << 16
_MAX_PIECE = 1 << 20
"""Pieces of a megabyte stay in cache between being read and being joined."""
_SHOWN_SOURCES = 3


def read_blocks(
    sources: Sequence[str | Path],
    *,
    field: str = "text",
    block_size: int = BLOCK_BYTES,
    max_line_bytes: int = 1 << 26,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Block]:
    r"""Read text as blocks of about `block_size` bytes, each of whole lines, in the order of the sources.

    A source is a file, a folder (all files below it, sorted, without hidden ones) or ``-``, standard input.
    It may be compressed with gzip, bzip2, xz or zstd, which its first bytes tell. Files named ``.jsonl``,
    ``.ndjson`` or ``.json`` (with or without a compression suffix) are JSON Lines, one object a line; these
    and Parquet files hold the text in `field`. Otherwise every byte is passed on as it is, except that a
    byte order mark at the start of a file is dropped, and that the end of a file ends its last line.
    `progress` is told how many bytes on disk were read since it was last told.

    Names are checked at once, before the first block. Raises InputError for text that cannot be read, is not
    UTF-8, holds NUL, has a line of more than `max_line_bytes`, or is empty as a whole; SettingError for sizes
    below 1; MissingDependencyError for Parquet without pyarrow.
    """
    if block_size < 1:
        raise SettingError(f"the block size must be at least 1, got {block_size}")
    if max_line_bytes < 1:
        raise SettingError(f"the longest line must be at least 1 byte, got {max_line_bytes}")
    return _read_all(find_sources(sources), field, BlockLimits(block_size, max_line_bytes), progress)


def read_lines(source: str | Path, max_line_bytes: int = 1 << 26) -> Iterator[tuple[str, str]]:
    """Yield where each line of a source stands and its text as it is, whatever the name ends in.

    Blank lines are left out. Raises what `read_blocks` does, and InputError where there is no line.
    """
    is_empty = True
    limits = BlockLimits(BLOCK_BYTES, max_line_bytes)
    for found in find_sources([source]):
        for block in cut_blocks(_text_pieces(found, limits, None), found.name, limits):
            for number, line in enumerate(block.data.decode("utf-8").split("\n"), start=block.first_line):
                if line.strip():
                    is_empty = False
                    yield f"{found.name}: line {number}", line.rstrip("\r")
    if is_empty:
        raise InputError(f"{source} is empty; there must be at least one line of text: check the path")


def read_exact_lines(source: str | Path, max_line_bytes: int = 1 << 26) -> Iterator[tuple[str, int, str]]:
    """Yield the source, the number and the text of each line, its end included: joined, they are the source again.

    A byte order mark alone is dropped. Raises what `read_blocks` does, and InputError where there is no line.
    """
    is_empty = True
    limits = BlockLimits(BLOCK_BYTES, max_line_bytes)
    for found in find_sources([source]):
        last = [b""]
        held: tuple[str, int, str] | None = None
        for block in cut_blocks(_remembering(_text_pieces(found, limits, None), last), found.name, limits):
            lines = block.data.decode("utf-8").split("\n")[:-1]
            for number, line in enumerate(lines, start=block.first_line):
                if held is not None:
                    yield held
                held = (found.name, number, line + "\n")
        if held is not None:
            is_empty = False
            name, number, line = held
            yield held if last[0].endswith(b"\n") else (name, number, line[:-1])
    if is_empty:
        raise InputError(f"{source} is empty; there must be at least one line of text: check the path")


def _remembering(pieces: Iterator[bytes], last: list[bytes]) -> Iterator[bytes]:
    """Pass pieces on, and keep the last of them: how a text ends is lost once its last line has an end."""
    for piece in pieces:
        last[0] = piece or last[0]
        yield piece


def _read_all(
    sources: Sequence[Source], field: str, limits: BlockLimits, progress: Callable[[int], None] | None
) -> Iterator[Block]:
    empty = True
    for source in sources:
        for block in _read_source(source, field, limits, progress):
            empty = False
            yield block
    if empty:
        names = ", ".join(source.name for source in sources[:_SHOWN_SOURCES])
        more = " and the other files" if len(sources) > _SHOWN_SOURCES else ""
        verb = "is" if len(sources) == 1 else "are"
        raise InputError(
            f"{names}{more} {verb} empty; there must be at least one line of text: check the path"
        )


def _read_source(
    source: Source, field: str, limits: BlockLimits, progress: Callable[[int], None] | None
) -> Iterator[Block]:
    if is_parquet(source):
        return read_parquet(source, field, limits, progress)
    blocks = cut_blocks(_text_pieces(source, limits, progress), source.name, limits)
    if source.path is not None and is_json_lines(source.path):
        return read_json_lines(blocks, field)
    return blocks


def _text_pieces(
    source: Source, limits: BlockLimits, progress: Callable[[int], None] | None
) -> Iterator[bytes]:
    with open_source(source) as file:
        read = reader_of(file, source, progress)
        head = read(HEAD_SIZE)
        compression = compression_of(head)
        piece_size = min(limits.block_size, _MAX_PIECE)
        if compression is None:
            yield from _chunks(head, read, piece_size)
        else:
            chunks = _chunks(head, read, _COMPRESSED_CHUNK)
            yield from decompress(compression, chunks, source.name, piece_size)


def _chunks(head: bytes, read: Callable[[int], bytes], size: int) -> Iterator[bytes]:
    chunk = head
    while chunk:
        yield chunk
        chunk = read(size)
