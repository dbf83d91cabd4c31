"""Options that several commands share, each written once."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from cyclopts import Parameter, Token

from nextword.arrays import TokenIds
from nextword.cli.printable import printable
from nextword.cli.usage import refuse_options
from nextword.errors import InputError, SettingError
from nextword.lm.model import LanguageModel
from nextword.text.corpus import TokenizerKind
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import SpecialTokenPolicy, VocabularyLimits

if TYPE_CHECKING:
    from nextword.embedding.vectors.vectors import WordVectors

Matrix = Literal["input", "output", "average"]


def _whole_number(_: object, tokens: Sequence[Token]) -> int:
    """Read an integer, and nothing that would have to be rounded to one."""
    try:
        return int(tokens[0].value)
    except ValueError:
        raise ValueError(f"{tokens[0].value!r} is not a whole number") from None


Whole = Annotated[int, Parameter(converter=_whole_number)]
Text = Annotated[str, Parameter(allow_leading_hyphen=True)]
"""A text file, a folder, or ``-`` for stdin."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What a bar is told while it stands."""

    advance: Callable[[int], None]
    stage: Callable[[str], None]

    def __call__(self, step: int) -> None:
        """Tell the bar of one more step."""
        self.advance(step)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class OutputOptions:
    """How a command answers."""

    json: Annotated[bool, Parameter(negative="")] = False
    """Print one JSON object in place of text for people."""
    quiet: Annotated[bool, Parameter(name=["--quiet", "-q"], negative="")] = False
    """No progress and no remarks on stderr."""

    def remark(self, text: str) -> None:
        """Say something on stderr that is not part of the answer."""
        if not self.quiet:
            print(printable(text), file=sys.stderr)

    def answer(self, content: dict[str, Any], text: Callable[[], object]) -> None:
        """Print the answer: ``content`` as JSON, or ``text()`` for people."""
        if self.json:
            print(json.dumps(content, ensure_ascii=False, allow_nan=False))
        else:
            print(printable(str(text())))

    @contextmanager
    def progress(
        self, label: str, total: int | None, *, in_bytes: bool = True, in_percent: bool = False
    ) -> Iterator["Watch"]:
        """Show a bar on stderr where a person watches; yields what takes each step and the name of each stage."""
        self.announce_compiling()
        if self.quiet or not sys.stderr.isatty():
            yield Watch(lambda _: None, lambda _: None)
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            MofNCompleteColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        kind = TaskProgressColumn if in_percent else DownloadColumn if in_bytes else MofNCompleteColumn
        amount = kind()
        columns = (TextColumn("{task.description}"), BarColumn(), amount, TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(label, total=total)
            yield Watch(
                lambda step: bar.update(task, advance=step), lambda name: bar.update(task, description=name)
            )

    @contextmanager
    def stages(self) -> Iterator[Callable[[str], None]]:
        """Show what is being done on stderr where a person watches; yields what takes its name."""
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
    special_tokens: SpecialTokenPolicy | None = None
    """<s>, </s> and <unk> inside the text: error, skip, or keep <unk>; as in training if not given."""

    def tokenizer_of(self, model: LanguageModel) -> Tokenizer:
        """Return a model's tokenizer, with the way to treat special tokens that was asked for."""
        if self.special_tokens is None:
            return model.tokenizer
        return model.tokenizer.with_special_tokens(self.special_tokens)

    def encode(
        self, sources: tuple[str, ...], models: Sequence[LanguageModel], progress: Callable[[int], None]
    ) -> Iterator[TokenIds]:
        """Yield the ids that models read some sources as, as the first of them does, block by block."""
        from nextword.text.corpus import encode_sources

        return encode_sources(
            sources,
            self.tokenizer_of(models[0]),
            field=self.field,
            max_line_bytes=self.max_line_bytes,
            block_size=min(model.block_bytes for model in models),
            progress=progress,
        )


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class TextOptions(ReadingOptions):
    """How training text is read and cut into tokens."""

    tokenizer: TokenizerKind = "whitespace"
    """Cut at white space; or words with punctuation apart; or characters; or learned pieces of words."""
    lowercase: Annotated[bool, Parameter(negative="")] = False
    """Fold everything to lower case."""
    usual_min_count: ClassVar[int] = 1
    min_count: Whole | None = None
    """Words seen less often become <unk>; all are kept if not given."""
    vocabulary_size: Whole | None = None
    """Keep this many most frequent words; for bpe, the number of pieces."""
    vocabulary: Path | None = None
    """Keep exactly the words in this file, one a line; or read text as this model or counts folder does."""
    special_tokens: SpecialTokenPolicy | None = "error"
    """<s>, </s> and <unk> inside the text: refuse, skip, or keep <unk> as the unknown word."""

    def cut(self) -> TokenizerKind | Tokenizer:
        """Return how text is cut: by name, or as another model does."""
        if self.vocabulary is None or not self.vocabulary.is_dir():
            return self.tokenizer
        from nextword.store.counts import holds_counts, load_counts
        from nextword.store.models import load_model

        if self.least_count() > 1 or self.vocabulary_size is not None:
            raise SettingError(f"the vocabulary of {self.vocabulary} is taken whole; give it without limits")
        load = load_counts if holds_counts(self.vocabulary) else load_model
        return load(self.vocabulary).tokenizer

    def least_count(self) -> int:
        """Return how often a word must be seen: as asked for, or as usual where no vocabulary is given or learned."""
        if self.min_count is not None:
            return self.min_count
        is_settled = self.vocabulary is not None or self.tokenizer == "bpe"
        return 1 if is_settled else self.usual_min_count

    def refuse_cutting(self, counts: Path) -> None:
        """Raise SettingError where an option says how text is read: counts in place of text are read already."""
        usual = TextOptions()
        for name in ("tokenizer", "lowercase", "special_tokens", "field", "max_line_bytes"):
            if getattr(self, name) != getattr(usual, name):
                raise SettingError(
                    f"--{name.replace('_', '-')} says how text is read, and {counts} holds counts; leave it out, "
                    "or count the text again with it"
                )

    def how(self) -> dict[str, Any]:
        """Return how text is read, as all that learns from text takes it."""
        return {
            "tokenizer": self.cut(),
            "lowercase": self.lowercase,
            "special_tokens": self.special_tokens or "error",
            "limits": self.limits(),
            "field": self.field,
            "max_line_bytes": self.max_line_bytes,
        }

    def limits(self) -> VocabularyLimits:
        """Return which tokens get an id; raises InputError for a word list that cannot be read."""
        words = None
        if self.vocabulary is not None and not self.vocabulary.is_dir():
            words = tuple(read_words(self.vocabulary))
        return VocabularyLimits(min_count=self.least_count(), max_size=self.vocabulary_size, words=words)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class VectorOptions:
    """How word vectors are opened."""

    matrix: Matrix | None = None
    """Which vectors of a folder: input (W), output (W'), or their average; those chosen in training if not given."""

    def open(self, path: Path) -> "WordVectors":
        """Return the vectors of a folder, or of a file that another tool wrote."""
        from nextword.store.vectors import open_vectors

        refuse_options([str(path)])
        return open_vectors(path, matrix=self.matrix)


@contextmanager
def reading(output: OutputOptions, sources: tuple[str, ...], label: str = "reading") -> Iterator[Watch]:
    """Show progress over the bytes of some sources."""
    from nextword.text.readers import total_bytes

    refuse_options(sources)
    with output.progress(label, total_bytes(sources)) as advance:
        yield advance


def provenance(sources: tuple[str, ...], **others: Any) -> dict[str, Any]:
    """Return what a model folder records of its making."""
    return {"command": os.environ.get("NEXTWORD_COMMAND", ""), "data": list(sources), **others}


def read_words(path: Path) -> list[str]:
    """Return the words of a file; raises InputError where there are none."""
    from nextword.text.readers import read_blocks

    words = [word for block in read_blocks([path]) for word in block.data.decode("utf-8").split()]
    if not words:
        raise InputError(f"{path} holds no words; give one word a line")
    return words
