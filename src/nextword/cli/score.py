"""``nextword score``: the log-probability of every line."""

import codecs
import json
import math
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from nextword.cli.options import OutputOptions, ReadingOptions, Text
from nextword.errors import InputError
from nextword.lm.surprisal import LineScore
from nextword.text.compressed import compression_of, decompress
from nextword.text.lines import Block, BlockLimits, cut_blocks
from nextword.text.streams import Source, open_source, unreadable
from nextword.text.validation import HEAD_SIZE, check_lines

BATCH_LINES = 4096
BLOCK_SIZE = 1 << 20
COLUMNS = "log-probability (natural), tokens, unknown words, text"


def score(
    model: Path,
    file: Text = "-",
    *,
    per_token: bool = False,
    reading_options: ReadingOptions = ReadingOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Give the log-probability of every line, </s> included: natural logarithm, tokens, unknown words, text.

    Example: echo "its water was so transparent" | nextword score models/five --per-token

    Parameters
    ----------
    model
        A model folder.
    file
        A text file, or - for stdin.
    per_token
        Write the chain rule out, factor by factor.
    """
    from nextword.store.models import load_model

    answer.announce_compiling()
    batches = _score(load_model(model), file, reading_options)
    if answer.json:
        _write_json(batches, per_token)
    elif per_token:
        _write_chain_rules(batches)
    else:
        _write_table(batches, answer)


def _write_json(batches: Iterable[list[LineScore]], per_token: bool) -> None:
    # One object, written line by line: a large file need not fit into memory.
    print('{"lines": [', end="")
    separator = ""
    for batch in batches:
        for line in batch:
            print(separator, json.dumps(_content(line, per_token), ensure_ascii=False), sep="", end="")
            separator = ", "
        sys.stdout.flush()
    print("]}")


def _write_chain_rules(batches: Iterable[list[LineScore]]) -> None:
    from nextword.lm.surprisal import chain_rule

    for batch in batches:
        for line in batch:
            print(chain_rule(line), end="\n\n")
        sys.stdout.flush()


def _write_table(batches: Iterable[list[LineScore]], answer: OutputOptions) -> None:
    for number, batch in enumerate(batches):
        if not number:
            answer.remark(COLUMNS)
        for line in batch:
            print(f"{line.log_prob:.6f}\t{len(line.tokens)}\t{line.oov}\t{line.text}")
        sys.stdout.flush()


def _score(model: Any, file: str, reading_options: ReadingOptions) -> Iterator[list[LineScore]]:
    from nextword.lm.surprisal import score_lines

    for block in _blocks(file, reading_options):
        lines = block.data.decode("utf-8").split("\n")[:-1]
        for begin in range(0, len(lines), BATCH_LINES):
            batch = lines[begin : begin + BATCH_LINES]
            try:
                yield score_lines(model, batch)
            except InputError as error:
                number = block.first_line + begin
                raise InputError(f"{block.source}: in the lines from {number} on: {error}") from None


def _blocks(file: str, reading_options: ReadingOptions) -> Iterator[Block]:
    from nextword.text.readers import read_blocks
    from nextword.text.sources import find_sources

    # This checks the name and the settings; nothing is read before the first block is asked for.
    blocks = read_blocks(
        [file],
        field=reading_options.field,
        block_size=BLOCK_SIZE,
        max_line_bytes=reading_options.max_line_bytes,
    )
    source = find_sources([file])[0]
    if source.path is not None:
        return blocks
    return _standard_input(source, BlockLimits(BLOCK_SIZE, reading_options.max_line_bytes))


def _standard_input(source: Source, limits: BlockLimits) -> Iterator[Block]:
    """Yield lines as they come: who sends them may wait for the scores of one before sending the next."""
    with open_source(source) as file:
        pieces = iter(partial(_available, file, source), b"")
        head = _head(pieces)
        compression = compression_of(head)
        if compression is None:
            blocks = _arriving_blocks(pieces, head, source, limits)
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
        data: bytes = file.read1(BLOCK_SIZE)
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


def _arriving_blocks(
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


def _content(line: LineScore, per_token: bool) -> dict[str, Any]:
    content: dict[str, Any] = {
        "text": line.text,
        "log_prob": _finite(line.log_prob),
        "log10_prob": _finite(line.log10_prob),
        "tokens": len(line.tokens),
        "oov": line.oov,
    }
    if per_token:
        content["factors"] = [
            {
                "token": token.token,
                "probability": token.probability,
                "log_prob": _finite(token.log_prob),
                "surprisal_bits": _finite(token.surprisal_bits),
                "oov": bool(token.oov),
            }
            for token in line.tokens
        ]
    return content


def _finite(value: float) -> float | None:
    """Return None for what JSON has no number for: the logarithm of zero."""
    return value if math.isfinite(value) else None
