"""``nextword tag train``: a tagger, from sentences whose tags are known."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from nextword.cli.durations import spoken_duration
from nextword.cli.options import OutputOptions, Text, Whole, provenance
from nextword.cli.tag_options import ColumnOptions
from nextword.cli.task_run import Keep, Resume, TaskRun
from nextword.cli.usage import refuse_options
from nextword.errors import InputError, SettingError, counted

if TYPE_CHECKING:
    from nextword.store.fingerprints import Fingerprint
    from nextword.tasks.tagging.files.sentences import Sentence
    from nextword.tasks.tagging.model import SequenceTagger
    from nextword.tasks.tagging.training.training import TaggerTraining


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class TaggerOptions:
    """What the tagger is and how it is trained; what is not given is as `TaggerSettings` has it."""

    size: Whole | None = None
    """How many numbers stand for a word: 100 if not given."""
    hidden: Whole | None = None
    """How many numbers each direction of the LSTM remembers: 128 if not given."""
    layers: Whole | None = None
    """Layers of LSTMs from both ends: 1 if not given."""
    characters: Literal["cnn", "lstm", "none"] | None = None
    """What reads a word's characters: a convolution (cnn, if not given), an LSTM from both ends, or nothing."""
    lowercase: bool | None = None
    """Look words up in lower case, as if not given; their characters are seen as they are."""
    fold_digits: bool | None = None
    """Look words up with 0 for every digit, as if not given."""
    min_count: Whole | None = None
    """Words seen less often have no vector of their own: 1 if not given."""
    scheme: Literal["bio", "bioes"] | None = None
    """How spans are written inside the model: bioes if not given. Answers are written as the training file is."""
    constrained: bool | None = None
    """Never answer tags that break the scheme, as if not given."""
    epochs: Whole | None = None
    """How often the file is read: 15 times if not given, and a small one as often as makes 1,000 steps, up to 100."""
    batch: Whole | None = None
    """Sentences side by side: 32 if not given."""
    rate: float | None = None
    """The highest learning rate: 0.004 if not given."""
    dropout: float | None = None
    """The share of each word's numbers that training does without: 0.4 if not given."""
    held_out: float | None = None
    """Without --valid, the share of sentences that judges the epochs: 0.1 if not given; 0 trains on all of them."""
    patience: Whole | None = None
    """Stop after so many epochs that bring nothing better."""
    seed: Whole | None = None
    """Where random numbers begin: 1 if not given."""

    def given(self) -> dict[str, Any]:
        """Return the settings that were given."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


def tag_train(
    file: Text,
    /,
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"])],
    valid: Text | None = None,
    columns: ColumnOptions = ColumnOptions(),
    features: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    training: TaggerOptions = TaggerOptions(),
    threads: Whole | None = None,
    resume: Resume = False,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Train a tagger on sentences whose tags are known (Huang et al. 2015; Lample et al. 2016; Ma and Hovy 2016).

    Example: nextword tag train train.conllu -o tagger --valid dev.conllu

    Parameters
    ----------
    file
        A file of one word a line, a blank line between sentences; - for stdin.
    output
        The model folder to write; an older tagger there is replaced once the new one is whole.
    valid
        A development file: it judges each epoch, and the best weights are saved.
    features
        Columns that the tagger may look at beside the words, such as parts of speech.
    threads
        How many threads compute: what is fastest here, found by measuring, if not given.
    """
    from nextword.lm.checks import check_count
    from nextword.store.config import TAGGER_TYPE
    from nextword.store.tagger import check_tagger_target, save_tagger
    from nextword.store.task_training import Begun
    from nextword.tasks.tagging.files.reading import read_tagged
    from nextword.tasks.tagging.settings import TaggerSettings
    from nextword.tasks.tagging.train import tagger_training

    refuse_options([file, *([] if valid is None else [valid])])
    if file == "-" and valid == "-":
        raise SettingError("stdin can be read once, to train on or to judge by; name a file for the other")
    settings = TaggerSettings(**training.given())
    if threads is not None:
        check_count("threads", threads, 1, 1 << 12)
    layout = columns.layout(file, {}, features)
    check_tagger_target(output)
    run = TaskRun(output, TAGGER_TYPE, resume=resume, answer=answer)
    answer.announce_compiling()
    began = time.perf_counter()
    sentences = [sentence for sentence in read_tagged(file, layout) if sentence.words]
    width, is_open = _columns(sentences[0]) if sentences else 0, layout.tag is None
    if sentences:
        layout = layout.resolved(width)
    judges = None
    if valid is not None:
        judged_by = columns.layout(valid, layout.as_dict(), features)
        judges = [each for each in read_tagged(valid, judged_by) if each.words]
        if judges and is_open and judged_by.format == layout.format:
            _check_columns(judges[0], width)
    work = tagger_training(
        sentences,
        settings,
        valid=judges,
        layout=layout.as_dict(),
        threads=threads,
    )
    if work.scheme == "iob1":
        answer.remark("the tags are IOB1, where I- begins spans; they are read so, and answered so")
    begun = Begun(
        settings={**settings.as_dict(), "layout": work.layout},
        data={
            "training file": _fingerprint(sentences),
            "development file": None if judges is None else _fingerprint(judges),
        },
    )
    with run.watch(work, begun) as keep:
        _watch(work, keep, answer)
    tagger = work.model()
    with run.saving():
        save_tagger(tagger, output, provenance((file,), seconds=round(time.perf_counter() - began, 1)))
    content = _content(output, tagger, work.log[-1])
    answer.answer(content, lambda: _text(content))


