"""``nextword classify predict``: the class of every line, and why."""

import json
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, Text
from nextword.cli.printable import printable, printable_word
from nextword.tasks.classify.model import TextClassifier

BATCH_LINES = 256
SHOWN_WORDS = 5


def predict(
    model: Path,
    file: Text = "-",
    /,
    *,
    why: Annotated[bool, Parameter(negative="")] = False,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Give the class of every line: label, probability, text.

    Parameters
    ----------
    model
        A classifier's folder.
    file
        A file with a text a line, or - for stdin.
    why
        Say which words decided: how far the label's log-probability falls (+) or rises (-) without each of them.
    """
    from nextword.store.classifiers import load_classifier

    answered = _answers(load_classifier(model), file, why)
    if answer.json:
        _write_json(answered)
        return
    for content in answered:
        print(
            f"{printable_word(content['label'])}\t{content['probability']:.4f}\t{printable(content['text'])}"
        )
        if why:
            words = sorted(content["why"], key=lambda each: -abs(each["change"]))[:SHOWN_WORDS]
            print(
                "\t\t" + ", ".join(f"{printable_word(each['word'])} {each['change']:+.3f}" for each in words)
            )
        sys.stdout.flush()


def _write_json(answered: Iterator[dict[str, Any]]) -> None:
    # One object, written line by line; what is wrong with the first lines is said before there is half an object.
    answered = chain([next(answered)], answered)
    print('{"texts": [', end="")
    for place, content in enumerate(answered):
        print(", " if place else "", json.dumps(content, ensure_ascii=False, allow_nan=False), sep="", end="")
    print("]}")


def _answers(model: TextClassifier, file: str, why: bool) -> Iterator[dict[str, Any]]:
    """Yield what is said of each line."""
    from nextword.text.readers import read_lines

    lines: list[str] = []
    for _, line in read_lines(file):
        lines.append(line)
        if len(lines) == (1 if file == "-" else BATCH_LINES):  # a person may be typing
            yield from _batch(model, lines, why)
            lines = []
    if lines:
        yield from _batch(model, lines, why)


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
