"""What a network is given in place of the numbers themselves: logarithms, changes, and a scale near one."""

from dataclasses import dataclass

import numpy as np

from nextword.errors import SettingError
from nextword.tasks.forecast.series import Numbers

SWINGS = 0.5
"""Logarithms are taken where the swing of the seasons goes with their height by this correlation."""
FEW_SEASONS = 4


@dataclass(frozen=True)
class Transform:
    """z(t), a series that a network reads, for y(t), the series itself.

    z = (difference(log y) - mean) / scale, where each step may be left out.
    """

    log: bool
    difference: bool
    period: int
    """Of the season whose change is taken; 0 for none."""
    mean: float
    scale: float

    @classmethod
    def of(cls, values: Numbers, *, log: bool, difference: bool, period: int) -> "Transform":
        """Return the one that gives some numbers a mean of 0 and a spread of 1."""
        if log and values.min() <= 0:
            raise SettingError(
                f"logarithms are of numbers above 0, and the series holds {values.min():g}; try --log no"
            )
        changes = cls(log, difference, period, 0.0, 1.0).apply(values)
        return cls(log, difference, period, float(changes.mean()), float(changes.std()) or 1.0)

    @property
    def lag(self) -> int:
        """How many numbers at the beginning have no z."""
        return int(self.difference) + self.period

    def apply(self, values: Numbers) -> Numbers:
        """Return z (..., T - lag) of numbers (..., T)."""
        z = self.bent(values)
        if self.period:
            z = z[..., self.period :] - z[..., : -self.period]
        if self.difference:
            z = np.diff(z)
        return (z - self.mean) / self.scale

    def undo(self, z: Numbers, before: Numbers) -> Numbers:
        """Return the number (...,) whose z is given, for the numbers before it, (..., at least lag)."""
        value = z * self.scale + self.mean
        past = self.bent(before[..., before.shape[-1] - self.lag :]) if self.lag else before
        if self.difference and self.period:
            value = value + past[..., -1] + past[..., 1] - past[..., 0]
        elif self.difference:
            value = value + past[..., -1]
        elif self.period:
            value = value + past[..., 0]
        return np.exp(value) if self.log else value

    def bent(self, values: Numbers) -> Numbers:
        """Return the numbers or their logarithms."""
        return np.log(values) if self.log else values


def swings_with_height(values: Numbers, period: int | None) -> bool:
    """Whether seasons (or stretches of 12) swing the wider the higher they lie, so that logarithms would even them."""
    length = period or 12
    seasons = len(values) // length
    if seasons < FEW_SEASONS or values.min() <= 0:
        return False
    rows = values[len(values) - seasons * length :].reshape(seasons, length)
    swing, height = rows.std(axis=1), rows.mean(axis=1)
    if swing.std() == 0 or height.std() == 0:
        return False
    return float(np.corrcoef(swing, height)[0, 1]) > SWINGS


def relative(windows: Numbers) -> Numbers:
    """Return windows (N, L) as they stand to their last number, as Smyl (2020) brings those of any height to one.

    >>> relative(np.array([[1.0, 3.0, 2.0], [101.0, 103.0, 102.0]])).tolist()
    [[-1.0, 1.0, 0.0], [-1.0, 1.0, 0.0]]
    """
    return windows - windows[:, -1:]
