"""``nextword classify predict``: the class of every line, and why."""

import json
import sys
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, Text
from nextword.cli.printable import printable, printable_word
from nextword.cli.usage import refuse_options
from nextword.errors import InputError, SettingError
from nextword.tasks.classify.model import TextClassifier

if TYPE_CHECKING:
    from nextword.text.streams import Source

BATCH_LINES = 256
BLOCK_BYTES = 1 << 20
MAX_LINE_BYTES = 1 << 26
SHOWN_WORDS = 5


def predict(
    model: Path,
    file: Text = "-",
    /,
    *,
    text_column: str | None = None,
    encoding: str = "utf-8",
    why: Annotated[bool, Parameter(negative="")] = False,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Give the class of every line: label, probability, text.

    Parameters
    ----------
    model
        A classifier's folder.
    file
        A file with a text a line, or - for stdin; blank lines get no answer.
    text_column
        The column of the texts, by the header's name or by number from 1, where FILE is a table (CSV, or TABs
        between): an answer a row, empty ones too.
    encoding
        How the characters of a table are written: utf-8, latin-1, cp1252 or another that Python knows.
    why
        Say which words decided: how far the label's log-probability falls (+) or rises (-) without each of them.
    """
    from nextword.store.classifiers import load_classifier

    refuse_options([str(model), file])
    loaded = load_classifier(model)
    if text_column is not None:
        from nextword.tasks.classify.table import read_texts

        answered = _all(loaded, read_texts(file, text_column, encoding=encoding), why)
    elif encoding != "utf-8":
        raise SettingError("lines are read as UTF-8; --encoding goes with the --text-column of a table")
    else:
        answered = _answers(loaded, file, why, to_check=answer.json)
    if answer.json:
        _write_json(answered)
        return
    for content in answered:
        text = " ".join(content["text"].splitlines())  # of a table, a text may have several lines
        print(f"{printable_word(content['label'])}\t{content['probability']:.4f}\t{printable(text)}")
        if why:
            words = sorted(content["why"], key=lambda each: -abs(each["change"]))[:SHOWN_WORDS]
            print(
                "\t\t" + ", ".join(f"{printable_word(each['word'])} {each['change']:+.3f}" for each in words)
            )
        sys.stdout.flush()


def _write_json(answered: Iterator[dict[str, Any]]) -> None:
    # One object, written line by line. A file has been read through; what is wrong with the first lines of a pipe is
    # said before there is half an object.
    answered = chain([next(answered)], answered)
    print('{"texts": [', end="")
    for place, content in enumerate(answered):
        print(", " if place else "", json.dumps(content, ensure_ascii=False, allow_nan=False), sep="", end="")
    print("]}")


def _answers(model: TextClassifier, file: str, why: bool, to_check: bool) -> Iterator[dict[str, Any]]:
    """Yield what is said of each line; with ``to_check`` a file is read through before the first answer."""
    from nextword.text.readers import read_lines
    from nextword.text.sources import find_sources

    sources = find_sources([file])
    if sources[0].path is None:
        lines = _arriving_lines(sources[0])
    else:
        if to_check and all(source.size is not None for source in sources):  # a pipe can be read once
            for _ in read_lines(file):
                pass
        lines = (line for _, line in read_lines(file))
    while batch := list(islice(lines, 1 if sources[0].path is None else BATCH_LINES)):
        yield from _batch(model, batch, why)


def _all(model: TextClassifier, texts: list[str], why: bool) -> Iterator[dict[str, Any]]:
    for begin in range(0, len(texts), BATCH_LINES):
        yield from _batch(model, texts[begin : begin + BATCH_LINES], why)


def _arriving_lines(source: "Source") -> Iterator[str]:
    """Yield the lines of stdin as they come, blank ones left out: who sends them may wait for each answer."""
    from nextword.text.arriving import arriving_blocks
    from nextword.text.lines import BlockLimits

    is_empty = True
    for block in arriving_blocks(source, BlockLimits(BLOCK_BYTES, MAX_LINE_BYTES)):
        for line in block.data.decode("utf-8").split("\n"):
            if line.strip():
                is_empty = False
                yield line.rstrip("\r")
    if is_empty:
        raise InputError(f"{source.name} is empty; there must be at least one line of text")


def _batch(model: TextClassifier, lines: list[str], why: bool) -> Iterator[dict[str, Any]]:
    from nextword.tasks.classify.why import decisive_words

    for line, row in zip(lines, model.probabilities(lines), strict=True):
        content: dict[str, Any] = {
            "text": line,
            "label": model.labels[int(row.argmax())],
            "probability": float(row.max()),
            "probabilities": dict(zip(model.labels, row.tolist(), strict=True)),
        }
        if why:
            found = decisive_words(model, line)
            content["why"] = [{"word": word, "change": change} for word, change in found.words]
        yield content
