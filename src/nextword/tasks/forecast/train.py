"""Training a forecaster: window and epochs are found on the last fifth of a series, then all of it is learned from."""

import math
from collections.abc import Callable
from dataclasses import replace

from numpy.lib.stride_tricks import sliding_window_view

from nextword.arrays import FloatArray
from nextword.blas import one_blas_thread
from nextword.errors import InputError
from nextword.neural.train import require_torch
from nextword.tasks.forecast.model import Forecaster
from nextword.tasks.forecast.series import Numbers, Series, check_values
from nextword.tasks.forecast.settings import ForecastSettings
from nextword.tasks.forecast.transform import Transform, swings_with_height
from nextword.tasks.forecast.window import SHARE, best_window, candidate_windows, held_out

PATIENCE = 40
"""Epochs without a better one after which no more are tried."""
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
    window, lag = int(settings.window or 0), _lag(settings)
    advice = "give more, or a shorter window" if window > 1 else "give more"
    check_values(series.values, window + lag + FEWEST, _reads(window, lag), advice)
    transform = _transform(settings, series)
    z = transform.apply(series.values)
    kept = len(z) - held_out(z, window)
    from nextword.tasks.forecast.fitting import computing_for

    with computing_for(settings.hidden), one_blas_thread():
        epochs, errors = _fit(settings, z, window, kept, None, progress)[1:]
        arrays = _fit(settings, z, window, len(z), epochs, progress)[0]
    return Forecaster(replace(settings, epochs=epochs), transform, arrays, series, errors)


def _reads(window: int, lag: int) -> str:
    return f"a window of {window}" + (f" after {lag} of changes" if lag else "")


def settled(settings: ForecastSettings, series: Series) -> ForecastSettings:
    """Return settings in which the series has decided what was open: period, logarithms, and window.

    The window is chosen by `best_window` on the last fifth of the series, which training holds out anyway.
    """
    check_values(series.values, 1, "forecasting")
    period = settings.period or series.period
    if settings.seasonal_difference and period is None:
        raise InputError("the times do not say how long a season is; give --period, such as 12")
    log = settings.log
    if log == "auto":
        log = "yes" if swings_with_height(series.values, period) else "no"
    settings = replace(settings, period=period, log=log)
    if settings.window is not None:
        return settings
    longest = max(1, min(len(series) // SHARE, len(series) - _lag(settings) - FEWEST))
    candidates = candidate_windows(period, longest)
    if len(candidates) == 1:  # the series may be too short for anything
        return replace(settings, window=candidates[0])
    z = _transform(settings, series).apply(series.values)
    with one_blas_thread():
        window = best_window(z, candidates, settings.ridge)
    return replace(settings, window=window)


def _lag(settings: ForecastSettings) -> int:
    return int(settings.difference) + _season(settings)


def _season(settings: ForecastSettings) -> int:
    """Return the season whose change is told; 0 for none."""
    return int(settings.period or 0) if settings.seasonal_difference else 0


def _transform(settings: ForecastSettings, series: Series) -> Transform:
    return Transform.of(
        series.values,
        log=settings.log == "yes",
        difference=settings.difference,
        period=_season(settings),
    )


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
