"""Which column holds the texts and which one the labels."""

from collections.abc import Sequence
from dataclasses import dataclass

from nextword.errors import InputError, SettingError, shown

Column = str | int | None
"""A column's name in the header, its number from 1, or None where it is to be guessed."""
TEXT_NAMES = (
    "text",
    "sentence",
    "message",
    "review",
    "body",
    "comment",
    "document",
    "sms",
    "phrase",
    "title",
)
LABEL_NAMES = ("label", "class", "category", "target", "sentiment", "polarity", "y", "rating", "score")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the texts and the labels stand, from 0, and whether the first row names columns."""

    text: int
    label: int
    has_header: bool


def find_columns(rows: Sequence[Sequence[str]], text: Column, label: Column) -> Columns:
    """Return the columns that were asked for, or the likeliest.

    Raises SettingError for columns that are not there, InputError where none is likelier than another.

    >>> find_columns([["ham", "go on"], ["spam", "free"], ["ham", "ok"]], None, None)
    Columns(text=1, label=0, has_header=False)
    >>> find_columns([["id", "label", "text"], ["1", "ham", "ok"]], None, None)
    Columns(text=2, label=1, has_header=True)
    """
    head = [cell.strip().lower() for cell in rows[0]]
    # Both names must be known: a text that begins a file without a header may well be the word "review".
    guessed_text = next((head.index(name) for name in TEXT_NAMES if name in head), None)
    guessed_label = next((head.index(name) for name in LABEL_NAMES if name in head), None)
    has_header = guessed_text is not None and guessed_label is not None
    text_place, text_is_name = _asked(rows[0], head, text, "text")
    label_place, label_is_name = _asked(rows[0], head, label, "label")
    if has_header:
        text_place = guessed_text if text_place is None else text_place
        label_place = guessed_label if label_place is None else label_place
    has_header = has_header or text_is_name or label_is_name
    text_place, label_place = _guessed(rows[1:] if has_header else rows, text_place, label_place)
    if text_place == label_place:
        raise SettingError(
            f"column {text_place + 1} cannot hold both texts and labels; give --text-column and --label-column"
        )
    return Columns(text_place, label_place, has_header)


def find_text_column(first: Sequence[str], column: str | int) -> tuple[int, bool]:
    """Return the place of the texts' column, and whether the ``first`` row names columns; raises SettingError for none.

    >>> find_text_column(["id", "opinion"], "opinion"), find_text_column(["1", "go on"], 2)
    ((1, True), (1, False))
    """
    head = [cell.strip().lower() for cell in first]
    place, is_name = _asked(first, head, column, "text")
    place = place or 0
    return place, is_name or head[place] in TEXT_NAMES


def _asked(row: Sequence[str], head: Sequence[str], column: Column, what: str) -> tuple[int | None, bool]:
    """Return the place of a column that was asked for, and whether it was by its name."""
    if column is None:
        return None, False
    if isinstance(column, str) and not column.isdecimal():
        if column.strip().lower() not in head:
            raise SettingError(
                f"there is no column {shown(column)}; the first row has {', '.join(map(shown, row[:10]))}, and "
                f"--{what}-column takes a number from 1 too"
            )
        return head.index(column.strip().lower()), True
    number = int(column)
    if not 1 <= number <= len(row):
        raise SettingError(f"--{what}-column is from 1 to {len(row)}, got {number}")
    return number - 1, False


def _guessed(rows: Sequence[Sequence[str]], text: int | None, label: int | None) -> tuple[int, int]:
    """Return both places: of two columns, the one with fewer different values holds the labels."""
    if text is not None and label is not None:
        return text, label
    width = len(rows[0]) if rows else 0
    if width != 2:
        raise SettingError(
            f"there are {width} columns; say which are meant with --text-column and --label-column"
        )
    if text is not None:
        return text, 1 - text
    if label is not None:
        return 1 - label, label
    first, second = (len({row[place] for row in rows}) for place in (0, 1))
    if first == second:
        raise InputError(
            f"both columns have {first:,} different values, so none is known to hold the labels; give --label-column 1 "
            "or 2"
        )
    return (1, 0) if first < second else (0, 1)
