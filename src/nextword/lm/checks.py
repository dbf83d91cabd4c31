"""Checks of single settings: each says what was wrong, the value seen, and what is allowed."""

import math
import sys
from typing import Any, get_args

from nextword.errors import SettingError, shown


def check_choice(name: str, value: object, choices: Any) -> None:
    """Raise SettingError unless the value is one of a Literal's."""
    allowed = get_args(choices)
    if value not in allowed:
        raise SettingError(f"{name} is {', '.join(allowed[:-1])} or {allowed[-1]}, got {shown(value)}")


def check_flag(name: str, value: object) -> None:
    """Raise SettingError unless the value is True or False."""
    if not isinstance(value, bool):
        raise SettingError(f"{name} is true or false, got {shown(value)}")


def check_count(name: str, value: object, least: int, most: int) -> None:
    """Raise SettingError unless the value is a whole number in a range, its ends included."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise SettingError(f"{name} is a whole number from {least:,} to {most:,}, got {shown(value)}")


def check_number(name: str, value: object, least: float, below: float = math.inf) -> None:
    """Raise SettingError unless the value is a finite number of at least ``least`` and below ``below``."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not abs(value) <= sys.float_info.max  # finite, of whole numbers too
        or not least <= value < below
    ):
        bound = f"at least {least:g}" + ("" if below == math.inf else f" and below {below:g}")
        raise SettingError(f"{name} is a number of {bound}, got {shown(value)}")
