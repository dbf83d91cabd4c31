"""``nextword score``: the log-probability of every line."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nextword.cli.options import OutputOptions, ReadingOptions, Text
from nextword.lm.surprisal import LineScore

BATCH_LINES = 4096


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
    from nextword.lm.surprisal import chain_rule
    from nextword.store.models import load_model

    answer.announce_compiling()
    scores = _score(load_model(model), file, reading_options)
    if answer.json:
        # One object, written line by line: a large file need not fit into memory.
        print('{"lines": [', end="")
        for number, line in enumerate(scores):
            print(
                ", " if number else "",
                json.dumps(_content(line, per_token), ensure_ascii=False),
                sep="",
                end="",
            )
        print("]}")
        return
    for line in scores:
        print(f"{line.log_prob:.6f}\t{len(line.tokens)}\t{line.oov}\t{line.text}")
        if per_token:
            print(chain_rule(line), end="\n\n")


def _score(model: Any, file: str, reading_options: ReadingOptions) -> Iterator[LineScore]:
    from nextword.errors import InputError
    from nextword.lm.surprisal import score_lines
    from nextword.text.readers import read_blocks

    blocks = read_blocks(
        [file], field=reading_options.field, block_size=1 << 20, max_line_bytes=reading_options.max_line_bytes
    )
    for block in blocks:
        lines = block.data.decode("utf-8").split("\n")[:-1]
        for begin in range(0, len(lines), BATCH_LINES):
            batch = lines[begin : begin + BATCH_LINES]
            try:
                yield from score_lines(model, batch)
            except InputError as error:
                number = block.first_line + begin
                raise InputError(f"{block.source}: in the lines from {number} on: {error}") from None


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
