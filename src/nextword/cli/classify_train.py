"""``nextword classify train``: from labelled texts to a classifier's folder."""

import time
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from nextword.cli.classify_flags import BeginOptions, ClassifierFlags, TableOptions
from nextword.cli.network_flags import GivenSettings
from nextword.cli.options import OutputOptions, Text, provenance
from nextword.tasks.classify.progress import Progress
from nextword.tasks.classify.settings import ClassifierSettings


def train(
    file: Text | None = None,
    /,
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"])],
    settings: GivenSettings = ClassifierFlags(),
    table: TableOptions = TableOptions(),
    begin: BeginOptions = BeginOptions(),
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
    from nextword.tasks.classify.train import train_classifier

    chosen = ClassifierSettings.from_dict(settings.given())
    check_classifier_target(output)
    data = table.read(file)
    data.check_classes()
    beginning = begin.open(settings.given())
    began, losses = time.perf_counter(), list[float]()
    with answer.progress("training", chosen.members * chosen.epochs, in_bytes=False) as watch:

        def tell(event: Progress) -> None:
            losses.append(event.loss)
            watch.stage(f"training, loss {event.loss:.3f}")
            watch(1)

        model = train_classifier(
            data.texts, data.labels, chosen, begin=beginning, threads=begin.threads, progress=tell
        )
    seconds = round(time.perf_counter() - began, 3)
    save_classifier(model, output, provenance(table.sources(file), training_seconds=seconds))
    content: dict[str, Any] = {
        "model": str(output),
        "texts": len(data),
        "labels": model.labels,
        "vocabulary": len(model.tokenizer),
        "parameters": model.parameters,
        "epochs": chosen.epochs,
        "loss": losses[-1],
        "seconds": seconds,
    }
    answer.answer(content, lambda: _told(content))


def _told(content: dict[str, Any]) -> str:
    labels = ", ".join(content["labels"][:10]) + (", ..." if len(content["labels"]) > 10 else "")
    return (
        f"{content['model']}: {len(content['labels'])} classes ({labels}) from {content['texts']:,} texts of "
        f"{content['vocabulary']:,} words, {content['parameters']:,} parameters, loss {content['loss']:.4f}, "
        f"{content['seconds']:.1f} s"
    )


train.__annotations__["settings"] = (
    ClassifierFlags  # made from the settings, which a type checker cannot follow
)
