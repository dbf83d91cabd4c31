"""``nextword forecast train``, ``evaluate`` and ``predict``."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from nextword.cli.forecast_options import LearningOptions, SeriesOptions
from nextword.cli.options import OutputOptions, Text, Whole, provenance
from nextword.cli.printable import printable_word
from nextword.cli.task_run import Resume, TaskRun
from nextword.cli.usage import refuse_options
from nextword.errors import SettingError, counted, shown

if TYPE_CHECKING:
    from nextword.tasks.forecast.evaluation import ForecastReport
    from nextword.tasks.forecast.series import Series
    from nextword.tasks.forecast.settings import ForecastSettings


def train(
    series: Text,
    /,
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"])],
    seed: Whole = 1,
    series_options: SeriesOptions = SeriesOptions(),
    learning: LearningOptions = LearningOptions(),
    resume: Resume = False,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Learn from a series in a CSV file.

    Example: nextword forecast train passengers.csv -o forecaster

    Parameters
    ----------
    series
        A CSV file, one row a time, or - for stdin.
    output
        Where the forecaster is saved.
    seed
        Of the weights as they are drawn.
    """
    from nextword.store.config import FORECASTER_TYPE
    from nextword.store.fingerprints import of_rows
    from nextword.store.forecaster import check_forecaster_target, save_forecaster
    from nextword.store.task_training import Begun
    from nextword.tasks.forecast.train import forecast_training

    refuse_options([series])
    check_forecaster_target(output)
    run = TaskRun(output, FORECASTER_TYPE, resume=resume, answer=answer)
    settings = learning.settings(seed)
    read = _read(series, series_options, answer)
    training = forecast_training(read, settings)
    rows = ((read.label(place), value.hex()) for place, value in enumerate(read.values.tolist()))
    begun = Begun(settings={**asdict(training.settings), "column": read.name}, data={"series": of_rows(rows)})
    with (
        run.watch(training, begun) as keep,
        answer.progress("training", None, in_bytes=False) as watch,
    ):
        for event in training:
            what = "learning from all" if event.is_last else "how often? at most"
            watch.stage(f"training, {what}: epoch {event.epoch}/{event.epochs}")
            watch(1)
            keep(True)
    forecaster = training.model()
    with run.saving():
        save_forecaster(forecaster, output, provenance((series,)))
    found = forecaster.settings
    content = {
        "model": str(output),
        "numbers": len(read),
        "window": found.window,
        "period": found.period,
        "log": found.log == "yes",
        "relative": found.relative == "yes",
        "epochs": found.epochs,
    }
    answer.answer(
        content,
        lambda: (
            f"a forecaster in {output}: {_learned(found)} from {len(read):,} numbers of "
            f"{printable_word(read.name)}; reads the last "
            f"{found.window}{', as logarithms' if found.log == 'yes' else ''}"
        ),
    )


