"""``nextword score``: the log-probability of every line."""

import json
import math
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from nextword.cli.options import OutputOptions, ReadingOptions, Text
from nextword.cli.printable import printable
from nextword.errors import InputError
from nextword.lm.model import LanguageModel
from nextword.lm.surprisal import LineScore
from nextword.text.arriving import arriving_blocks
from nextword.text.lines import Block, BlockLimits

BATCH_LINES = 4096
BLOCK_SIZE = 1 << 20
COLUMNS = "log-probability (natural), tokens, unknown words, text"
SCORE_COLUMNS = "log-score (natural; scores do not sum to one), tokens, unknown words, text"


def score(
    model: Path,
    file: Text = "-",
    /,
    *,
    per_token: bool = False,
    reading_options: ReadingOptions = ReadingOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Give the log-probability of every line, </s> included: natural logarithm, tokens, unknown words, text.

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
    loaded = load_model(model)
    loaded.tokenizer = reading_options.tokenizer_of(loaded)
    batches = _score(loaded, file, reading_options)
    if answer.json:
        _write_json(batches, per_token)
    elif per_token:
        _write_chain_rules(batches)
    else:
        _write_table(batches, answer)


def _write_json(batches: Iterable[list[LineScore]], per_token: bool) -> None:
    # One object, written line by line: a large file need not fit into memory. What is wrong with the first lines, or
    # with the file's name, is said before there is half an object on stdout.
    batches = iter(batches)
    batches = chain([next(batches, [])], batches)
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
            print(printable(chain_rule(line)), end="\n\n")
        sys.stdout.flush()


def _write_table(batches: Iterable[list[LineScore]], answer: OutputOptions) -> None:
    for number, batch in enumerate(batches):
        if not number:
            answer.remark(COLUMNS if all(line.is_distribution for line in batch) else SCORE_COLUMNS)
        for line in batch:
            print(f"{line.log_prob:.6f}\t{len(line.tokens)}\t{line.oov}\t{printable(line.text)}")
        sys.stdout.flush()


def _score(model: LanguageModel, file: str, reading_options: ReadingOptions) -> Iterator[list[LineScore]]:
    from nextword.lm.surprisal import score_lines

    for block in _blocks(file, reading_options):
        lines = block.data.decode("utf-8").split("\n")[:-1]
        for begin in range(0, len(lines), BATCH_LINES):
            batch = lines[begin : begin + BATCH_LINES]
            try:
                yield score_lines(model, batch)
            except InputError:
                _name_the_line(model, batch, block, begin)
                raise


def _name_the_line(model: LanguageModel, batch: list[str], block: Block, begin: int) -> None:
    """Raise InputError for the first of some lines that the tokenizer refuses."""
    for number, line in enumerate(batch, block.first_line + begin):
        try:
            model.tokenizer.encode(line)
        except InputError as error:
            raise InputError(f"{block.source}: line {number}: {error}") from None


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
    return arriving_blocks(source, BlockLimits(BLOCK_SIZE, reading_options.max_line_bytes))


def _content(line: LineScore, per_token: bool) -> dict[str, Any]:
    measure, short = ("probability", "prob") if line.is_distribution else ("score", "score")
    content: dict[str, Any] = {
        "text": line.text,
        f"log_{short}": _finite(line.log_prob),
        f"log10_{short}": _finite(line.log10_prob),
        "tokens": len(line.tokens),
        "oov": line.oov,
    }
    if per_token:
        content["factors"] = [
            {
                "token": token.token,
                measure: token.probability,
                f"log_{short}": _finite(token.log_prob),
                **({"surprisal_bits": _finite(token.surprisal_bits)} if line.is_distribution else {}),
                "oov": bool(token.oov),
                "matched_order": token.matched_order,
            }
            for token in line.tokens
        ]
    return content


def _finite(value: float) -> float | None:
    """Return None for what JSON has no number for: the logarithm of zero."""
    return value if math.isfinite(value) else None
