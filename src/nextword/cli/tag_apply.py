"""``nextword tag apply``: tags for text, or for the words of a file of columns."""

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, Text
from nextword.cli.printable import printable
from nextword.cli.tag_options import ColumnOptions
from nextword.cli.usage import refuse_options
from nextword.errors import SettingError

if TYPE_CHECKING:
    from nextword.tasks.tagging.files.sentences import Sentence
    from nextword.tasks.tagging.model import SequenceTagger

BATCH = 2048
"""Sentences that are tagged at once."""
BLOCK_BYTES = 1 << 20
MAX_LINE_BYTES = 1 << 26


def tag_apply(
    model: Path,
    file: Text = "-",
    /,
    *,
    format: Literal["text", "columns", "conllu"] | None = None,
    column: str | None = None,
    words: str | None = None,
    tokenizer: Literal["words", "whitespace"] = "words",
    probabilities: Annotated[bool, Parameter(negative="")] = False,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Tag text, a sentence a line; or a file of columns, which goes out as it came in, but for the column of tags.

    Example: echo "The cat sat ." | nextword tag apply tagger

    Parameters
    ----------
    model
        The folder of a tagger.
    file
        A file, or - for stdin.
    format
        text, columns or conllu: by the name of the file if not given, and text where the name tells nothing.
    column
        The column that the tags are written to: as in training if not given.
    words
        The column of words: as in training if not given.
    tokenizer
        How text is cut into words: words (punctuation apart) or whitespace.
    probabilities
        With --json: how probable each word's tag is.
    """
    from nextword.store.tagger import load_tagger
    from nextword.tasks.tagging.files.reading import format_of

    refuse_options([str(model), file])
    if probabilities and not answer.json:
        raise SettingError("--probabilities goes with --json; give both")
    chosen = format or format_of(file) or "text"
    if chosen == "text" and (column is not None or words is not None):
        raise SettingError(
            "--column and --words are for files of columns; give --format columns or conllu with them"
        )
    answer.announce_compiling()
    tagger = load_tagger(model)
    if chosen == "text":
        batches, write = _read_text(tagger, file, tokenizer), _as_columns
    else:
        from nextword.tasks.tagging.files.reading import read_tagged

        layout = ColumnOptions(format=chosen, column=column, words=words).layout(file, tagger.layout)
        batches = _batches(read_tagged(file, layout, may_lack_tags=True))

        def write(sentence: "Sentence", tags: list[str]) -> str:
            return sentence.with_tags(tags, layout)

    if answer.json:
        _write_json(tagger, batches, probabilities)
        return
    for batch in batches:
        for sentence, tags in zip(batch, _tags(tagger, batch), strict=True):
            # A file of columns is passed on as it is; text from strangers is made fit for a terminal.
            text = write(sentence, tags)
            sys.stdout.write(printable(text) if chosen == "text" else text)
        sys.stdout.flush()


def _tags(tagger: "SequenceTagger", batch: "list[Sentence]") -> list[list[str]]:
    return tagger.tag([each.words for each in batch], [each.features for each in batch])


def _batches(sentences: "Iterable[Sentence]") -> "Iterator[list[Sentence]]":
    sentences = iter(sentences)
    while batch := list(islice(sentences, BATCH)):
        yield batch


def _as_columns(sentence: "Sentence", tags: list[str]) -> str:
    return "".join(f"{word}\t{tag}\n" for word, tag in zip(sentence.words, tags, strict=True)) + "\n"


def _read_text(tagger: "SequenceTagger", file: str, tokenizer: str) -> "Iterator[list[Sentence]]":
    """Yield the lines of a text as sentences, those without a word left out; of stdin as they come."""
    from nextword.tasks.tagging.files.sentences import Sentence
    from nextword.tasks.tagging.text import text_cutter
    from nextword.text.arriving import arriving_blocks
    from nextword.text.lines import BlockLimits
    from nextword.text.readers import read_blocks
    from nextword.text.sources import find_sources

    if tagger.lexicon.features:
        columns = ", ".join(map(str, tagger.layout.get("features", [])))
        raise SettingError(
            f"this tagger looks at more than words, in column {columns} of its files, which text has not; give a file "
            "with those columns, and --format columns"
        )
    cut, limits = text_cutter(tokenizer), BlockLimits(BLOCK_BYTES, MAX_LINE_BYTES)
    source = find_sources([file])[0]
    is_stdin = source.path is None
    blocks = arriving_blocks(source, limits) if is_stdin else read_blocks([file], block_size=BLOCK_BYTES)
    for block in blocks:
        words = map(cut, block.data.decode("utf-8").split("\n"))
        yield from _batches(Sentence(words=tuple(each), tags=None) for each in words if each)


def _write_json(tagger: "SequenceTagger", batches: "Iterator[list[Sentence]]", probabilities: bool) -> None:
    # One object, written sentence by sentence: a large file need not fit into memory. What is wrong with the first ones
    # is said before there is half an object on stdout.
    batch = next(batches, [])
    separator = ""
    print('{"sentences": [', end="")
    while batch:
        for content in _contents(tagger, batch, probabilities):
            print(separator, json.dumps(content, ensure_ascii=False), sep="", end="")
            separator = ", "
        batch = next(batches, [])
    print("]}")


def _contents(
    tagger: "SequenceTagger", batch: "list[Sentence]", probabilities: bool
) -> Iterator[dict[str, Any]]:
    from nextword.tasks.tagging.spans.spans import find_spans

    batch = [sentence for sentence in batch if sentence.words]
    tagged = _tags(tagger, batch)
    shares: list[list[float]] | list[None] = [None] * len(batch)
    if probabilities:
        shares = tagger.tag_probabilities(
            [each.words for each in batch], [each.features for each in batch], tagged
        )
    for sentence, tags, share in zip(batch, tagged, shares, strict=True):
        content: dict[str, Any] = {"words": list(sentence.words), "tags": tags}
        if tagger.scheme is not None:
            content["spans"] = [
                {**span._asdict(), "text": " ".join(sentence.words[span.begin : span.end])}
                for span in find_spans(tags)
            ]
        if share is not None:
            content["probabilities"] = [round(each, 6) for each in share]
        yield content
