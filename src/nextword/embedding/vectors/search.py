"""Exact search: which rows point most nearly where a query points, by blocks of a matrix product."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray, IntArray

Vectors = NDArray[np.float32]

FIRST_BLOCK = 1024
"""Rows that are sorted outright: after them only what beats a query's worst neighbour is looked at."""
BLOCK = 8192
"""Rows at once for many queries; few queries take more, since each product of matrices has to wake the threads."""
QUERY_CELLS = 1 << 22
"""Queries are taken in groups, so that their similarities to a block are at most so many numbers (16 MiB)."""
NO_ROW = -1
"""Stands for a neighbour where there are fewer than were asked for."""


@dataclass(frozen=True, slots=True)
class Directions:
    """Vectors and what makes each of them one long; a row of zeros, NaN or infinities points nowhere."""

    vectors: Vectors
    """(V, E)."""
    norms: NDArray[np.float32]
    """(V,), the Euclidean lengths."""
    scales: NDArray[np.float32]
    """(V,), one over the length, or 0 for a row that points nowhere."""

    @classmethod
    def of(cls, vectors: Vectors) -> "Directions":
        """Measure vectors, in double precision: the squares of small and of large numbers are no single ones."""
        norms = np.empty(len(vectors), dtype=np.float32)
        with np.errstate(over="ignore", invalid="ignore"):
            for begin in range(0, len(vectors), BLOCK):
                block = vectors[begin : begin + BLOCK].astype(np.float64)
                norms[begin : begin + BLOCK] = np.sqrt(np.einsum("ve,ve->v", block, block))
        with np.errstate(divide="ignore", over="ignore"):
            scales = np.float32(1) / norms
        scales[~(np.isfinite(scales) & (scales > 0))] = 0
        return cls(vectors, norms, scales)

    def similarities(self, queries: Vectors, begin: int = 0, end: int | None = None) -> NDArray[np.float32]:
        """Return the cosines (B, end - begin) between queries (B, E) of length one and rows.

        Those of a row that points nowhere are 0.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            cosines: NDArray[np.float32] = queries @ self.vectors[begin:end].T  # (B, n)
            cosines *= self.scales[begin:end]
        cosines[:, self.scales[begin:end] == 0] = 0
        return cosines

    def nearest(
        self,
        queries: Vectors,
        count: int,
        *,
        begin: int = 0,
        end: int | None = None,
        excluded: Sequence[Sequence[int]] | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows (B, count) of begin..end most similar to each query (B, E), and their cosines.

        Queries are taken by their direction; ``excluded`` are the rows that each may not have. Equal cosines are in
        the order of their rows. Where there are fewer, -1 and NaN stand in their place.
        """
        end = len(self.vectors) if end is None else min(end, len(self.vectors))
        group = max(1, QUERY_CELLS // max(BLOCK, count))
        rows = np.full((len(queries), count), NO_ROW, dtype=np.int64)
        cosines = np.full((len(queries), count), -np.inf, dtype=np.float32)
        for first in range(0, len(queries), group):
            part = slice(first, first + group)
            best = _Best(rows[part], cosines[part])
            banned = _pairs(excluded[part] if excluded is not None else [])
            units = unit(queries[part])
            nowhere = ~units.any(axis=1)
            for low, high in _blocks(begin, end, max(BLOCK, QUERY_CELLS // len(units))):
                found = self.similarities(units, low, high)
                found[:, self.scales[low:high] == 0] = -np.inf
                found[nowhere] = -np.inf
                inside = (banned[1] >= low) & (banned[1] < high)
                found[banned[0][inside], banned[1][inside] - low] = -np.inf
                best.add(found, low)
        cosines[rows == NO_ROW] = np.nan
        return rows, cosines


class _Best:
    """The best so far of every query, best first."""

    def __init__(self, rows: NDArray[np.int64], cosines: NDArray[np.float32]) -> None:
        self.rows, self.cosines = rows, cosines  # (B, k), filled in place

    def add(self, found: NDArray[np.float32], first_row: int) -> None:
        """Take what is better from the cosines (B, n) of the next rows."""
        count = self.rows.shape[1]
        better = np.flatnonzero(found > self.cosines[:, -1:])  # faster than to ask for pairs of indices
        if not len(better):
            return
        query, place = np.divmod(better, found.shape[1])
        each = np.bincount(query, minlength=len(found))
        column = count + np.arange(len(query)) - np.repeat(np.cumsum(each) - each, each)
        shape = (len(found), count + int(each.max()))
        rows = np.full(shape, NO_ROW, dtype=np.int64)
        cosines = np.full(shape, -np.inf, dtype=np.float32)
        rows[:, :count], cosines[:, :count] = self.rows, self.cosines
        rows[query, column], cosines[query, column] = first_row + place, found[query, place]
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
        self.rows[:] = np.take_along_axis(rows, order, axis=1)
        self.cosines[:] = np.take_along_axis(cosines, order, axis=1)


def best_of(scores: NDArray[np.float32], count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the places (count,) of the highest scores (n,), best first, and the scores; -inf is nobody's."""
    rows = np.full((1, count), NO_ROW, dtype=np.int64)
    best = np.full((1, count), -np.inf, dtype=np.float32)
    _Best(rows, best).add(scores[None], 0)
    return rows[0], best[0]


def unit(vectors: FloatArray) -> Vectors:
    """Return vectors (B, E) with a length of one, and zeros for those that point nowhere.

    >>> unit(np.array([[3, 4], [0, 0], [np.nan, 1]], dtype=np.float32)).round(2).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0], [0.0, 0.0]]
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        wide = np.asarray(vectors, dtype=np.float64)
        scaled = wide / np.sqrt(np.einsum("be,be->b", wide, wide))[:, None]
    scaled[~np.isfinite(scaled).all(axis=1)] = 0
    result: Vectors = scaled.astype(np.float32)
    return result


def _blocks(begin: int, end: int, width: int) -> Sequence[tuple[int, int]]:
    bounds = [begin, *range(begin + FIRST_BLOCK, end, width), end]
    return [(low, high) for low, high in pairwise(bounds) if low < high]


def _pairs(excluded: Sequence[Sequence[int]]) -> tuple[IntArray, IntArray]:
    """Return lists of rows, one a query, as pairs of query and row."""
    sizes = [len(rows) for rows in excluded]
    flat = [row for rows in excluded for row in rows]
    return np.repeat(np.arange(len(sizes)), sizes), np.array(flat, dtype=np.int64)
