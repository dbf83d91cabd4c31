"""What any forecast must beat: the last number, the number a season ago, and Holt-Winters."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from nextword.errors import MissingDependencyError
from nextword.tasks.forecast.series import Numbers

MOST_FITS = 200
"""Fits of Holt-Winters, each of which takes a tenth of a second or more."""


@dataclass(frozen=True, eq=False)
class Told:
    """What a system tells of the last numbers of a series."""

    name: str
    one_step: Numbers
    """Each by all before it, (steps,)."""
    many_steps: Numbers
    """All by what stands before the first, (steps,)."""


def persistence(values: Numbers, train: int) -> Told:
    """Tell the last number known."""
    return Told("persistence", values[train - 1 : -1], np.full(len(values) - train, values[train - 1]))


def seasonal_naive(values: Numbers, train: int, period: int) -> Told:
    """Tell the number a season ago."""
    season = values[train - period : train]
    many = np.resize(season, len(values) - train)
    return Told("seasonal naive", values[train - period : -period], many)


def holt_winters(values: Numbers, train: int, period: int | None) -> Told | None:
    """Tell by exponential smoothing of level, trend and season (Holt 1957, Winters 1960).

    The season multiplies where all numbers known are above 0. One step ahead it is fitted anew to all that is known by
    then, or where that is more than `MOST_FITS` times, keeps what was found for the first numbers: their constants, and
    the level, trend and season that it began with. None where statsmodels cannot fit so few; raises
    MissingDependencyError without it.
    """
    try:
        from statsmodels.tsa.holtwinters import ExponentialSmoothing
    except ModuleNotFoundError:
        raise MissingDependencyError(
            "Holt-Winters, a baseline, needs statsmodels; pip install 'nextword[tasks]'"
        ) from None
    is_seasonal = period is not None and train >= 2 * period

    def how(known: Numbers) -> dict[str, Any]:
        """Return what kind of smoothing; what is not known by then has no say."""
        seasonal = ("mul" if known.min() > 0 else "add") if is_seasonal else None
        return {"trend": "add", "seasonal": seasonal, "seasonal_periods": period if is_seasonal else None}

    def fitted(known: Numbers) -> Any:
        return ExponentialSmoothing(known, initialization_method="estimated", **how(known)).fit()

    steps = len(values) - train
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of optimisers that stop early, as they may
        try:
            first = fitted(values[:train])
            if steps <= MOST_FITS:
                one = [fitted(values[:known]).forecast(1)[0] for known in range(train, len(values))]
            else:
                parts = ["level", "trend", *(["seasonal"] if is_seasonal else [])]
                names = {"level": "initial_level", "trend": "initial_trend", "seasonal": "initial_seasons"}
                states = {f"initial_{part}": first.params[names[part]] for part in parts}
                constants = {f"smoothing_{part}": first.params[f"smoothing_{part}"] for part in parts}
                model = ExponentialSmoothing(
                    values, initialization_method="known", **states, **how(values[:train])
                )
                one = model.fit(optimized=False, **constants).fittedvalues[train:]
            told = Told("Holt-Winters", np.array(one, dtype=np.float64), np.array(first.forecast(steps)))
        except (ValueError, ArithmeticError, np.linalg.LinAlgError):
            return None
    return told if np.isfinite(told.one_step).all() and np.isfinite(told.many_steps).all() else None


def baselines(values: Numbers, train: int, period: int | None) -> list[Told]:
    """Return what each baseline that can be had tells of the numbers from ``train`` on."""
    told = [persistence(values, train)]
    if period is not None and train >= period:
        told.append(seasonal_naive(values, train, period))
    smoothed = holt_winters(values, train, period)
    return told + ([smoothed] if smoothed is not None else [])
