"""Words in arrays: found, and read one by one, without all of them being made into Python's strings."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray

from nextword.errors import ModelFormatError, VocabularyError, shown

MOST_ALIKE = 8
"""Words that may share a hash of 64 bits: two never do by chance, more only in a file made to be slow."""

CHUNK = 1 << 14
"""Words whose bounds are turned into Python's numbers at once."""


class WordTable(Sequence[str]):
    """V words as one array of UTF-8 bytes, with an index sorted by hash that finds the row of a word.

    The arrays may be mapped from a file of a stranger: what is not in order is reported when it is touched, and
    `check` looks at everything.
    """

    def __init__(
        self,
        text: NDArray[np.uint8],
        starts: NDArray[np.int64],
        hashes: NDArray[np.uint64],
        rows: NDArray[np.int32],
    ) -> None:
        self.text = text
        """The bytes of all words, one after the other."""
        self.starts = starts
        """(V + 1,), where each word begins in ``text``, and where the last one ends."""
        self.hashes = hashes
        """(V,), the hash of every word, sorted."""
        self.rows = rows
        """(V,), the row of the word with each of these hashes."""

    @classmethod
    def build(cls, words: Iterable[str]) -> "WordTable":
        """Return the table of some words; raises VocabularyError for one that stands twice or is no text."""
        if isinstance(words, cls):
            return words
        encoded = [_encoded(word) for word in words]
        if len(set(encoded)) < len(encoded):
            raise VocabularyError(
                f"the word {shown(_repeated(encoded))} stands twice; give every word one vector"
            )
        starts = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(word) for word in encoded], out=starts[1:])
        hashes = np.array([_hash(word) for word in encoded], dtype=np.uint64)
        rows = np.argsort(hashes, kind="stable").astype(np.int32)
        text = np.frombuffer(b"".join(encoded), dtype=np.uint8)
        return cls(text, starts, hashes[rows], rows)

    def find(self, word: str) -> int:
        """Return the row of a word, or -1."""
        try:
            key = word.encode("utf-8")
        except UnicodeEncodeError:
            return -1
        wanted = np.uint64(_hash(key))
        first = int(np.searchsorted(self.hashes, wanted))
        for place in range(first, min(first + MOST_ALIKE, len(self))):
            if self.hashes[place] != wanted:
                return -1
            row = int(self.rows[place])
            if 0 <= row < len(self) and self._bytes(row) == key:
                return row
        return -1

    def check(self) -> None:
        """Read everything; raises ModelFormatError unless all words are different texts that can be found."""
        self._check_starts()
        try:
            words = list(self._decoded("strict"))
        except UnicodeDecodeError as error:
            raise ModelFormatError(f"a word is not UTF-8: {error}") from None
        built = np.array([_hash(word.encode()) for word in words], dtype=np.uint64)
        rows = np.argsort(built, kind="stable")
        if len(set(words)) < len(words):
            raise ModelFormatError(f"the word {shown(_repeated(words))} stands twice")
        if not (np.array_equal(self.hashes, built[rows]) and np.array_equal(self.rows, rows)):
            raise ModelFormatError("the index of the words does not find them")

    def __len__(self) -> int:
        return len(self.hashes)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self[each] for each in range(*row.indices(len(self)))]
        if not -len(self) <= row < len(self):
            raise IndexError(f"row {row} of {len(self)} words")
        return self._bytes(row % len(self)).decode("utf-8", "replace")

    def __iter__(self) -> Iterator[str]:
        self._check_starts()
        return self._decoded("replace")

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.find(word) >= 0

    def _bytes(self, row: int) -> bytes:
        begin, end = int(self.starts[row]), int(self.starts[row + 1])
        if not 0 <= begin <= end <= len(self.text):
            raise ModelFormatError(f"word {row} lies at bytes {begin} to {end} of {len(self.text)}")
        return self.text[begin:end].tobytes()

    def _decoded(self, errors: str) -> Iterator[str]:
        text = self.text.data
        for first in range(0, len(self), CHUNK):
            for begin, end in pairwise(self.starts[first : first + CHUNK + 1].tolist()):
                yield str(text[begin:end], "utf-8", errors)

    def _check_starts(self) -> None:
        """Raise ModelFormatError unless the words lie one after the other."""
        starts = self.starts
        if starts[0] != 0 or starts[-1] != len(self.text) or np.any(starts[1:] < starts[:-1]):
            raise ModelFormatError("the words do not lie one after the other")


def _encoded(word: str) -> bytes:
    try:
        return word.encode("utf-8")
    except UnicodeEncodeError:
        raise VocabularyError(f"{shown(word)} is no text: it holds half a character") from None


def _hash(word: bytes) -> int:
    """Return the hash of a word: BLAKE2b of 8 bytes, which nobody can make two words share."""
    return int.from_bytes(blake2b(word, digest_size=8).digest(), "little")


def _repeated(words: Sequence[str | bytes]) -> str | bytes:
    seen: set[str | bytes] = set()
    for word in words:
        if word in seen:
            break
        seen.add(word)
    return word.decode() if isinstance(word, bytes) else word