def _fingerprint(sentences: "Sequence[Sentence]") -> "Fingerprint":
    from nextword.store.fingerprints import of_rows

    return of_rows((*each.words, *(each.tags or ()), *chain(*each.features)) for each in sentences)


def _columns(sentence: "Sentence") -> int:
    """Return how many columns a file has, by the first word of a sentence of it."""
    from nextword.tasks.tagging.files.layout import fields_of

    return len(fields_of(sentence.lines[sentence.rows[0]].rstrip("\r\n")))


def _check_columns(judge: "Sentence", width: int) -> None:
    """Raise InputError where a development file has not as many columns as the training file: the last is another."""
    found = _columns(judge)
    if width and found != width:
        raise InputError(
            f"{judge.place(0)} has {counted(found, 'column')}, and the training file {width}; give a "
            "development file of the same columns, or name the column of tags with --column"
        )


def _watch(work: "TaggerTraining", keep: Keep, answer: OutputOptions) -> None:
    """Let a training run, with a bar where a person watches and a line for each epoch."""
    done, best = 0, ""
    name = "F1 of spans" if work.scheme else "tagged right"
    with answer.progress("training", 1000, in_bytes=False, in_percent=True) as watch:
        for event in work:
            watch(int(1000 * event.share) - done)
            done = int(1000 * event.share)
            if event.ends_epoch:
                judged = "" if event.measure is None else f", {name} {event.measure:.2%}"
                answer.remark(
                    f"epoch {event.epoch} of {event.epochs}: loss {event.loss:.4f}{judged}, "
                    f"{event.words_per_second:,.0f} words a second"
                )
                if event.measure is not None:
                    best = f", best {name} {work.position.best_measure:.2%}"
            left = spoken_duration(event.seconds * (1 - event.share) / max(event.share, 1e-9))
            watch.stage(f"epoch {event.epoch}/{event.epochs}, loss {event.loss:.4f}{best}, {left} left")
            keep(event.ends_epoch)


def _content(output: Path, tagger: "SequenceTagger", last: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "model": str(output),
        "tags": len(tagger.tags),
        "scheme": tagger.scheme,
        "vocabulary": len(tagger.lexicon.words),
        "parameters": tagger.parameters,
        **tagger.details,
        "loss": last["loss"],
        "words_per_second": last["words_per_second"],
        "seconds": last["seconds"],
    }


def _text(content: dict[str, Any]) -> str:
    judged = [f"{content[key]:.2%}" for key in ("valid_f1", "valid_accuracy") if key in content]
    kind = "F1 of spans" if content["scheme"] else "tagged right"
    best = (
        f"; {kind} {judged[0]} after epoch {content['best_epoch']}, whose weights are kept" if judged else ""
    )
    return (
        f"{content['model']}: {content['tags']} tags, {counted(content['vocabulary'], 'word')}, "
        f"{content['parameters']:,} numbers{best}"
    )