def evaluate(
    series: Text,
    /,
    *,
    test: float = 1 / 3,
    seeds: Whole = 5,
    coverage: float = 0.9,
    picture: Path | None = None,
    series_options: SeriesOptions = SeriesOptions(),
    learning: LearningOptions = LearningOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Learn from the first part of a series and tell the rest, beside what any forecast must beat.

    Example: nextword forecast evaluate passengers.csv --test 48 --picture passengers.png

    Parameters
    ----------
    series
        A CSV file, one row a time, or - for stdin.
    test
        How many of the last numbers are told, or which share of all, below 1.
    seeds
        How many times over, each time another network.
    coverage
        How surely each number is to be within its bounds, between 0 and 1.
    picture
        Draw the series and what was told of it into this file: .png, .svg, .pdf, or .html, a page to point at.
    """
    from nextword.tasks.forecast.evaluation import evaluate_forecast
    from nextword.tasks.forecast.picture import check_report, save_report

    refuse_options([series])
    if picture is not None:
        check_report(picture)
    if seeds < 1:
        raise SettingError(f"at least one seed is needed, got {seeds}")
    settings = learning.settings()
    read = _read(series, series_options, answer)
    with answer.progress("training", seeds, in_bytes=False) as watch:
        report = evaluate_forecast(
            read,
            settings,
            test=test,
            seeds=range(1, seeds + 1),
            coverage=coverage,
            progress=watch.advance,
        )
    content = _content(report)
    if picture is not None:
        save_report(report, picture)
        content["picture"] = str(picture)
        answer.remark(f"picture in {picture}")
    answer.answer(content, lambda: _table(report))


def predict(
    model: Path,
    series: Text | None = None,
    /,
    *,
    steps: Whole = 12,
    coverage: float = 0.9,
    series_options: SeriesOptions = SeriesOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Tell what comes after a series.

    Example: nextword forecast predict forecaster --steps 12

    Parameters
    ----------
    model
        A forecaster's folder.
    series
        A CSV file of what is known by now, or - for stdin; what the forecaster learned from if not given.
    steps
        How many numbers.
    coverage
        How surely each is to be within its bounds, between 0 and 1.
    """
    from nextword.store.forecaster import load_forecaster
    from nextword.tasks.forecast.clock import following

    refuse_options([str(model), *([] if series is None else [series])])
    forecaster = load_forecaster(model)
    known = None if series is None else _read(series, series_options, answer)
    found = forecaster.forecast(steps, None if known is None else known.values, coverage=coverage)
    times = following(forecaster.recent if known is None else known.times, steps)
    rows = list(zip(times, found.values.tolist(), found.low.tolist(), found.high.tolist(), strict=True))
    content = {
        "model": str(model),
        "coverage": coverage,
        "forecast": [
            {"time": time, "value": value, "low": low, "high": high} for time, value, low, high in rows
        ],
    }
    answer.answer(content, lambda: "\n".join(_forecast_lines(rows, coverage)))


def _read(source: str, options: SeriesOptions, answer: OutputOptions) -> "Series":
    """Return the series of a file, and say where its times tell nothing."""
    from nextword.tasks.forecast.clock import read_clock

    series = options.read(source)
    if series.times and read_clock(series.times) is None:
        answer.remark(
            f"times such as {shown(series.times[0])} are not understood: their order and gaps are not looked at, and "
            "--period N says how long a season is"
        )
    return series


def _forecast_lines(rows: list[tuple[str, float, float, float]], coverage: float) -> list[str]:
    width = max(len(time) for time, *_ in rows)
    lines = [f"{'':{width}}  {'forecast':>12}  {'from':>12}  {'to':>12}   ({coverage:.0%} bounds)"]
    return [
        *lines,
        *(f"{time:{width}}  {value:>12.6g}  {low:>12.6g}  {high:>12.6g}" for time, value, low, high in rows),
    ]


def _learned(settings: "ForecastSettings") -> str:
    if settings.epochs:
        return f"learned {counted(settings.epochs, 'time')}"
    return (
        "a weighted sum alone, learned"
        if settings.shortcut == "linear"
        else "an LSTM that adds nothing, learned"
    )


def _content(report: "ForecastReport") -> dict[str, Any]:
    settings = report.forecaster.settings
    return {
        "series": report.series.name,
        "train": report.train,
        "test": len(report.series) - report.train,
        "window": settings.window,
        "period": settings.period,
        "log": settings.log == "yes",
        "relative": settings.relative == "yes",
        "systems": [
            {
                "system": row.system,
                "one_step": {"rmse": list(row.one_step), "mae": list(row.one_step_absolute)},
                "many_steps": {"rmse": list(row.many_steps), "mae": list(row.many_steps_absolute)},
            }
            for row in report.rows
        ],
        "coverage": report.coverage,
        "covered": report.covered,
    }


def _table(report: "ForecastReport") -> str:
    from nextword.tasks.forecast.evaluation import spread

    steps = len(report.series) - report.train
    ahead = f"{counted(steps, 'step')} ahead"
    seeds = len(report.rows[-1].one_step)
    of_seeds = f"mean of {seeds} seeds; of the first, the" if seeds > 1 else "one seed; the"
    lines = [
        f"{report.series.name}: {report.train:,} learned from, the last {steps:,} told; root mean square error",
        "",
        f"{'':16}  {'one step ahead':>18}  {ahead:>20}",
    ]
    lines += [
        f"{row.system:16}  {spread(row.one_step):>18}  {spread(row.many_steps):>20}" for row in report.rows
    ]
    lines += [
        "",
        f"LSTM: {of_seeds} bounds of {report.coverage:.0%} hold {report.covered:.0%} of the numbers",
    ]
    if report.forecaster.settings.period is None:
        lines.append("the times do not say how long a season is; --period N does, and adds seasonal naive")
    return "\n".join(lines)
