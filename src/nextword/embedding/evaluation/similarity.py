"""The similarity test: do the vectors hold the same pairs of words for similar as people do?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import BoolArray, FloatArray
from nextword.embedding.evaluation.folding import FoldedWords
from nextword.embedding.evaluation.questions import Judgment, read_judgments
from nextword.embedding.vectors.neighbours import Neighbours
from nextword.embedding.vectors.search import unit
from nextword.errors import SettingError


@dataclass(frozen=True, slots=True)
class SimilarityReport:
    """The outcome of a similarity test."""

    spearman: float | None
    """The rank correlation with people's judgments, -1..1; None where it has no value: fewer than two pairs, or all
    alike."""
    pairs: int
    """Pairs of which both words have vectors: the correlation is over these."""
    oov: int
    """Pairs left out, since a word has none."""

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as JSON says it."""
        return {"spearman": self.spearman, "pairs": self.pairs, "oov": self.oov}


def evaluate_similarity(
    vectors: Neighbours,
    judgments: str | Path | Sequence[Judgment],
    *,
    restrict: int | None = None,
    fold_case: bool = True,
) -> SimilarityReport:
    """Compare cosines with judgments, from a file or as `read_judgments` returns them, by Spearman's correlation.

    Words are told apart in upper case unless ``fold_case`` is off, and the most frequent spelling counts. With
    ``restrict`` only so many of the most frequent words are known.

    Raises InputError for a malformed file, SettingError for a ``restrict`` below 1.
    """
    if restrict is not None and restrict < 1:
        raise SettingError(f"restrict must be 1 or more, got {restrict}")
    pairs = read_judgments(judgments) if isinstance(judgments, str | Path) else list(judgments)
    cosines, known = pair_cosines(vectors, pairs, FoldedWords(vectors, restrict, fold=fold_case))
    scores = np.array([pair.score for pair in pairs])[known]
    return SimilarityReport(spearman(cosines, scores), int(known.sum()), int((~known).sum()))


def pair_cosines(
    vectors: Neighbours, pairs: Sequence[Judgment], words: FoldedWords
) -> tuple[NDArray[np.float32], BoolArray]:
    """Return the cosine of each pair (k,) of which both words are known, and which of the n pairs these are, (n,)."""
    asked = [words.rows((pair.first, pair.second)) for pair in pairs]
    rows = np.array(asked, dtype=np.int64).reshape(-1, 2)  # (n, 2)
    known: BoolArray = np.all(rows >= 0, axis=1)
    one, other = (unit(vectors.vectors[column]) for column in rows[known].T)  # (k, E) each
    cosines: NDArray[np.float32] = np.einsum("ke,ke->k", one, other)
    return cosines, known


def spearman(one: FloatArray, other: FloatArray) -> float | None:
    """Return the correlation of the ranks of numbers (n,) with those of others, or None where there is none.

    >>> spearman(np.array([1.0, 2.0, 3.0]), np.array([10.0, 200.0, 30.0]))
    0.5
    """
    if len(one) < 2:
        return None
    a, b = (ranks(numbers) - (len(one) + 1) / 2 for numbers in (one, other))
    spread = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / spread if spread > 0 else None


def ranks(numbers: FloatArray) -> NDArray[np.float64]:
    """Return the ranks (n,) of numbers from 1; equal numbers share the mean of theirs.

    >>> ranks(np.array([0.5, 0.1, 0.5])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, inverse, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    result: NDArray[np.float64] = (last - (counts - 1) / 2)[inverse]
    return result
