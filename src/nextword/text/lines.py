"""Bytes into blocks of whole lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from nextword.text.validation import HEAD_SIZE, check_lines

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of a text, whole and in order."""

    data: bytes
    """The lines, each ended by a newline; UTF-8 without NUL."""
    source: str
    """The name of the file, to show."""
    first_line: int
    """The number, from 1, that the first of these lines has in its source."""


@dataclass(frozen=True, slots=True)
class BlockLimits:
    """How much text is held at once."""

    block_size: int
    max_line_bytes: int


def cut_blocks(pieces: Iterator[bytes], name: str, limits: BlockLimits) -> Iterator[Block]:
    """Yield the blocks of one source from its bytes, without a byte order mark at its start.

    Raises InputError for bytes that are not UTF-8, hold NUL, or make a line over the limit.
    """
    head = _take(pieces, HEAD_SIZE)
    pieces = chain(split(head.removeprefix(_BYTE_ORDER_MARK), limits.block_size), pieces)
    first_line = 1
    for data in _whole_lines(pieces, limits):
        check_lines(data, limits.max_line_bytes, name, first_line, head)
        yield Block(data, name, first_line)
        first_line += data.count(b"\n")


def split(data: bytes, size: int) -> Iterator[bytes]:
    """Yield the same bytes in pieces of at most this size."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


def _take(pieces: Iterator[bytes], size: int) -> bytes:
    """Take pieces until they hold this many bytes, or there are no more."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= size:
            break
    return head


def _whole_lines(pieces: Iterable[bytes], limits: BlockLimits) -> Iterator[bytes]:
    # Each byte is joined once: `lines` waits for enough whole lines, `rest` for the end of the last one.
    lines: list[bytes | memoryview] = []
    rest: list[bytes | memoryview] = []
    held = rest_size = 0
    for piece in pieces:
        held += len(piece)
        cut = piece.rfind(b"\n") + 1
        if cut:
            lines += [*rest, memoryview(piece)[:cut]]
            rest, rest_size = [], 0
        if cut < len(piece):
            rest.append(piece[cut:] if cut else piece)
            rest_size += len(piece) - cut
        if lines and held >= limits.block_size:
            yield b"".join(lines)
            lines, held = [], rest_size
        if rest_size > limits.max_line_bytes:
            # Given out unfinished, so that the check of line lengths can name the line before memory fills.
            yield b"".join(lines + rest)
    if lines or rest:
        yield b"".join([*lines, *rest, b"\n" if rest else b""])
