"""Approximate search: words in lists of like ones, of which a query reads the nearest few, by Faiss."""

import warnings
from collections.abc import Sequence
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray
from nextword.embedding.vectors.search import NO_ROW, Directions, unit
from nextword.errors import MissingDependencyError, SettingError

SMALL = 2000
"""Stores of up to so many words are searched exactly: that is as quick."""
TRAINING_POINTS = 64
"""The lists are learned from so many words a list: more cost time, and hardly better the lists."""


class ApproximateIndex:
    """An index over the words of a store, which answers in a fraction of an exact search's time.

    Words are cut into 4 sqrt(V) lists of like ones by k-means, and a question reads ``probes`` of them: an inverted
    file (Jegou, Douze and Schmid 2011). Now and then a neighbour is missed: recall, the share of the true ten
    nearest that are found, grows with ``probes``, and so does the time. The cosines of those that are found are
    exact. The same vectors give the same index.
    """

    def __init__(self, words: Sequence[str], directions: Directions, *, probes: int = 128) -> None:
        """Build the index; raises SettingError for less than one probe, MissingDependencyError without Faiss."""
        if probes < 1:
            raise SettingError(f"probes must be 1 or more, got {probes}")
        faiss = _faiss()
        self._words, self._directions = words, directions
        self._rows = np.flatnonzero(directions.scales)  # a row that points nowhere is nobody's neighbour
        self._lists = None
        if len(self._rows) > SMALL:
            size, count = directions.vectors.shape[1], int(4 * len(self._rows) ** 0.5)
            count = min(count, len(self._rows) // TRAINING_POINTS)
            units = unit(directions.vectors[self._rows])
            self._lists = faiss.IndexIVFFlat(faiss.IndexFlatIP(size), size, count, faiss.METRIC_INNER_PRODUCT)
            self._lists.cp.max_points_per_centroid = TRAINING_POINTS
            self._lists.nprobe = min(probes, count)
            self._lists.train(units)
            self._lists.add(units)

    def __len__(self) -> int:
        return len(self._rows)

    def nearest(self, queries: FloatArray, count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows (B, count) found nearest to queries (B, E), and their cosines, best first.

        Where there are fewer, -1 and NaN stand in their place.
        """
        units = unit(queries)
        asked = np.flatnonzero(units.any(axis=1))
        if self._lists is None or count > len(self) or not len(asked):
            return self._directions.nearest(units, count)
        rows = np.full((len(units), count), NO_ROW, dtype=np.int64)
        _, places = self._lists.search(units[asked], count)  # -1 where the lists held fewer
        rows[asked] = np.where(places < 0, NO_ROW, self._rows[places])
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


def _faiss() -> ModuleType:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of the tool that made its bindings
            import faiss
    except ImportError:
        raise MissingDependencyError(
            "approximate search needs Faiss; pip install 'nextword[ann]', or search exactly"
        ) from None
    module: ModuleType = faiss
    return module
