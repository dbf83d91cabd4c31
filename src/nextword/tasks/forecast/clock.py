"""Times as files write them, as whole numbers of one unit."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MONTH = re.compile(r"(\d{1,4})-(\d{1,2})")
DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
COMPACT = re.compile(r"(1[5-9]|2[01])\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
"""A day as 20200131: between 1500 and 2199, since other numbers of eight digits are more likely to be just that."""
MILLION = 1_000_000
WHOLE = re.compile(r"[+-]?\d{1,18}")


@dataclass(frozen=True)
class Unit:
    """One way in which times are written."""

    name: str
    """What one step is called, in the plural."""
    number: Callable[[str], int | None]
    """Returns a time as a number of units, or None for what is not such a time."""
    periods: dict[int, int]
    """By how many units a step is, after how many steps a season usually begins anew."""
    write: Callable[[int], str] = str
    """Writes a number of units as a time."""


def _month(text: str) -> int | None:
    found = MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12:
        return None
    return 12 * int(found[1]) + int(found[2])


def _day(text: str) -> int | None:
    found = DAY.fullmatch(text)
    try:
        return None if found is None else date(int(found[1]), int(found[2]), int(found[3])).toordinal()
    except ValueError:
        return None


def _second(text: str) -> int | None:
    number = _microsecond(text)
    return None if number is None or number % MILLION else number // MILLION


def _microsecond(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:  # an hour that the clock strikes twice is two
            moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return (moment.replace(tzinfo=None) - datetime(1, 1, 1)) // timedelta(microseconds=1)


def _write_month(number: int) -> str:
    return f"{(number - 1) // 12:04}-{(number - 1) % 12 + 1:02}"


def _write_moment(**parts: int) -> str:
    return (datetime(1, 1, 1) + timedelta(**parts)).isoformat(sep=" ")


def _whole(text: str) -> int | None:
    return int(text) if WHOLE.fullmatch(text) else None


MONTHS = Unit("months", _month, {1: 12, 3: 4}, _write_month)
UNITS = (
    Unit("numbers", _whole, {}),
    MONTHS,
    Unit("days", _day, {1: 7}, lambda number: date.fromordinal(number).isoformat()),
    Unit("seconds", _second, {3600: 24, 86400: 7}, lambda number: _write_moment(seconds=number)),
    Unit("microseconds", _microsecond, {}, lambda number: _write_moment(microseconds=number)),
)


def read_clock(times: Sequence[str]) -> tuple[Unit, list[int]] | None:
    """Return the unit that all times are written in, and each as a number of it; None where they are other words.

    >>> unit, numbers = read_clock(["1949-11", "1949-12", "1950-01"])
    >>> unit.name, [number - numbers[0] for number in numbers]
    ('months', [0, 1, 2])
    """
    times = _with_hyphens(times)
    by_month = _months_of_days(times)
    if by_month is not None:
        return MONTHS, by_month
    for unit in UNITS:
        numbers = [unit.number(text) for text in times]
        known = [number for number in numbers if number is not None]
        if len(known) == len(times):
            return unit, known
    return None


def following(times: Sequence[str], steps: int) -> list[str]:
    """Return the next times after some, as far from each other as the last two; +1, +2 and so on where nobody knows.

    >>> following(["1960-11", "1960-12"], 2), following(["Monday", "Tuesday"], 2)
    (['1961-01', '1961-02'], ['+1', '+2'])
    """
    clock = read_clock(times[-2:]) if len(times) > 1 else None
    try:
        if clock is not None:
            unit, (before, last) = clock
            return [unit.write(last + step * (last - before)) for step in range(1, steps + 1)]
    except (OverflowError, ValueError):  # beyond the year 9999
        pass
    return [f"+{step}" for step in range(1, steps + 1)]


def _with_hyphens(times: Sequence[str]) -> Sequence[str]:
    """Return 20200131 as 2020-01-31 where every one of some times is such a day."""
    if not all(COMPACT.fullmatch(text) for text in times):
        return times
    written = [f"{text[:4]}-{text[4:6]}-{text[6:]}" for text in times]
    return written if all(_day(text) is not None for text in written) else times


def _months_of_days(times: Sequence[str]) -> list[int] | None:
    """Return days as months where each is the same day of its month, or each the last: months are of unequal length."""
    days: list[date] = []
    for text in times:
        number = _day(text)
        if number is None:
            return None
        days.append(date.fromordinal(number))
    are_last = all((day + timedelta(days=1)).day == 1 for day in days if day < date.max)
    months = [12 * day.year + day.month for day in days]
    if len(set(months)) > 1 and (are_last or len({day.day for day in days}) == 1):
        return months
    return None
