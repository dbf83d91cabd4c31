"""How well a series can be told: split in time, several seeds, beside what any forecast must beat."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nextword.blas import one_blas_thread
from nextword.errors import InputError, SettingError
from nextword.tasks.forecast.baselines import Told, baselines
from nextword.tasks.forecast.model import Forecast, Forecaster, check_coverage
from nextword.tasks.forecast.series import Numbers, Series
from nextword.tasks.forecast.settings import ForecastSettings
from nextword.tasks.forecast.settling import FEWEST
from nextword.tasks.forecast.train import train_forecaster

ALONE = "weighted sum"


@dataclass(frozen=True)
class Row:
    """One system in the table: root mean square errors and mean absolute errors, a number a seed."""

    system: str
    one_step: tuple[float, ...]
    many_steps: tuple[float, ...]
    one_step_absolute: tuple[float, ...]
    many_steps_absolute: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class ForecastReport:
    """What came of a series split in time."""

    series: Series
    train: int
    """The first so many numbers were learned from, the others told."""
    rows: tuple[Row, ...]
    """The baselines, the weighted sum beside the LSTM where there is one, and the LSTM last."""
    forecaster: Forecaster
    """Of the first seed."""
    fitted: Numbers
    """What it tells of the numbers learned from, one step ahead, (train,); nan of the first, which it cannot tell."""
    told: Numbers
    """What it tells of the others, one step ahead, (T - train,)."""
    forecast: Forecast
    """And all of them at once."""
    coverage: float
    """How surely each number was to be within its bounds."""

    @property
    def covered(self) -> float:
        """The share of the numbers that are within the bounds of ``forecast``, which is that of the first seed."""
        known = self.series.values[self.train :]
        return float(((self.forecast.low <= known) & (known <= self.forecast.high)).mean())


def evaluate_forecast(
    series: Series,
    settings: ForecastSettings | None = None,
    *,
    test: float = 1 / 3,
    seeds: Sequence[int] = (1, 2, 3, 4, 5),
    coverage: float = 0.9,
    progress: Callable[[int], None] | None = None,
) -> ForecastReport:
    """Learn from the first part of a series and tell the rest, one step ahead and all at once.

    ``test`` is how many numbers are told, or which share of all below 1. Nothing of them is used to choose anything.
    ``progress`` is told of each seed. Raises SettingError for a part that is empty or leaves too little, and without
    seeds, where a gap that was filled lies across the border, and what `train_forecaster` does.
    """
    check_coverage(coverage)
    steps = _steps(test, len(series))
    if not seeds or len(set(seeds)) < len(seeds):
        raise SettingError(f"seeds are different numbers, at least one, got {list(seeds)}")
    _check_border(series, len(series) - steps)
    settings = settings or ForecastSettings()
    train, values = len(series) - steps, series.values
    known = Series(series.name, values[:train], series.times[:train], series.period)
    found: list[tuple[Forecaster, Told]] = []
    for seed in seeds:
        forecaster = train_forecaster(known, replace(settings, seed=seed))
        found.append((forecaster, _told(forecaster, values, train)))
        if progress is not None:
            progress(1)
    first, of_first = found[0]
    with one_blas_thread():
        beside = baselines(values, train, first.settings.period)
    if settings.shortcut == "linear":  # what the LSTM adds to it is seen by nothing else
        alone = train_forecaster(known, replace(settings, epochs=0))
        beside.append(_told(alone, values, train, ALONE))
    rows = [_row([told], values[train:]) for told in beside]
    fitted = np.full(train, np.nan)
    fitted[first.least :] = first.one_step(values[:train])
    return ForecastReport(
        series,
        train,
        (*rows, _row([told for _, told in found], values[train:])),
        first,
        fitted,
        of_first.one_step,
        first.forecast(steps, coverage=coverage),
        coverage,
    )


def spread(errors: Sequence[float]) -> str:
    """Return the mean of errors in words, and of more than one the standard deviation.

    >>> spread([10.0, 12.0]), spread([10.0])
    ('11 ± 1.4', '10')
    """
    mean = f"{np.mean(errors):.4g}"
    return f"{mean} ± {np.std(errors, ddof=1):.2g}" if len(errors) > 1 else mean


def _steps(test: float, count: int) -> int:
    """Return how many of some numbers are told; raises InputError where there are too few for any test."""
    if count <= FEWEST + 1:
        raise InputError(
            f"the series has {count} numbers, and {FEWEST + 2} are needed: {FEWEST + 1} to learn from and one to tell; "
            "give more"
        )
    if not 0 < test < count or (test > 1 and test != int(test)):
        raise SettingError(
            f"the test is a count of numbers, from 1 to {count - 1}, or a share of them below 1; got {test:g}"
        )
    steps = max(1, round(count * test)) if test < 1 else int(test)
    if count - steps <= FEWEST:
        raise SettingError(
            f"a test of {steps} leaves {count - steps} of {count} numbers to learn from, and {FEWEST + 1} are needed; "
            "give a smaller one"
        )
    return steps


def _check_border(series: Series, train: int) -> None:
    """Raise SettingError where the last number learned from was filled in by looking at one to be told."""
    if train - 1 not in series.filled:
        return
    after = next(place for place in range(train, len(series)) if place not in series.filled)
    before = next(place for place in range(train - 1, -1, -1) if place not in series.filled)
    others = [len(series) - place - 1 for place in (after, before) if place + 1 < len(series)]
    raise SettingError(
        f"the gap that was filled between {series.label(before)} and {series.label(after)} lies across the border "
        f"of what is learned from and what is told, which would be learned from too; try a test of "
        f"{' or '.join(map(str, others))}"
    )


def _told(forecaster: Forecaster, values: Numbers, train: int, name: str = "LSTM") -> Told:
    many = forecaster.forecast(len(values) - train, values[:train], paths=1).values
    return Told(name, forecaster.one_step(values, train), many)


def _row(told: Sequence[Told], known: Numbers) -> Row:
    one = [each.one_step - known for each in told]
    many = [each.many_steps - known for each in told]
    return Row(told[0].name, _squares(one), _squares(many), _absolutes(one), _absolutes(many))


def _squares(errors: Sequence[Numbers]) -> tuple[float, ...]:
    return tuple(float(np.sqrt((each**2).mean())) for each in errors)


def _absolutes(errors: Sequence[Numbers]) -> tuple[float, ...]:
    return tuple(float(np.abs(each).mean()) for each in errors)
