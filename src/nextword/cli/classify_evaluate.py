"""``nextword classify evaluate``: how good a classifier is, or its settings beside baselines."""

from typing import Any

from nextword.cli.classify_flags import BeginOptions, ClassifierFlags, TableOptions
from nextword.cli.network_flags import GivenSettings
from nextword.cli.options import OutputOptions, Text, Whole
from nextword.cli.printable import printable_word
from nextword.cli.usage import refuse_options
from nextword.errors import SettingError
from nextword.tasks.classify.measures import Measures, measure
from nextword.tasks.classify.settings import ClassifierSettings
from nextword.tasks.classify.validation import SystemReport

LABEL_WIDTH = 24


def evaluate(
    *files: Text,
    folds: Whole | None = None,
    seeds: Whole | None = None,
    settings: GivenSettings = ClassifierFlags(),
    table: TableOptions = TableOptions(),
    begin: BeginOptions = BeginOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Measure a classifier on labelled texts, or its settings by cross-validation.

    Parameters
    ----------
    files
        A classifier's folder and a file of labelled texts; with --folds the file alone.
    folds
        Train as often as this, each time without one part of the texts, which are then answered; tf-idf with a
        logistic regression and NB-SVM answer the same parts.
    seeds
        How often over, with other parts and other weights: once if not given.
    """
    refuse_options(files)
    if folds is None:
        _evaluate_model(files, settings, seeds, table, begin, answer)
        return
    if len(files) > 1:
        raise SettingError(
            f"cross-validation trains its own classifiers on one file, got {' '.join(files)}; leave out the model"
        )
    from nextword.tasks.classify.validation import cross_validate

    times = 1 if seeds is None else seeds
    chosen = ClassifierSettings.from_dict(settings.given())
    data = table.read(files[0] if files else None)
    beginning = begin.open(settings.given())
    with answer.progress("folds", folds * times, in_bytes=False) as watch:
        reports = cross_validate(
            data, chosen, begin=beginning, threads=begin.threads, folds=folds, seeds=times, progress=watch
        )
    content = {
        "texts": len(data),
        "folds": folds,
        "seeds": times,
        "labels": reports[0].seeds[0].labels,
        "systems": [_system(report) for report in reports],
    }
    answer.answer(content, lambda: _table(reports, content))


def _evaluate_model(
    files: tuple[str, ...],
    settings: GivenSettings,
    seeds: int | None,
    table: TableOptions,
    begin: BeginOptions,
    answer: OutputOptions,
) -> None:
    from nextword.store.classifiers import load_classifier

    if settings.given() or seeds is not None or begin != BeginOptions():
        raise SettingError(
            "a classifier that is trained has its settings; they, --seeds, --vectors, --encoder and --threads go with "
            "--folds"
        )
    wanted = 1 if table.class_files else 2
    if len(files) != wanted:
        raise SettingError(
            "name a classifier's folder and a file of labelled texts, or --folds 10 and the file alone; got "
            f"{len(files)} names"
        )
    model = load_classifier(files[0])
    data = table.read(files[1] if len(files) > 1 else None)
    data.check_known(model.labels)
    found = measure(model.labels, data.labels, model.predict(data.texts))
    content = {"model": files[0], "texts": found.texts, "labels": found.labels, **_measures(found)}
    answer.answer(content, lambda: "\n".join([_line(found), "", *_confusion(found)]))


def _measures(found: Measures) -> dict[str, Any]:
    return {
        "accuracy": found.accuracy,
        "matthews": found.matthews,
        "macro_f1": found.macro_f1,
        "precision": dict(zip(found.labels, found.precision, strict=True)),
        "recall": dict(zip(found.labels, found.recall, strict=True)),
        "confusion": found.confusion.tolist(),
    }


def _line(found: Measures) -> str:
    return (
        f"{found.texts:,} texts: accuracy {found.accuracy:.2%}, Matthews correlation {found.matthews:.4f}, "
        f"macro F1 {found.macro_f1:.4f}"
    )


def _system(report: SystemReport) -> dict[str, Any]:
    names = ("accuracy", "matthews", "macro_f1")
    return {
        "name": report.name,
        **{name: report.mean(name) for name in names},
        **{f"{name}_spread": report.spread(name) for name in names},
        "accuracy_spread_of_folds": report.fold_spread,
        "confusion": report.confusion.tolist(),
    }


def _table(reports: list[SystemReport], content: dict[str, Any]) -> str:
    width = max(len(report.name) for report in reports)
    lines = [
        f"{content['texts']:,} texts, {content['folds']} folds, {content['seeds']} seeds; +- is the standard "
        "deviation, of seeds and of single folds",
        "",
        f"{'':{width}}  {'accuracy':>9} {'seeds':>8} {'folds':>8}  {'Matthews':>8}  {'macro F1':>8}",
    ]
    lines += [
        f"{report.name:{width}}  {report.mean('accuracy'):>9.2%} {_spread(report.spread('accuracy'))} "
        f"{_spread(report.fold_spread)}  {report.mean('matthews'):>8.4f}  {report.mean('macro_f1'):>8.4f}"
        for report in reports
    ]
    return "\n".join([*lines, "", *_confusion(Measures(reports[0].seeds[0].labels, reports[0].confusion))])


def _spread(value: float) -> str:
    return f"+-{value:>6.2%}"


def _confusion(found: Measures) -> list[str]:
    """Return the table of what the classifier took for what: a row a class, a column an answer."""
    shown = [printable_word(label)[:LABEL_WIDTH] for label in found.labels]
    width = max(8, *map(len, shown))
    first = max(width, 13)
    lines = [
        f"{'is, taken for':{first}}  " + "  ".join(f"{label:>{width}}" for label in shown) + "    recall"
    ]
    for label, row, recall in zip(shown, found.confusion.tolist(), found.recall, strict=True):
        counts = "  ".join(f"{count:>{width},}" for count in row)
        lines.append(f"{label:{first}}  {counts}  {recall:>8.2%}")
    lines.append(f"{'precision':{first}}  " + "  ".join(f"{each:>{width}.2%}" for each in found.precision))
    return lines


evaluate.__annotations__["settings"] = (
    ClassifierFlags  # made from the settings, which a type checker cannot follow
)
