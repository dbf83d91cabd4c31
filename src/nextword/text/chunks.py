"""Chunks: the pieces of text between white space, each numbered once.

A tokenizer looks at every distinct chunk once, however often it occurs: the corpus is a sequence of chunk
numbers, and ids are looked up by number.
"""

from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import IntArray
from nextword.text import kernels

DELIMITERS = b"\0\t\n\r "
"""What ends a word: exactly these bytes. Vertical tabs, form feeds and Unicode spaces are part of a word."""


CODE_POINTS = 0x110000
Number = TypeVar("Number", bound=np.generic)


class Chunks(Protocol):
    """Numbers for the chunks of a text; 0 is the end of a line."""

    def number(self, text: bytes) -> NDArray[np.int32]:
        """Return the chunk numbers of a block of whole lines."""

    def fresh(self) -> IntArray:
        """Return the numbers that have appeared since the last call."""

    def strings(self, numbers: IntArray) -> list[str]:
        """Return the chunks of some numbers."""


class WordChunks:
    """Chunks between the bytes of `DELIMITERS`, numbered from 1 in the order in which they first appear.

    >>> chunks = WordChunks()
    >>> chunks.number(b"the cat\\nthe dog\\n").tolist()
    [1, 2, 0, 1, 3, 0]
    >>> chunks.strings(chunks.fresh())
    ['the', 'cat', 'dog']
    """

    def __init__(self) -> None:
        self._slots = np.zeros(1 << 12, dtype=np.int32)
        # Half the slots hold a chunk at most; chunks count from 1, and the last needs an end.
        self._hashes = np.zeros(len(self._slots) // 2 + 1, dtype=np.uint64)
        self._begins = np.zeros(len(self._slots) // 2 + 2, dtype=np.int64)
        self._arena = np.empty(1 << 16, dtype=np.uint8)
        self._count = 0
        self._reported = 0
        self._is_delimiter = np.zeros(256, dtype=np.bool_)
        self._is_delimiter[list(DELIMITERS)] = True

    def number(self, text: bytes) -> NDArray[np.int32]:
        """Return the chunk numbers of a block of whole lines."""
        data = np.frombuffer(text, dtype=np.uint8)
        # Every number stands for at least one byte. Pages that are never touched cost nothing.
        numbers = np.empty(len(data), dtype=np.int32)
        position, written = 0, 0
        while True:
            position, self._count, more = kernels.number_chunks(
                data,
                position,
                self._is_delimiter,
                self._slots,
                self._hashes,
                self._arena,
                self._begins,
                self._count,
                numbers[written:],
            )
            written += more
            if position == len(data):
                return numbers[:written].copy()
            self._enlarge(len(data) - position)

    def look_up(self, line: bytes, first_word: int) -> NDArray[np.int32] | None:
        """Return the ids of a line's chunks, their numbers less one and 0 for new ones.

        None if one of them is a special token, whose id is below ``first_word``.
        """
        ids = np.empty(len(line) // 2 + 1, dtype=np.int32)
        written, special = kernels.look_up_ids(line, *self.tables, first_word, ids)
        return None if special else ids[:written]

    @property
    def tables(self) -> tuple[Any, Any, Any, Any, Any]:
        """What the kernels need to look chunks up."""
        return self._is_delimiter, self._slots, self._hashes, self._arena, self._begins

    def _enlarge(self, remaining: int) -> None:
        """Make room for twice the chunks, and in the arena for the longest that may come."""
        self._slots = np.zeros(2 * len(self._slots), dtype=np.int32)
        kernels.enter_chunks(self._slots, self._hashes, self._count)
        self._hashes = extended(self._hashes, len(self._slots) // 2 + 1)
        self._begins = extended(self._begins, len(self._slots) // 2 + 2)
        used = int(self._begins[self._count + 1])
        if len(self._arena) < used + remaining:
            self._arena = extended(self._arena, max(2 * len(self._arena), used + remaining))

    def fresh(self) -> IntArray:
        """Return the numbers that have appeared since the last call."""
        first, self._reported = self._reported + 1, self._count
        return np.arange(first, self._count + 1)

    def strings(self, numbers: IntArray) -> list[str]:
        """Return the chunks of some numbers."""
        if len(numbers) == 0:
            return []
        start = int(self._begins[numbers.min()])
        text = self._arena[start : self._begins[numbers.max() + 1]].tobytes()
        begins, ends = self._begins[numbers] - start, self._begins[numbers + 1] - start
        return [
            str(text[begin:end], "utf-8") for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
        ]


class CharacterChunks:
    """Every character is a chunk, numbered by its code point."""

    def __init__(self) -> None:
        self._seen = np.zeros(CODE_POINTS, dtype=np.bool_)
        self._reported = np.zeros(CODE_POINTS, dtype=np.bool_)

    def number(self, text: bytes) -> NDArray[np.int32]:
        """Return the code points of a block of whole lines, with 0 for the end of a line."""
        points = np.frombuffer(text.decode("utf-8").encode("utf-32-le"), dtype=np.int32).copy()
        points[points == ord("\n")] = kernels.LINE_END
        self._seen[points] = True
        return points

    def fresh(self) -> IntArray:
        """Return the code points that have appeared since the last call."""
        fresh = np.flatnonzero(self._seen & ~self._reported)
        self._reported |= self._seen
        return np.delete(fresh, np.flatnonzero(fresh == kernels.LINE_END))

    def strings(self, numbers: IntArray) -> list[str]:
        """Return the characters of some code points."""
        return [chr(number) for number in numbers.tolist()]


def extended(array: NDArray[Number], size: int) -> NDArray[Number]:
    """Return the array, or a longer one with zeros behind it, that holds at least ``size`` items.

    It at least doubles when it grows, so that growing item by item stays cheap.
    """
    if len(array) >= size:
        return array
    longer = np.zeros(max(size, 2 * len(array)), dtype=array.dtype)
    longer[: len(array)] = array
    return longer
