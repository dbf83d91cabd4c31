"""Checks of settings that are numbers, with one wording for what is wrong with them."""

import math
from typing import Any

import numpy as np

from nextword.errors import SettingError


def check_whole(name: str, value: Any, lowest: int, advice: str) -> None:
    """Raise SettingError unless ``value`` is a whole number of at least ``lowest``."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < lowest:
        raise SettingError(f"{name} must be a whole number of at least {lowest}, got {value!r}; {advice}")


def check_real(name: str, value: Any, lowest: float, highest: float, advice: str) -> None:
    """Raise SettingError unless ``value`` is a finite number from ``lowest`` to ``highest``; NaN is none.

    >>> check_real("temperature", math.nan, 0, math.inf, "try 1")
    Traceback (most recent call last):
    nextword.errors.SettingError: temperature must be a number of at least 0, got nan; try 1
    """
    number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not (number and math.isfinite(value) and lowest <= value <= highest):
        bounds = f"of at least {lowest}" if math.isinf(highest) else f"from {lowest} to {highest}"
        raise SettingError(f"{name} must be a number {bounds}, got {value!r}; {advice}")
