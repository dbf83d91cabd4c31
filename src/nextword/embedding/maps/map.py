"""Words laid on a plane."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.maps import layouts, planes
from nextword.embedding.maps.analogy import Analogy, solve
from nextword.embedding.maps.settings import MOST, MapSettings, Method
from nextword.embedding.vectors.search import NO_ROW, unit
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import SettingError


@dataclass(frozen=True, kw_only=True, eq=False)
class WordMap:
    """N words with their places on a plane and their nearest neighbours in the original space."""

    vectors: WordVectors
    rows: NDArray[np.int64]
    """(N,), the rows of the words in ``vectors``, rising: the most frequent first."""
    positions: NDArray[np.float64]
    """(N, 2), across and up."""
    neighbours: NDArray[np.int64]
    """(N, k), rows of the nearest words of the whole vocabulary by cosine, the nearest first; -1 for none."""
    cosines: NDArray[np.float32]
    """(N, k), the cosine of each neighbour, NaN for none."""
    method: Method
    explained: tuple[float, float] | None
    """The shares of the variance along the two axes, for the methods that have axes."""
    analogy: Analogy | None
    target: NDArray[np.float64] | None
    """(2,), where c - a + b falls; where the layout has no such place, that of the first answer."""

    @property
    def words(self) -> list[str]:
        """The words shown."""
        return [self.vectors.words[row] for row in self.rows]

    @property
    def counts(self) -> NDArray[np.int64] | None:
        """(N,), how often each word shown occurred, where that is known."""
        return None if self.vectors.counts is None else self.vectors.counts[self.rows]

    def place(self, row: int) -> NDArray[np.float64]:
        """Return the position (2,) of a word that is shown, by its row in the vectors."""
        position: NDArray[np.float64] = self.positions[np.searchsorted(self.rows, row)]
        return position

    def html(self) -> str:
        """Return the map as one page that needs nothing beside it and no network."""
        from nextword.embedding.maps.page import page

        return page(self)

    def png(self) -> bytes:
        """Return the map as an image. Raises MissingDependencyError without matplotlib."""
        from nextword.embedding.maps.picture import picture

        return picture(self)


def map_words(vectors: WordVectors, **settings: Any) -> WordMap:
    """Lay words on a plane; the settings are those of `MapSettings`.

    Vectors are brought to length 1 first, so that the picture shows what cosines see. Raises VocabularyError for
    words that have no vector, SettingError for fewer than two words or too many, MissingDependencyError where
    t-SNE or UMAP is not installed.

    >>> vectors = WordVectors(["red", "blue", "one"], np.eye(3, dtype=np.float32))
    >>> map_words(vectors, neighbours=1).positions.shape
    (3, 2)
    """
    asked = MapSettings(**settings)
    analogy = solve(vectors, asked.analogy) if asked.analogy else None
    rows = _choose(vectors, asked, analogy)
    points = unit(vectors.vectors[rows]).astype(np.float64)  # (N, E)
    positions, explained, target = _lay_out(points, rows, asked, analogy)
    neighbours, cosines = _nearest(vectors, rows, asked.neighbours)
    return WordMap(
        vectors=vectors,
        rows=rows,
        positions=positions,
        neighbours=neighbours,
        cosines=cosines,
        method=asked.layout,
        explained=explained,
        analogy=analogy,
        target=target,
    )


def _choose(vectors: WordVectors, asked: MapSettings, analogy: Analogy | None) -> NDArray[np.int64]:
    """Return the rows of the words to show, rising, each once."""
    parts: list[Iterable[int]] = [
        range(min(asked.frequent, len(vectors))),
        map(vectors.get_index, asked.words),
    ]
    if asked.around:
        centres = np.array([vectors.get_index(word) for word in asked.around], dtype=np.int64)
        parts += [centres, _nearest(vectors, centres, asked.near)[0].ravel()]
    if analogy is not None:
        parts += [analogy.question, analogy.answers]
    rows = np.array(sorted(set(chain.from_iterable(parts)) - {NO_ROW}), dtype=np.int64)
    if not 2 <= len(rows) <= MOST:
        raise SettingError(
            f"a map shows 2 to {MOST:,} words, got {len(rows):,}; choose others, or another number"
        )
    return rows


def _nearest(
    vectors: WordVectors, rows: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the rows of the words nearest to each of some, not itself, and their cosines, both (N, k)."""
    k = min(k, len(vectors) - 1)
    return vectors.directions.nearest(vectors.vectors[rows], k, excluded=[[row] for row in rows.tolist()])


def _lay_out(
    points: NDArray[np.float64], rows: NDArray[np.int64], asked: MapSettings, analogy: Analogy | None
) -> tuple[NDArray[np.float64], tuple[float, float] | None, NDArray[np.float64] | None]:
    """Return the positions, the shares of variance, and where the analogy's arrow ends."""
    question = None if analogy is None else points[np.searchsorted(rows, analogy.question)]  # (3, E)
    if asked.layout in ("tsne", "umap"):
        positions = getattr(layouts, asked.layout)(points, asked.seed)
        if analogy is None or not len(analogy.answers):
            return positions, None, None
        return positions, None, positions[np.searchsorted(rows, analogy.answers[0])]
    axes = planes.principal_axes(points)
    if asked.layout == "analogy" and question is not None:
        axes = planes.analogy_axes(points, *question)
    centre = points.mean(axis=0)
    positions = (points - centre) @ axes.T  # (N, 2)
    target = None
    if question is not None:
        a, b, c = question
        target = (c - a + b - centre) @ axes.T
    return positions, planes.explained(points, axes), target
