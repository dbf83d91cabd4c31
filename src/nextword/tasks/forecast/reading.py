"""Series in CSV files: one row a time, in order, without gaps; or a clear word on what is wrong."""

import csv
import io
import math
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from nextword.errors import InputError, SettingError, counted, shown
from nextword.tasks.forecast.clock import UNITS, Unit, read_clock
from nextword.tasks.forecast.series import Series
from nextword.text.readers import read_blocks

Gaps = Literal["refuse", "fill", "keep"]
"""What is done about times that are missing: an error; a straight line across; or nothing, as if there were none."""
DELIMITERS = ";\t|,"
"""Of those that stand in the first row equally often, the first: a comma may be a part of a number."""
QUOTED = re.compile(r'"[^"]*"')
Decimal = Literal["point", "comma"]
"""What stands before the decimals of a number."""
MOST_FILLED = 1_000_000
"""Numbers of a series with its gaps filled: more are a slip in a time."""
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")


def read_series(
    source: str | Path,
    *,
    column: str | None = None,
    time: str | None = None,
    gaps: Gaps = "refuse",
    decimal: Decimal = "point",
) -> Series:
    """Return the series of a CSV file: ``column`` and ``time`` are names or numbers from 1.

    Without them the numbers are the last column and the times the first, if there are two or more. A first row that
    holds no number in the column is the header. With ``decimal`` comma 1,5 is a number, and no comma stands between
    columns. Raises InputError, which names the line, for rows of different
    lengths, for what is no finite number, for times that do not rise or of which some are missing, SettingError for a
    column that there is not.
    """
    if gaps not in get_args(Gaps):
        raise SettingError(f"gaps are to {', '.join(get_args(Gaps))}, got {gaps!r}")
    if decimal not in get_args(Decimal):
        raise SettingError(f"decimal is {', '.join(get_args(Decimal))}, got {decimal!r}")
    header, rows = _header(_rows(str(source), decimal), column, time, decimal)
    width = len(rows[0][1])
    of_values = _place(column, header, width, usual=width - 1)
    of_times = _place(time, header, width, usual=0) if width > 1 or time is not None else None
    if of_times == of_values:
        of_times = None
    values = [_number(row[of_values], line, decimal) for line, row in rows]
    name = header[of_values] if header else "values"
    if of_times is None:
        return Series(name, np.array(values))
    times = [row[of_times] for _, row in rows]
    clock = read_clock(times)
    if clock is None:
        _refuse_mixture(rows, of_times)
        return Series(name, np.array(values), tuple(times))
    return _in_time(name, rows, times, values, clock, gaps)


def _rows(source: str, decimal: Decimal) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, each with its line, all of one length."""
    text = b"".join(block.data for block in read_blocks([source])).decode("utf-8-sig")
    if "\n" not in text.rstrip("\n"):
        text = text.replace("\r", "\n")  # as old Macintosh programs end lines
    first = QUOTED.sub("", text.lstrip()).split("\n", 1)[0]
    delimiter = max(DELIMITERS if decimal == "point" else DELIMITERS.replace(",", ""), key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise InputError(f"line {reader.line_num}: this is not CSV ({error}); repair it") from None
    if not rows:
        raise InputError("the file holds no row; give one number a line, or a time and a number")
    for line, row in rows:
        if len(row) != len(rows[0][1]):
            raise InputError(
                f"line {line}: {counted(len(row), 'column')}, where the first row has {len(rows[0][1])}; "
                "repair or remove it"
            )
    return rows


def _header(
    rows: list[tuple[int, list[str]]], column: str | None, time: str | None, decimal: Decimal
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the names of the columns, none without a header, and the other rows.

    Raises InputError for a first row that tells a time, and of it no number.
    """
    first = rows[0][1]
    place = int(column) - 1 if column is not None and column.isdecimal() and int(column) <= len(first) else -1
    is_named = column is not None and column in first and not column.isdecimal()
    if not is_named and _is_number(first[place], decimal):
        return [], rows
    of_time = int(time) - 1 if time is not None and time.isdecimal() and int(time) <= len(first) else 0
    tells_time = time not in first and len(first) > 1 and of_time != place % len(first)
    if not is_named and tells_time and any(unit.number(first[of_time]) is not None for unit in UNITS):
        _number(first[place], rows[0][0], decimal)
    if len(rows) == 1:
        raise InputError("the file holds a header and no row; give one number a line, or a time and a number")
    return first, rows[1:]


