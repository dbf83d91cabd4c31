"""Approximate search: a graph of neighbours, walked towards the query (Malkov and Yashunin 2018), by USearch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray
from nextword.compile import available_threads
from nextword.embedding.vectors.search import NO_ROW, Directions, unit
from nextword.errors import MissingDependencyError, SettingError


class ApproximateIndex:
    """An index over words with a direction, which answers in a fraction of an exact search's time.

    Building takes long, so it pays for thousands of questions to a store of hundreds of thousands of words. Now and
    then a neighbour is missed: recall, the share of the true ten nearest that are found, grows with the effort, and
    so does the time. The cosines of those that are found are exact.
    """

    def __init__(
        self,
        words: Sequence[str],
        directions: Directions,
        *,
        connections: int = 16,
        build_effort: int = 128,
        effort: int = 64,
        threads: int | None = None,
    ) -> None:
        """Build the index: ``connections`` of a word to others, candidates looked at to find them and to answer.

        Raises SettingError for a number below 1, MissingDependencyError without USearch.
        """
        for name, value in (("connections", connections), ("build_effort", build_effort), ("effort", effort)):
            if value < 1:
                raise SettingError(f"{name} must be 1 or more, got {value}")
        try:
            from usearch.index import Index
        except ImportError:
            raise MissingDependencyError(
                "approximate search needs USearch; pip install 'nextword[ann]', or search exactly"
            ) from None
        self._words, self._directions = words, directions
        self._threads = available_threads() if threads is None else threads
        self._index = Index(
            ndim=directions.vectors.shape[1],
            metric="cos",
            dtype="f32",
            connectivity=connections,
            expansion_add=build_effort,
            expansion_search=effort,
        )
        rows = np.flatnonzero(directions.scales)  # a row that points nowhere is nobody's neighbour
        if len(rows):
            self._index.add(rows.astype(np.uint64), directions.vectors[rows], threads=self._threads)

    def __len__(self) -> int:
        return len(self._index)

    def nearest(self, queries: FloatArray, count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows (B, count) found nearest to queries (B, E), and their cosines, best first.

        Where there are fewer, -1 and NaN stand in their place.
        """
        units = unit(queries)
        rows = np.full((len(units), count), NO_ROW, dtype=np.int64)
        cosines = np.full(rows.shape, np.nan, dtype=np.float32)
        asked = np.flatnonzero(units.any(axis=1))
        if not len(self) or not len(asked):
            return rows, cosines
        found = self._index.search(units[asked], min(count, len(self)), threads=self._threads)
        keys = np.atleast_2d(found.keys).astype(np.int64)  # one query comes back flat
        are_there = np.arange(keys.shape[1]) < np.atleast_1d(getattr(found, "counts", keys.shape[1]))[:, None]
        rows[asked, : keys.shape[1]] = np.where(are_there, keys, NO_ROW)
        vectors = self._directions.vectors[rows] * self._directions.scales[rows, None]  # (B, n, E)
        cosines = np.einsum("be,bne->bn", units, vectors)
        cosines[rows == NO_ROW] = np.nan
        order = np.argsort(-cosines, axis=1, kind="stable")  # NaN comes last
        return np.take_along_axis(rows, order, axis=1), np.take_along_axis(cosines, order, axis=1)

    def most_similar(self, vector: FloatArray, topn: int = 10) -> list[tuple[str, float]]:
        """Return the words found nearest to a vector (E,), and their cosines."""
        rows, cosines = self.nearest(vector[None], topn)
        pairs = zip(rows[0].tolist(), cosines[0].tolist(), strict=True)
        return [(self._words[row], cosine) for row, cosine in pairs if row != NO_ROW]
