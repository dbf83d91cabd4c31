"""Words and their vectors while a file is being read: two arrays that grow."""

from collections.abc import Callable
from typing import Literal, NoReturn

import numpy as np
from numpy.typing import NDArray

from nextword.errors import ModelFormatError, shown

DecodingErrors = Literal["strict", "replace", "ignore"]
"""What becomes of words that are not UTF-8: an error, a mark in place of what is wrong, or what is left of them."""
MAX_WORD_BYTES = 1 << 16
"""Longer words are a sign of damage; word2vec's own have at most 99 bytes."""
_ARENA_BYTES = 1 << 16
_FIRST_BYTES = 1 << 24


class RowTable:
    """Rows as kernels fill them: the bytes of the words, each followed by a line break, and the matrix."""

    def __init__(self, size: int, rows: int, most: int | None) -> None:
        """Set aside ``rows`` of ``size`` numbers, or fewer where the file can hold only ``most`` or nobody knows."""
        few = max(1, _FIRST_BYTES // (4 * size))
        capacity = max(1, min(rows, few if most is None else most))
        self.matrix: NDArray[np.float32] = np.empty((capacity, size), dtype=np.float32)
        self.begins = np.zeros(capacity + 1, dtype=np.int64)
        self.arena = np.empty(max(_ARENA_BYTES, MAX_WORD_BYTES + 1), dtype=np.uint8)
        self.rows = 0

    @property
    def arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.float32]]:
        """What a kernel fills."""
        return self.arena, self.begins, self.matrix

    def grow(self, estimate: int = 0) -> None:
        """Make room for more rows and words, at once for about as many as are expected."""
        used = int(self.begins[self.rows])
        if self.rows == len(self.matrix):
            capacity = max(estimate, self.rows + self.rows // 4 + 16)
            # realloc moves pages and not bytes, so that the matrix is never held twice
            self.matrix.resize((capacity, self.matrix.shape[1]), refcheck=False)
            self.begins.resize(capacity + 1, refcheck=False)
        if len(self.arena) - used <= MAX_WORD_BYTES:
            self.arena.resize(2 * len(self.arena) + MAX_WORD_BYTES, refcheck=False)

    def finish(self, name: str, errors: DecodingErrors) -> tuple[list[str], NDArray[np.float32], list[int]]:
        """Return the words, their matrix, and how many rows were dropped as [repeated, empty].

        Of a word that stands twice the first row stays. Raises ModelFormatError for words that are not UTF-8.
        """
        self.matrix.resize((self.rows, self.matrix.shape[1]), refcheck=False)
        words = self._decoded(name, errors)
        if len(set(words)) == len(words) and "" not in words:
            return words, self.matrix, [0, 0]
        first = {word: row for row, word in reversed(list(enumerate(words)))}
        empty = words.count("")
        first.pop("", None)
        kept = np.sort(np.fromiter(first.values(), dtype=np.int64, count=len(first)))
        move_rows(self.matrix, kept)
        self.matrix.resize((len(kept), self.matrix.shape[1]), refcheck=False)
        return [words[row] for row in kept.tolist()], self.matrix, [len(words) - len(kept) - empty, empty]

    def _decoded(self, name: str, errors: DecodingErrors) -> list[str]:
        # One call decodes all words: the line breaks between them are in none, and no wrong byte reaches past one.
        text = self.arena[: self.begins[self.rows]].tobytes()
        try:
            return text.decode("utf-8", errors).split("\n")[: self.rows]
        except UnicodeDecodeError as error:
            row = int(np.searchsorted(self.begins[1 : self.rows + 1], error.start, "right"))
            word = text[self.begins[row] : self.begins[row + 1] - 1]
        raise ModelFormatError(
            f"{name}: word {row + 1:,}, {shown(word)}, is not UTF-8; word2vec.c cuts long words inside a character: "
            "give errors='replace' or errors='ignore' to read it all the same"
        )


def move_rows(matrix: NDArray[np.float32], kept: NDArray[np.int64]) -> None:
    """Move the kept rows, in ascending order, to the front, with no second copy of the matrix."""
    step = max(1, _FIRST_BYTES // (4 * matrix.shape[1]))
    for begin in range(0, len(kept), step):
        rows = kept[begin : begin + step]
        matrix[begin : begin + len(rows)] = matrix[rows]


def check_size(fail: Callable[[str], NoReturn], rows: int, size: int) -> None:
    """Refuse what a header says where it cannot be."""
    if rows < 1 or size < 1:
        fail(f"the header says {rows} words of {size} numbers; there must be at least one of each")
