"""The regressor is one of scikit-learn's, and learns."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import estimator_checks_generator

from nextword.tasks.forecast.regressor import LSTMRegressor

# What parametrize_with_checks runs, but for a check that skips itself where NumPy's arrays are the only ones.
CHECKS = [
    pytest.param(estimator, check, id=f"{number}-{check.func.__name__}")
    for number, (estimator, check) in enumerate(
        estimator_checks_generator(LSTMRegressor(epochs=2, hidden=3, random_state=0))
    )
    if check.func.__name__ != "check_array_api_input"
]


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_it_is_an_estimator(estimator, check):
    check(estimator)


def test_there_are_checks():
    assert len(CHECKS) > 40


def test_it_learns_what_a_line_cannot_say():
    chance = np.random.default_rng(0)
    rows = chance.standard_normal((400, 6))
    y = rows[:, -1] * np.sign(rows[:, -2])
    line = cross_val_score(LinearRegression(), rows, y, cv=3).mean()
    lstm = cross_val_score(LSTMRegressor(epochs=60, rate=0.02, random_state=1), rows, y, cv=3).mean()
    assert line < 0.1
    assert lstm > 0.5


def test_with_nothing_to_learn_it_is_the_weighted_sum():
    chance = np.random.default_rng(0)
    rows = chance.standard_normal((300, 4))
    y = rows @ [1.0, -2.0, 0.5, 3.0] + 7
    told = LSTMRegressor(epochs=1, ridge=0.0, random_state=0).fit(rows, y).predict(rows)
    assert told == pytest.approx(y, abs=0.2)
