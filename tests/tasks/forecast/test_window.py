"""The window is chosen inside what is learned from, and by what tells it best."""

import numpy as np
import pytest

from nextword.tasks.forecast.evaluation import evaluate_forecast
from nextword.tasks.forecast.series import Series
from nextword.tasks.forecast.settings import ForecastSettings
from nextword.tasks.forecast.settling import settled
from nextword.tasks.forecast.window import best_window, candidate_windows, held_out


def echo(lags, count=400, seed=0):
    """A series that is the sum of its own past at some lags, and chance."""
    chance = np.random.default_rng(seed)
    values = list(chance.standard_normal(max(lags)))
    while len(values) < count:
        told = sum(weight * values[-lag] for lag, weight in lags.items())
        values.append(told + 0.3 * chance.standard_normal())
    return np.array(values)


@pytest.mark.parametrize(
    ("lags", "reach"),
    [
        ({1: 0.7, 12: 0.9, 13: -0.63}, (13, 24, 25)),
        ({13: 0.95}, (13, 24, 25)),
        ({24: 0.95}, (24, 25)),
        ({1: 0.7, 24: 0.9, 25: -0.63}, (25,)),
    ],
)
@pytest.mark.parametrize("seed", range(5))
def test_the_window_reaches_as_far_back_as_the_series_does(lags, reach, seed):
    series = Series("echo", echo(lags, seed=seed), (), 12)
    assert settled(ForecastSettings(log="no"), series).window in reach


@pytest.mark.parametrize(("lag", "expected"), [(5, 6), (11, 12), (23, 24)])
def test_without_a_season_the_window_reaches_the_lag_too(lag, expected):
    assert settled(ForecastSettings(), Series("echo", echo({lag: 0.95}))).window == expected


def test_the_choice_is_the_least_error_on_the_last_fifth():
    z = echo({1: 0.7, 12: 0.9, 13: -0.63}, 120)
    held = held_out(z, 25)
    assert held == 19
    errors = {}
    for window in (12, 13, 24, 25):
        rows = np.array([z[place - window : place] for place in range(window, 120)])
        rows = np.column_stack([rows, np.ones(len(rows))])
        y = z[window:]
        a = np.linalg.lstsq(rows[:-held], y[:-held], rcond=None)[0]
        errors[window] = ((rows[-held:] @ a - y[-held:]) ** 2).mean()
    assert best_window(z, [12, 13, 24, 25], ridge=0.0) == min(errors, key=errors.get)


def test_no_number_beyond_the_training_part_has_a_say(wavy):
    changed = Series(wavy.name, np.append(wavy.values[:96], wavy.values[:95:-1] ** 2), wavy.times, 12)
    settings = ForecastSettings(epochs=0, hidden=2)
    first, again = (
        evaluate_forecast(series, settings, test=24, seeds=(1,)).forecaster for series in (wavy, changed)
    )
    assert first.window == again.window
    assert np.array_equal(first.arrays["a"], again.arrays["a"])
    known = Series(wavy.name, wavy.values[:96], wavy.times[:96], 12)
    assert first.window == settled(settings, known).window


def test_candidates_are_those_that_the_series_is_long_enough_for():
    assert candidate_windows(12, 100) == [12, 13, 24, 25]
    assert candidate_windows(12, 24) == [12, 13, 24]
    assert candidate_windows(12, 11) == [11]
    assert candidate_windows(None, 100) == [6, 12, 24]
    assert candidate_windows(None, 5) == [5]


@pytest.mark.parametrize("count", range(11, 60))
@pytest.mark.parametrize("seasonal", [False, True])
def test_a_window_that_is_chosen_never_is_too_long_for_the_series(count, seasonal):
    settings = ForecastSettings(seasonal_difference=seasonal, period=4)
    window = settled(settings, Series("short", echo({1: 0.8}, count))).window
    assert 1 <= window <= max(1, count // 3)
    if count >= 15:  # a season, a number, and ten to learn from
        assert window + 4 * seasonal + 10 <= count


def test_a_window_given_is_kept_and_equal_ones_give_the_first():
    series = Series("echo", echo({24: 0.95}), (), 12)
    assert settled(ForecastSettings(window=5), series).window == 5
    assert settled(ForecastSettings(), Series("flat", np.full(100, 5.0), (), 12)).window == 12
