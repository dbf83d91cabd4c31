"""The grammar of counts as text: words, white space, a whole number."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import IntArray
from nextword.errors import InputError
from nextword.ngram.counting.counts import MAX_ORDER
from nextword.ngram.counting.merging.regroup import MAX_COUNT
from nextword.text.chunks import WordChunks, extended
from nextword.text.readers import Block
from nextword.text.vocabulary import END_TOKEN, START_TOKEN

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
_UNREAD, _NO_COUNT = -1, -2
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Section:
    """Some n-grams of one order and how often each was seen, in any order, some perhaps twice."""

    words: Ints
    """(n, order)"""
    counts: IntArray
    """(n,)"""


@dataclass(frozen=True, slots=True)
class CountLines:
    """What files of counts hold; words are numbered as they appear."""

    chunks: WordChunks
    sections: list[Section]
    """Orders 1 up, to the highest that has a line."""


def parse_lines(blocks: Iterable[Block]) -> CountLines:
    """Read lines of counts; raises InputError, with the file and the line, for whatever is wrong."""
    chunks, values = WordChunks(), _Values()
    parts: dict[int, list[Section]] = {}
    for block in blocks:
        numbers = chunks.number(block.data)
        lines = _Lines.of(numbers)
        values.read(lines.counts, chunks)
        _refuse(block, lines, values, numbers)
        for order in np.flatnonzero(np.bincount(lines.orders)).tolist():
            these = lines.orders == order
            words = numbers[lines.begins[these][:, None] + np.arange(order)]
            counts = values.table[lines.counts[these]].astype(np.int32)
            parts.setdefault(order, []).append(Section(words, counts))
    if not parts:
        raise InputError("there is not one count in the files; give lines of words, a tab and a count")
    return CountLines(chunks, [_joined(parts.pop(order, []), order) for order in range(1, max(parts) + 1)])


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where the lines of a block are that are not blank."""

    begins: Longs
    ends: Longs
    orders: Longs
    """The number of words."""
    counts: Ints
    """The number of the last field."""

    @classmethod
    def of(cls, numbers: Ints) -> "_Lines":
        ends = np.flatnonzero(numbers == 0)
        begins = np.concatenate([[0], ends[:-1] + 1])
        filled = ends > begins
        begins, ends = begins[filled], ends[filled]
        return cls(begins, ends, ends - begins - 1, numbers[ends - 1])


class _Values:
    """The counts that stand at the ends of lines, each read once."""

    def __init__(self) -> None:
        self.table: Longs = np.empty(0, dtype=np.int64)
        """By chunk number; `_UNREAD` for chunks that never ended a line, `_NO_COUNT` for those that are none."""
        self.start = self.end = 0
        """The chunk numbers of ``<s>`` and ``</s>``, or 0."""

    def read(self, counts: Ints, chunks: WordChunks) -> None:
        """Read what is new at the ends of lines."""
        fresh = chunks.fresh()
        for number, chunk in zip(fresh.tolist(), chunks.strings(fresh), strict=True):
            if chunk == START_TOKEN:
                self.start = number
            elif chunk == END_TOKEN:
                self.end = number
        known = len(self.table)
        self.table = extended(self.table, int(fresh[-1]) + 1 if len(fresh) else known)
        self.table[known:] = _UNREAD
        met = np.zeros(len(self.table), dtype=np.bool_)
        met[counts] = True
        new = np.flatnonzero(met & (self.table == _UNREAD))
        self.table[new] = [_value(chunk) for chunk in chunks.strings(new)]


def _value(field: str) -> int:
    is_count = field.isascii() and field.isdigit() and len(field.lstrip("0")) <= 10
    return int(field) if is_count and int(field) <= MAX_COUNT else _NO_COUNT


def _refuse(block: Block, lines: _Lines, values: _Values, numbers: Ints) -> None:
    """Raise InputError at the first line of a block that is not in order."""
    counts = values.table[lines.counts]
    inside = np.zeros(len(lines.begins), dtype=np.bool_)  # <s> behind the first word, or </s> before the last
    for special, places in ((values.start, lines.begins), (values.end, lines.ends - 2)):
        if special:
            found = np.flatnonzero(numbers == special)
            rows = np.searchsorted(lines.ends, found)
            inside[rows[places[rows] != found]] = True
    bad = (lines.orders < 1) | (lines.orders > MAX_ORDER) | (counts < 0) | inside
    bad |= (counts == 0) & (lines.orders > 1)
    if bad.any():
        row = int(np.argmax(bad))
        line = int(np.count_nonzero(numbers[: lines.begins[row]] == 0))
        _fail(block, line, int(lines.orders[row]), int(counts[row]), is_inside=bool(inside[row]))


def _fail(block: Block, line: int, order: int, count: int, *, is_inside: bool) -> NoReturn:
    text = block.data.split(b"\n", line + 1)[line].decode("utf-8").strip()
    field = repr(text.split()[-1][:_SHOWN])
    shown = repr(text[:_SHOWN]) + ("..." if len(text) > _SHOWN else "")
    if order < 1:
        what = f"{shown} lacks {'a count' if count < 0 else 'words'}; a line is words, a tab and a count"
    elif count < 0:
        what = f"{field} is not a count; counts are whole numbers from 1 to {MAX_COUNT:,}"
    elif order > MAX_ORDER:
        what = f"{shown} has {order} words; orders go up to {MAX_ORDER}"
    elif is_inside:
        what = f"{shown}: <s> comes first in an n-gram and </s> last; remove n-grams that cross sentences"
    else:
        what = f"{shown} was seen {count} times; leave it out (0 is for single words that were not seen)"
    raise InputError(f"{block.source}: line {block.first_line + line}: {what}")


def _joined(parts: list[Section], order: int) -> Section:
    words = [np.empty((0, order), dtype=np.int32), *(part.words for part in parts)]
    counts: list[IntArray] = [np.empty(0, dtype=np.int32), *(part.counts for part in parts)]
    return Section(np.concatenate(words), np.concatenate(counts))
