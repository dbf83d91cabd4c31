"""An analogy as a picture of it needs it: the answers, and what became of the question's own words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.vectors.search import NO_ROW, unit
from nextword.embedding.vectors.vectors import WordVectors


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Analogy:
    """a is to b as c is to what? The words nearest to c - a + b, by cosine (3CosAdd)."""

    question: NDArray[np.int64]
    """The rows of a, b and c."""
    answers: NDArray[np.int64]
    """The rows of the nearest words that are none of the question's."""
    similarities: NDArray[np.float32]
    """The cosine of each answer with c - a + b."""
    ranks: NDArray[np.int64]
    """Where a, b and c would stand among the answers if they were let in; 1 is the first."""
    own_similarities: NDArray[np.float32]
    """The cosines of a, b and c with c - a + b."""


def solve(vectors: WordVectors, words: tuple[str, ...], k: int = 5) -> Analogy:
    """Answer an analogy of three words (a, b, c) with the ``k`` nearest words.

    The three vectors are brought to length 1 first. The question's words are set aside, as is usual: c is often
    the nearest of all, and saying so is part of an honest picture (Levy and Goldberg 2014; Linzen 2016).
    Raises VocabularyError for a word without a vector.
    """
    question = np.array([vectors.get_index(word) for word in words], dtype=np.int64)
    a, b, c = unit(vectors.vectors[question])  # (E,) each
    direction = unit((c - a + b)[None])  # (1, E)
    cosines = vectors.directions.similarities(direction)[0]  # (V,)
    own = cosines[question]
    excluded = [question.tolist()]
    answers, similarities = vectors.directions.nearest(direction, k, excluded=excluded)  # (1, k) each
    found = answers[0] != NO_ROW
    return Analogy(
        question=question,
        answers=answers[0][found],
        similarities=similarities[0][found],
        ranks=1 + (cosines[None] > own[:, None]).sum(axis=1),
        own_similarities=own,
    )
