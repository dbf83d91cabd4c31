"""Training a forecaster from Python: from a series to a forecaster, or step by step."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from nextword.errors import InputError
from nextword.neural.train import require_torch
from nextword.tasks.forecast.model import Forecaster
from nextword.tasks.forecast.series import Series
from nextword.tasks.forecast.settings import ForecastSettings
from nextword.tasks.forecast.transform import swings_with_height

if TYPE_CHECKING:
    from nextword.tasks.forecast.training import ForecastTraining

USUAL_WINDOW = 12
SHARE = 3
"""A window that is not chosen is at most one in so many of the numbers."""


def train_forecaster(
    series: Series, settings: ForecastSettings | None = None, progress: Callable[[int], None] | None = None
) -> Forecaster:
    """Return a forecaster that learned from a series; ``progress`` is told of each epoch.

    Raises what `ForecastTraining` does, MissingDependencyError without PyTorch.
    """
    training = forecast_training(series, settings or ForecastSettings())
    for _ in training:
        if progress is not None:
            progress(1)
    return training.model()


def forecast_training(series: Series, settings: ForecastSettings) -> "ForecastTraining":
    """Return a training to iterate over for its progress.

    Raises what `ForecastTraining` does, MissingDependencyError without PyTorch.
    """
    require_torch()
    from nextword.tasks.forecast.training import ForecastTraining

    return ForecastTraining(series, settings)


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
