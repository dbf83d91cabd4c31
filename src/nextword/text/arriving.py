"""Standard input as it comes, line by line, for commands that answer at once."""

import codecs
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any

from nextword.errors import InputError
from nextword.text.compressed import compression_of, decompress
from nextword.text.lines import Block, BlockLimits, cut_blocks
from nextword.text.streams import Source, open_source, unreadable
from nextword.text.validation import HEAD_SIZE, check_lines

_PIECE = 1 << 20


def arriving_blocks(source: Source, limits: BlockLimits) -> Iterator[Block]:
    """Yield lines as they come: who sends them may wait for the answer to one before sending the next.

    Raises InputError as `read_blocks` does.
    """
    with open_source(source) as file:
        pieces = iter(partial(_available, file, source), b"")
        head = _head(pieces)
        compression = compression_of(head)
        if compression is None:
            blocks = _plain_blocks(pieces, head, source, limits)
        else:
            text = decompress(compression, chain([head], pieces), source.name, limits.block_size)
            blocks = cut_blocks(text, source.name, limits)
        first = next(blocks, None)
        if first is None:
            raise InputError(f"{source.name} is empty; there must be at least one line of text")
        yield from chain([first], blocks)


def _available(file: Any, source: Source) -> bytes:
    """Return what has come in, waiting for a first byte only; nothing at the end."""
    try:
        data: bytes = file.read1(_PIECE)
    except (OSError, ValueError) as error:  # ValueError: the file object was closed
        raise unreadable(source.name, error) from error
    return data


def _head(pieces: Iterator[bytes]) -> bytes:
    """Take enough bytes to tell how they are compressed; a line is enough, for no mark holds a newline."""
    head = b""
    while len(head) < HEAD_SIZE and b"\n" not in head:
        piece = next(pieces, b"")
        if not piece:
            break
        head += piece
    return head


def _plain_blocks(
    pieces: Iterable[bytes], head: bytes, source: Source, limits: BlockLimits
) -> Iterator[Block]:
    first_line = 1
    pieces = chain([head.removeprefix(codecs.BOM_UTF8)], pieces)
    for data in _whole_lines(pieces, limits.max_line_bytes):
        check_lines(data, limits.max_line_bytes, source.name, first_line, head)
        yield Block(data, source.name, first_line)
        first_line += data.count(b"\n")


def _whole_lines(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Yield the whole lines of each piece as soon as it is there; the end of the text ends the last one."""
    rest: list[bytes] = []
    rest_size = 0
    for piece in pieces:
        cut = piece.rfind(b"\n") + 1
        if cut:
            yield b"".join([*rest, piece[:cut]])
            rest, rest_size = [], 0
        if cut < len(piece):
            rest.append(piece[cut:])
            rest_size += len(piece) - cut
        if rest_size > limit:
            # Given out unfinished, so that the check of line lengths can name the line before memory fills.
            yield b"".join(rest)
    if rest:
        yield b"".join([*rest, b"\n"])
