"""What a series decides where nobody has said it: its season, logarithms, the window, and what windows are read as."""

from dataclasses import replace

from nextword.blas import one_blas_thread
from nextword.errors import InputError
from nextword.tasks.forecast.series import Numbers, Series, check_values
from nextword.tasks.forecast.settings import ForecastSettings
from nextword.tasks.forecast.transform import Transform, swings_with_height
from nextword.tasks.forecast.window import HELD_OUT, SHARE, best_window, candidate_windows

FEWEST = 10
"""Windows to learn from, at least."""


def settled(settings: ForecastSettings, series: Series) -> ForecastSettings:
    """Return settings in which a series has decided what was open.

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
    z = transform_of(settings, series).apply(series.values) if len(series) > lag_of(settings) else None
    relative, window = settings.relative, settings.window
    if relative == "auto":
        relative = "yes" if z is not None and not settings.stateful and moves_on(z) else "no"
    if window is None:
        window = _window(settings, series, z)
    return replace(settings, relative=relative, window=window)


def moves_on(z: Numbers) -> bool:
    """Whether the mean of the last fifth of z (T,) is further from that of the others than these are spread.

    A network that has met low numbers only knows nothing of high ones.
    """
    held = max(1, len(z) // HELD_OUT)
    before, last = z[:-held], z[-held:]
    return len(before) > 0 and bool(abs(last.mean() - before.mean()) > before.std())


def lag_of(settings: ForecastSettings) -> int:
    """Return how many numbers at the beginning have no change to tell."""
    return int(settings.difference) + _season(settings)


def transform_of(settings: ForecastSettings, series: Series) -> Transform:
    """Return what settings that are settled make of a series; raises SettingError for logarithms that are none."""
    return Transform.of(
        series.values, log=settings.log == "yes", difference=settings.difference, period=_season(settings)
    )


def _season(settings: ForecastSettings) -> int:
    """Return the season whose change is told; 0 for none."""
    return int(settings.period or 0) if settings.seasonal_difference else 0


def _window(settings: ForecastSettings, series: Series, z: Numbers | None) -> int:
    longest = max(1, min(len(series) // SHARE, len(series) - lag_of(settings) - FEWEST))
    candidates = candidate_windows(settings.period, longest)
    if len(candidates) == 1 or z is None:  # the series may be too short for anything
        return candidates[0]
    with one_blas_thread():
        return best_window(z, candidates, settings.ridge)
