"""The two matrices of word2vec: W, by which words are context, and W', by which they are predicted."""

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.word2vec.draws import uniform_rows

LANES = 16
ALIGNMENT = 64
"""Rows begin at cache lines."""


class Matrix:
    """V rows of E numbers for the kernels: rows padded with zeros to whole vectors, and a row of zeros behind all."""

    def __init__(self, V: int, E: int) -> None:
        self.width = self.width_of(E)
        self.flat = _aligned_zeros((V + 1) * self.width)
        """((V + 1) * width,)"""
        self.padded = self.flat.reshape(V + 1, self.width)
        self.rows = self.padded[:V, :E]
        """(V, E), a view."""

    @staticmethod
    def width_of(E: int) -> int:
        """Return how many numbers lie between the beginnings of two rows."""
        return -(-E // LANES) * LANES

    @classmethod
    def holding(cls, rows: NDArray[np.float32]) -> "Matrix":
        """Return a matrix with these rows, (V, E)."""
        matrix = cls(*rows.shape)
        matrix.rows[:] = rows
        return matrix

    @classmethod
    def random(cls, V: int, E: int, *seeds: int) -> "Matrix":
        """Return a matrix of numbers drawn evenly from -1/E to 1/E."""
        matrix = cls(V, E)
        uniform_rows(matrix.rows, *seeds)
        return matrix


def _aligned_zeros(size: int) -> NDArray[np.float32]:
    raw = np.zeros(size + ALIGNMENT // 4, dtype=np.float32)
    skipped = (-raw.ctypes.data % ALIGNMENT) // 4
    return raw[skipped : skipped + size]
