"""The words of an ARPA file: bytes to ids and back."""

from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nextword.text.kernels import enter_chunks
from nextword.text.vocabulary import SPECIAL_TOKENS

Scalar = TypeVar("Scalar", bound=np.generic)


class WordTable:
    """A table that gives each word an id: 0 to 2 the special tokens, then others in the file's order."""

    def __init__(self, capacity: int = 1 << 12) -> None:
        specials = [token.encode() for token in SPECIAL_TOKENS]
        self.known = len(specials)
        self.slots: NDArray[np.int32] = np.zeros(2 * capacity, dtype=np.int32)
        self.hashes: NDArray[np.uint64] = np.zeros(capacity, dtype=np.uint64)
        self.begins: NDArray[np.int64] = np.zeros(capacity + 1, dtype=np.int64)
        self.begins[1 : 1 + self.known] = np.cumsum([len(token) for token in specials])
        self.arena: NDArray[np.uint8] = np.zeros(16 * capacity, dtype=np.uint8)
        joined = np.frombuffer(b"".join(specials), dtype=np.uint8)
        self.arena[: len(joined)] = joined
        for word, token in enumerate(specials):
            self.hashes[word] = _hash(token)
        self.log_probs: NDArray[np.float64] = np.full(capacity, np.nan)
        """(capacity,): natural; NaN for words that have had no line yet."""
        self.backoffs: NDArray[np.float64] = np.zeros(capacity)
        self._enter()

    @property
    def arrays(self) -> tuple[NDArray[np.int32], NDArray[np.uint64], NDArray[np.int64], NDArray[np.uint8]]:
        """The slots, hashes, begins and bytes, as the kernels take them."""
        return self.slots, self.hashes, self.begins, self.arena

    def grow(self, word_bytes: int) -> None:
        """Double the table, and make room for one more word of so many bytes at least."""
        capacity = 2 * len(self.hashes)
        self.hashes = _extended(self.hashes, capacity)
        self.begins = _extended(self.begins, capacity + 1)
        self.arena = _extended(self.arena, 2 * len(self.arena) + word_bytes)
        fresh = capacity - len(self.log_probs)
        self.log_probs = np.concatenate([self.log_probs, np.full(fresh, np.nan)])
        self.backoffs = _extended(self.backoffs, capacity)
        self.slots = np.zeros(2 * capacity, dtype=np.int32)
        self._enter()

    def tokens(self) -> list[str]:
        """Return the words by id."""
        text = self.arena[: self.begins[self.known]].tobytes()
        begins = self.begins[: self.known + 1].tolist()
        return [text[begin:end].decode() for begin, end in pairwise(begins)]

    def _enter(self) -> None:
        # `enter_chunks` numbers from 1, as the slots do.
        enter_chunks(self.slots, np.concatenate([self.hashes[:1], self.hashes]), self.known)


def _extended(array: NDArray[Scalar], size: int) -> NDArray[Scalar]:
    larger = np.zeros(size, dtype=array.dtype)
    larger[: len(array)] = array
    return larger


def _hash(token: bytes) -> int:
    """Return the 64-bit FNV-1a hash of a word, folded as the kernels fold it."""
    digest = 14695981039346656037
    for byte in token:
        digest = (digest ^ byte) * 1099511628211 % 2**64
    return digest ^ digest >> 32
