"""Options that several commands share, each written once."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter, Token

from nextword.errors import InputError
from nextword.text.corpus import TokenizerKind
from nextword.text.vocabulary import SpecialTokenPolicy, VocabularyLimits


def _whole_number(_: object, tokens: Sequence[Token]) -> int:
    """Read an integer, and nothing that would have to be rounded to one."""
    return int(tokens[0].value)


def _no_option(_: object, value: str | tuple[str, ...] | None) -> None:
    """Tell ``-``, which is stdin, from an option that does not exist."""
    for name in (value,) if isinstance(value, str) else value or ():
        if name.startswith("-") and name != "-":
            raise ValueError(f"Unknown option: {name}")


Whole = Annotated[int, Parameter(converter=_whole_number)]
Text = Annotated[str, Parameter(allow_leading_hyphen=True, validator=_no_option)]
"""A text file, a folder, or ``-`` for stdin."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class OutputOptions:
    """How a command answers."""

    json: bool = False
    """Print one JSON object in place of text for people."""
    quiet: Annotated[bool, Parameter(name=["--quiet", "-q"])] = False
    """No progress and no remarks on stderr."""

    def remark(self, text: str) -> None:
        """Say something on stderr that is not part of the answer."""
        if not self.quiet:
            print(text, file=sys.stderr)

    def answer(self, content: dict[str, Any], text: Callable[[], object]) -> None:
        """Print the answer: ``content`` as JSON, or ``text()`` for people."""
        if self.json:
            print(json.dumps(content, ensure_ascii=False, allow_nan=False))
        else:
            print(text())

    @contextmanager
    def progress(self, label: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """Show a bar on stderr where a person watches; yields a function that takes the bytes just read."""
        self.announce_compiling()
        if self.quiet or not sys.stderr.isatty():
            yield lambda _: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(label, total=total)
            yield lambda step: bar.update(task, advance=step)

    @contextmanager
    def stages(self) -> Iterator[Callable[[str], None]]:
        """Show what is being done on stderr where a person watches; yields a function that takes its name."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda _: None
            return
        from rich.console import Console

        with Console(stderr=True).status("") as status:
            yield status.update

    def announce_compiling(self) -> None:
        """Say once, on a cold first run, why nothing seems to happen."""
        if not self.quiet:
            from nextword.compile import on_first_compilation

            on_first_compilation(lambda: self.remark("compiling the kernels (once, some seconds) ..."))


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ReadingOptions:
    """How text is read."""

    field: str = "text"
    """The field of JSON Lines, or the column of Parquet, that holds the text."""
    max_line_bytes: Whole = 1 << 26
    """Refuse lines longer than this."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class TextOptions(ReadingOptions):
    """How training text is read and cut into tokens."""

    tokenizer: TokenizerKind = "whitespace"
    """Cut at white space; or words with punctuation apart; or characters; or learned pieces of words."""
    lowercase: bool = False
    """Fold everything to lower case."""
    min_count: Whole = 1
    """Words seen less often become <unk>."""
    vocabulary_size: Whole | None = None
    """Keep this many most frequent words; for bpe, the number of pieces."""
    vocabulary: Path | None = None
    """Keep exactly the words in this file, one a line."""
    special_tokens: SpecialTokenPolicy = "error"
    """<s>, </s> and <unk> inside the text: refuse, skip, or keep <unk> as the unknown word."""

    def limits(self) -> VocabularyLimits:
        """Return which tokens get an id; raises InputError for a word list that cannot be read."""
        words = None if self.vocabulary is None else tuple(_read_words(self.vocabulary))
        return VocabularyLimits(min_count=self.min_count, max_size=self.vocabulary_size, words=words)


@contextmanager
def reading(
    output: OutputOptions, sources: tuple[str, ...], label: str = "reading"
) -> Iterator[Callable[[int], None]]:
    """Show progress over the bytes of some sources."""
    from nextword.text.readers import total_bytes

    with output.progress(label, total_bytes(sources)) as advance:
        yield advance


def provenance(sources: tuple[str, ...], **others: Any) -> dict[str, Any]:
    """Return what a model folder records of its making."""
    return {"command": os.environ.get("NEXTWORD_COMMAND", ""), "data": list(sources), **others}


def _read_words(path: Path) -> list[str]:
    from nextword.text.readers import read_blocks

    words = [word for block in read_blocks([path]) for word in block.data.decode("utf-8").split()]
    if not words:
        raise InputError(f"{path} holds no words; give one word a line")
    return words
