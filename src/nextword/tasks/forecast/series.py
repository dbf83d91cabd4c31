"""A series of numbers in time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.errors import InputError

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Series:
    """Numbers that follow each other at equal distances in time."""

    name: str
    """What the numbers count."""
    values: Numbers
    """(T,)"""
    times: tuple[str, ...] = ()
    """When each was, as the file says it; none where it does not."""
    period: int | None = None
    """After how many numbers a season begins anew, as far as the times say: twelve months, seven days, 24 hours."""

    filled: frozenset[int] = frozenset()
    """Places of numbers that the file has not: each lies on a straight line between those around it."""

    def __len__(self) -> int:
        return len(self.values)

    def label(self, place: int) -> str:
        """Return when a number was, or which number it is, from 1."""
        return self.times[place] if self.times else str(place + 1)


LARGEST = 1e100
"""Squares of numbers, and sums of them, are to be numbers still."""


def check_values(values: Numbers, least: int, what: str, advice: str = "give more") -> None:
    """Raise InputError for a series shorter than ``least`` numbers, or with one that is not finite or beyond 1e100."""
    if len(values) < least:
        raise InputError(f"{what} needs at least {least} numbers, the series has {len(values)}; {advice}")
    if not np.isfinite(values).all():
        place = int(np.flatnonzero(~np.isfinite(values))[0])
        raise InputError(f"number {place + 1} of the series is {values[place]}; give finite numbers")
    if np.abs(values).max(initial=0) > LARGEST:
        place = int(np.argmax(np.abs(values)))
        raise InputError(
            f"number {place + 1} of the series is {values[place]:g}, and none may be beyond {LARGEST:g}; count in a "
            "larger unit"
        )
