"""``nextword classify train``: from labelled texts to a classifier's folder."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from cyclopts import Parameter

from nextword.cli.classify_flags import BeginOptions, ClassifierFlags, TableOptions
from nextword.cli.network_flags import GivenSettings
from nextword.cli.options import OutputOptions, Text, provenance
from nextword.cli.task_run import Resume, TaskRun
from nextword.cli.usage import refuse_options
from nextword.neural.train import require_torch
from nextword.tasks.classify.progress import Progress
from nextword.tasks.classify.settings import ClassifierSettings

if TYPE_CHECKING:
    from nextword.store.fingerprints import Fingerprint
    from nextword.tasks.classify.preparing import Begin


def train(
    file: Text | None = None,
    /,
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"])],
    settings: GivenSettings = ClassifierFlags(),
    table: TableOptions = TableOptions(),
    begin: BeginOptions = BeginOptions(),
    resume: Resume = False,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Train a classifier on labelled texts.

    Parameters
    ----------
    file
        Labelled texts: a label and a text a line with a TAB between, or CSV; - for stdin.
    output
        The folder to write; an older classifier there is replaced once the new one is whole.
    """
    from nextword.store.classifiers import check_classifier_target, save_classifier
    from nextword.store.config import CLASSIFIER_TYPE
    from nextword.store.fingerprints import of_rows
    from nextword.store.task_training import Begun
    from nextword.tasks.classify.preparing import prepare
    from nextword.tasks.classify.train import train_prepared

    refuse_options([] if file is None else [file])
    chosen = ClassifierSettings.from_dict(settings.given())
    check_classifier_target(output)
    run = TaskRun(output, CLASSIFIER_TYPE, resume=resume, answer=answer)
    require_torch()
    from nextword.tasks.classify.under_way import UnderWay

    data = table.read(file)
    data.check_classes()
    beginning = begin.open(settings.given())
    began = time.perf_counter()
    under_way = UnderWay(begin.threads)
    begun = Begun(
        settings=chosen.as_dict(),
        data={
            "set of texts": of_rows(zip(data.labels, data.texts, strict=True)),
            "beginning": _fingerprint(beginning),
        },
    )
    if run.kept is not None:
        run.keeper.check_same(run.kept.begun, begun)
    with answer.progress("reading", chosen.networks * chosen.epochs, in_bytes=False) as watch:
        watch.stage("weighing n-grams" if chosen.bag else "reading")
        # Not yet under way: there is nothing to keep of it, and Ctrl-C ends it at once.
        prepared = prepare(data.texts, data.labels, chosen, beginning)
        watch.stage("training")
        with run.watch(under_way, begun) as keep:

            def tell(event: Progress) -> None:
                watch.stage(f"training, loss {event.loss:.3f}")
                watch(1)
                keep(True)

            under_way.watch = keep
            watch(len(under_way.members) * chosen.epochs + under_way.position.epoch)
            model = train_prepared(prepared, threads=begin.threads, progress=tell, under_way=under_way)
    seconds = round(time.perf_counter() - began, 3)
    with run.saving():
        save_classifier(model, output, provenance(table.sources(file), training_seconds=seconds))
    content: dict[str, Any] = {
        "model": str(output),
        "texts": len(data),
        "labels": model.labels,
        "vocabulary": len(model.tokenizer),
        "parameters": model.parameters,
        "epochs": chosen.epochs,
        "loss": under_way.losses[-1] if under_way.losses else None,
        "seconds": seconds,
    }
    answer.answer(content, lambda: _told(content))


def _fingerprint(begin: "Begin") -> "Fingerprint | None":
    """Return by what the vectors or the model that training begins from are known again."""
    from nextword.embedding.vectors.vectors import WordVectors
    from nextword.store.fingerprints import of_networks, of_vectors
    from nextword.tasks.classify.model import TextClassifier

    if begin is None:
        return None
    if isinstance(begin, WordVectors):
        return of_vectors(begin)
    if isinstance(begin, TextClassifier):
        return of_networks([member.arrays for member in begin.members], begin.tokenizer)
    ranks = begin.numbering.of(np.arange(len(begin.tokenizer)))  # (V,), which row is each word's
    return of_networks([{**begin.arrays, "ranks": ranks}], begin.tokenizer)


def _told(content: dict[str, Any]) -> str:
    loss = "" if content["loss"] is None else f"loss {content['loss']:.4f}, "
    labels = ", ".join(content["labels"][:10]) + (", ..." if len(content["labels"]) > 10 else "")
    return (
        f"{content['model']}: {len(content['labels'])} classes ({labels}) from {content['texts']:,} texts of "
        f"{content['vocabulary']:,} words, {content['parameters']:,} parameters, {loss}"
        f"{content['seconds']:.1f} s"
    )


train.__annotations__["settings"] = (
    ClassifierFlags  # made from the settings, which a type checker cannot follow
)
