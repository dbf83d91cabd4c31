"""A short series with a season and a trend, as a fixture."""

import numpy as np
import pytest

from nextword.tasks.forecast.series import Series


@pytest.fixture(scope="session")
def wavy():
    """Ten seasons of twelve that swing the wider the higher they lie."""
    chance = np.random.default_rng(0)
    steps = np.arange(120)
    season = np.sin(2 * np.pi * steps / 12) + 0.5 * np.cos(4 * np.pi * steps / 12)
    values = np.exp(4 + 0.01 * steps + 0.2 * season + 0.02 * chance.standard_normal(120))
    times = tuple(f"{2000 + step // 12}-{step % 12 + 1:02}" for step in steps)
    return Series("sales", values, times, 12)
