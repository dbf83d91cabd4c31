"""What is done to numbers is undone to the last bit that counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import SettingError
from nextword.tasks.forecast.shortcut import least_squares
from nextword.tasks.forecast.transform import Transform, swings_with_height


@given(
    seed=st.integers(0, 1000),
    log=st.booleans(),
    difference=st.booleans(),
    period=st.sampled_from([0, 1, 4, 12]),
)
def test_undoing_gives_the_numbers_back(seed, log, difference, period):
    values = np.exp(np.random.default_rng(seed).standard_normal(40))
    transform = Transform.of(values, log=log, difference=difference, period=period)
    z = transform.apply(values)
    assert len(z) == 40 - transform.lag
    assert z.mean() == pytest.approx(0, abs=1e-9)
    assert z.std() == pytest.approx(1)
    for place in range(max(transform.lag, 1), 40):
        assert transform.undo(z[place - transform.lag], values[:place]) == pytest.approx(values[place])
    rows = np.stack([values[:30], values[10:]])
    last = np.array([z[29 - transform.lag], z[39 - transform.lag]])
    assert transform.undo(last, rows[:, :-1]) == pytest.approx(rows[:, -1])


def test_a_series_that_does_not_move_has_a_scale():
    assert (
        Transform.of(np.ones(5), log=False, difference=True, period=0).apply(np.ones(5)).tolist() == [0] * 4
    )


def test_logarithms_are_of_numbers_above_zero():
    with pytest.raises(SettingError, match="the series holds 0"):
        Transform.of(np.arange(5.0), log=True, difference=False, period=0)


def test_logarithms_are_taken_where_swings_grow_with_height(wavy):
    assert swings_with_height(wavy.values, 12)
    assert not swings_with_height(np.log(wavy.values) * 100 + 1000, 12)
    assert not swings_with_height(wavy.values - 100, 12)
    assert not swings_with_height(wavy.values[:36], 12)


def test_least_squares_are_those_of_the_normal_equations():
    chance = np.random.default_rng(0)
    windows, targets = chance.standard_normal((50, 4)) + 3, chance.standard_normal(50)
    a, b = least_squares(windows, targets, 0.1)
    centred = windows - windows.mean(axis=0)
    expected = np.linalg.solve(
        centred.T @ centred + 0.1 * 50 * targets.var() * np.eye(4), centred.T @ (targets - targets.mean())
    )
    assert a == pytest.approx(expected)
    assert (windows @ a + b).mean() == pytest.approx(targets.mean())
