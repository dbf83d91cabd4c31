"""``nextword train word2vec``: vectors of words."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, ClassVar

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, Text, TextOptions, Whole
from nextword.cli.usage import refuse_options
from nextword.embedding.word2vec.settings import Architecture, Gradient, Hidden, Objective
from nextword.errors import SettingError

Flag = Annotated[bool, Parameter(negative="")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class VectorTextOptions(TextOptions):
    """How training text is read and cut into words."""

    usual_min_count: ClassVar[int] = 5
    min_count: Whole | None = None
    """Words seen less often get no vector, and those beside them become neighbours: 5 if not given, but all pieces of
    bpe and all words of --vocabulary are kept."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Word2VecOptions:
    """How word2vec trains; what is not given is as word2vec.c has it, or as the vectors that go on were trained."""

    architecture: Architecture | None = None
    """skipgram (a word predicts those around it) or cbow (they predict the word)."""
    objective: Objective | None = None
    """negative-sampling, hierarchical-softmax, or softmax: exact, and dear for large vocabularies."""
    size: Whole | None = None
    """How many numbers a vector has: 100 if not given."""
    window: Whole | None = None
    """The most words to either side: 5 if not given."""
    shrink_window: bool | None = None
    """Draw each window's reach, so that near words count more; --no-shrink-window reads all of every window."""
    negative: Whole | None = None
    """Words drawn against each centre word, for negative sampling: 5 if not given."""
    exponent: float | None = None
    """Negatives are drawn in proportion to their count to this power: 0.75 if not given."""
    sample: float | None = None
    """Read words above this share of the text less often: 0.001 if not given; 0 reads all."""
    epochs: Whole | None = None
    """How often the text is read: 5 times if not given."""
    rate: float | None = None
    """The learning rate at the beginning: 0.025, for cbow 0.05, if not given."""
    final_rate: float | None = None
    """The learning rate at the end: a ten-thousandth of the first if not given."""
    hidden: Hidden | None = None
    """For cbow: the mean (if not given) or the sum of the window's vectors."""
    gradient: Gradient | None = None
    """For cbow's mean: whole, as word2vec.c, or exact: each word its share."""
    seed: Whole | None = None
    """The same seed gives the same vectors on one thread: 1 if not given."""
    deterministic: Annotated[bool | None, Parameter(negative="")] = None
    """The same vectors for any number of threads: one trains."""

    def given(self) -> dict[str, Any]:
        """Return the settings that were given."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


def word2vec(
    *texts: Text,
    output: Annotated[Path, Parameter(name=["--output", "-o"])],
    training: Word2VecOptions = Word2VecOptions(),
    threads: Whole | None = None,
    matrix: str = "input",
    resume: Flag = False,
    continue_from: Path | None = None,
    text_options: VectorTextOptions = VectorTextOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Train vectors of words (Mikolov et al. 2013).

    Example: nextword train word2vec novels.txt -o vectors --architecture cbow

    Parameters
    ----------
    texts
        Text files, folders, or - for stdin: plain, gzip, bzip2, xz, zstd, JSON Lines or Parquet. A line is a sentence.
    output
        The folder to write; older vectors there are replaced once the new ones are whole. While a training runs, each
        complete epoch is kept in OUTPUT.training.
    threads
        How many threads train: as many as there are processors if not given.
    matrix
        The vectors that questions are answered by: input (W), output (W'), or their average.
    resume
        Go on with a training that was interrupted: the same command, and this.
    continue_from
        Go on from these vectors on more text: words that are new to them join them.
    """
    from nextword.store.vectors import check_vectors_target

    refuse_options(texts)
    if not texts:
        raise SettingError("there is no text to train on; name a file, a folder or - for stdin")
    if matrix not in ("input", "output", "average"):
        raise SettingError(f"--matrix is input, output or average, got {matrix!r}")
    check_vectors_target(output)
    if continue_from is not None and (text_options.vocabulary or text_options.vocabulary_size is not None):
        raise SettingError(
            "vectors that go on keep their words, and new ones join by --min-count; leave out --vocabulary and "
            "--vocabulary-size"
        )
    if continue_from is None and not resume:
        from nextword.embedding.word2vec.settings import Word2VecSettings

        Word2VecSettings(**training.given())  # what makes no sense is said before the reading
    from nextword.cli.word2vec_run import run_training

    run_training(
        texts, output, training.given(), threads, matrix, resume, continue_from, text_options, answer
    )
