"""Training a forecaster from Python: from a series to a forecaster, or step by step."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from nextword.neural.train import require_torch
from nextword.tasks.forecast.model import Forecaster
from nextword.tasks.forecast.series import Series
from nextword.tasks.forecast.settings import ForecastSettings

if TYPE_CHECKING:
    from nextword.tasks.forecast.training import ForecastTraining


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
