"""Training a forecaster: the epochs are found on the last fifth of the series, then all of it is learned from."""

import math
from collections.abc import Callable
from dataclasses import replace

from numpy.lib.stride_tricks import sliding_window_view

from nextword.arrays import FloatArray
from nextword.errors import InputError
from nextword.neural.train import require_torch
from nextword.tasks.forecast.model import Forecaster
from nextword.tasks.forecast.series import Numbers, Series, check_values
from nextword.tasks.forecast.settings import ForecastSettings
from nextword.tasks.forecast.transform import Transform, swings_with_height

HELD_OUT = 5
"""One in so many windows, the last ones, chooses the number of epochs."""
PATIENCE = 40
"""Epochs without a better one after which no more are tried."""
USUAL_WINDOW = 12
SHARE = 3
"""A window that is not chosen is at most one in so many of the numbers."""
FEWEST = 10
"""Windows to learn from, at least."""


def train_forecaster(
    series: Series, settings: ForecastSettings | None = None, progress: Callable[[int], None] | None = None
) -> Forecaster:
    """Return a forecaster that learned from a series; ``progress`` is told of each epoch.

    Raises InputError for a series too short for its window, SettingError for logarithms of numbers that have none,
    DivergedError where the loss is not finite, MissingDependencyError without PyTorch.
    """
    require_torch()
    settings = settled(settings or ForecastSettings(), series)
    window, period = int(settings.window or 0), settings.period
    lag = int(settings.difference) + (int(period or 0) if settings.seasonal_difference else 0)
    check_values(
        series.values,
        window + lag + FEWEST,
        _reads(window, lag),
    )
    transform = Transform.of(
        series.values,
        log=settings.log == "yes",
        difference=settings.difference,
        period=int(period or 0) if settings.seasonal_difference else 0,
    )
    z = transform.apply(series.values)
    kept = len(z) - max(2, (len(z) - window) // HELD_OUT)
    epochs, errors = _fit(settings, z, window, kept, None, progress)[1:]
    arrays = _fit(settings, z, window, len(z), epochs, progress)[0]
    return Forecaster(replace(settings, epochs=epochs), transform, arrays, series, errors)


def _reads(window: int, lag: int) -> str:
    return f"a window of {window}" + (f" after {lag} of changes" if lag else "")


def settled(settings: ForecastSettings, series: Series) -> ForecastSettings:
    """Return settings in which the series has decided what was open: period, window, and logarithms."""
    period = settings.period or series.period
    if settings.seasonal_difference and period is None:
        raise InputError("the times do not say how long a season is; give --period, such as 12")
    log = settings.log
    if log == "auto":
        log = "yes" if swings_with_height(series.values, period) else "no"
    usual = 2 * period if period else USUAL_WINDOW
    window = settings.window or max(1, min(usual, len(series) // SHARE))
    return replace(settings, window=window, period=period, log=log)


def _fit(
    settings: ForecastSettings,
    z: Numbers,
    window: int,
    kept: int,
    epochs: int | None,
    progress: Callable[[int], None] | None,
) -> tuple[dict[str, FloatArray], int, Numbers]:
    """Return the weights, after how many epochs they are best on what is not learned from, and the errors there.

    The first ``kept`` of z are learned from. Given ``epochs``, it is so many.
    """
    from nextword.tasks.forecast.fitting import Fitting

    windows = sliding_window_view(z, window)[:-1]
    fitting = Fitting(settings, windows, z[window:], kept - window, z if settings.stateful else None)
    best, best_epoch, arrays, errors = math.inf, 0, fitting.network.arrays(), fitting.errors()
    for epoch in range(1 + (settings.epochs if epochs is None else epochs)):
        if epoch:
            fitting.epoch()
            if progress is not None:
                progress(1)
        if epochs is None:
            found = fitting.errors()
            loss = float((found**2).mean())
            if loss < best:
                best, best_epoch, arrays, errors = loss, epoch, fitting.network.arrays(), found
            if epoch - best_epoch >= PATIENCE:
                break
    if epochs is not None:
        return fitting.network.arrays(), epochs, errors
    return arrays, best_epoch, errors