def _place(name: str | None, header: list[str], width: int, usual: int) -> int:
    if name is None:
        return usual
    if header.count(name) > 1:
        raise SettingError(
            f"{header.count(name)} columns are called {shown(name)}; give a number, from 1 to {width}"
        )
    if name in header:
        return header.index(name)
    if name.isdecimal() and 1 <= int(name) <= width:
        return int(name) - 1
    known = ", ".join(map(shown, header)) or f"1 to {width}"
    raise SettingError(f"there is no column {shown(name)}; the file has {known}")


def _as_number(text: str, decimal: Decimal) -> float:
    """Return a number; raises ValueError for what is none, among it what Python alone takes for one: 1_000."""
    if "_" in text or (decimal == "comma" and "." in text):
        raise ValueError(text)
    return float(text.replace(",", ".") if decimal == "comma" else text)


def _is_number(text: str, decimal: Decimal) -> bool:
    try:
        _as_number(text, decimal)
    except ValueError:
        return False
    return True


def _number(text: str, line: int, decimal: Decimal) -> float:
    try:
        value = _as_number(text, decimal)
    except ValueError:
        what, advice = shown(text), "repair or remove the row"
        if not text:
            what, advice = "nothing", "repair or remove the row, or choose another column with --column"
        elif len(text.split()) > 1 and _is_number(text.split()[-1], decimal):
            advice = "columns are parted by commas, semicolons, tabs or |"
        elif THOUSANDS.fullmatch(text):
            advice = "write it without commas; or if they stand before decimals, give --decimal comma"
        elif "," in text and decimal == "point" and _is_number(text, "comma"):
            advice = "if the comma stands before decimals, give --decimal comma"
        raise InputError(f"line {line}: {what} where a number should be; {advice}") from None
    if not math.isfinite(value):
        raise InputError(f"line {line}: {text} is no finite number; repair or remove the row")
    return value


def _refuse_mixture(rows: list[tuple[int, list[str]]], place: int) -> None:
    """Raise InputError where most times are of one kind and one is not: a slip rather than words."""
    kinds = Counter(unit.name for _, row in rows for unit in UNITS if unit.number(row[place]) is not None)
    if not kinds:
        return
    name, count = kinds.most_common(1)[0]
    if count * 2 > len(rows):
        (unit,) = (unit for unit in UNITS if unit.name == name)
        line, row = next((line, row) for line, row in rows if unit.number(row[place]) is None)
        raise InputError(
            f"line {line}: {shown(row[place])} is no time as the others are, in {name}; repair it"
        )


def _in_time(
    name: str,
    rows: list[tuple[int, list[str]]],
    times: list[str],
    values: list[float],
    clock: tuple[Unit, list[int]],
    gaps: Gaps,
) -> Series:
    """Return the series after its times were looked at."""
    unit, numbers = clock
    for place, (before, after) in enumerate(pairwise(numbers)):
        if after <= before:
            how = "again" if after == before else f"after {times[place]}"
            raise InputError(
                f"line {rows[place + 1][0]}: {times[place + 1]} stands here {how}; sort the file by time, each once"
            )
    steps = np.diff(numbers)
    step = int(steps.min()) if len(steps) else 1
    missing = np.flatnonzero(steps != step)
    period = unit.periods.get(step)
    if not len(missing) or gaps == "keep":
        return Series(name, np.array(values), tuple(times), period)
    place = int(missing[0])
    between = f"line {rows[place + 1][0]}: between {times[place]} and {times[place + 1]}"
    if (steps % step).any():
        raise InputError(
            f"{between} are {steps[place]} {unit.name}, where others are {step} apart; give equal distances, or take "
            "the rows as they are with --gaps keep"
        )
    if gaps == "refuse":
        raise InputError(
            f"{between} is missing what is {step} {unit.name} apart elsewhere ({len(missing)} gaps in all); fill them "
            "in, or with --gaps fill by a straight line, or take the rows as they are with --gaps keep"
        )
    count = (numbers[-1] - numbers[0]) // step + 1
    if count > MOST_FILLED:
        raise InputError(
            f"{between} are {steps[place]:,} {unit.name}: with gaps filled the series would have {count:,} numbers, "
            f"more than {MOST_FILLED:,}; is the time right? Or take the rows as they are with --gaps keep"
        )
    whole = np.arange(numbers[0], numbers[-1] + 1, step)
    rows_of = np.searchsorted(numbers, whole).tolist()  # (T,), the first row that is not before each time
    is_filled = ~np.isin(whole, numbers)  # (T,)
    labels = tuple(
        f"after {times[row - 1]}" if filled else times[row]
        for row, filled in zip(rows_of, is_filled.tolist(), strict=True)
    )
    filled = frozenset(np.flatnonzero(is_filled).tolist())
    return Series(name, np.interp(whole, numbers, values), labels, period, filled)
