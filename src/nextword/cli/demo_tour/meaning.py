"""What the tour asks of vectors: neighbours, analogies that work and that do not, and the table by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nextword.embedding.handmade import FEATURES, handmade_vectors
from nextword.embedding.maps.analogy import solve
from nextword.embedding.one_hot import one_hot
from nextword.embedding.vectors.vectors import WordVectors

WORDS = ("string", "list", "file", "error", "directory", "true", "first", "returns")
NEIGHBOURS = 5
ANALOGIES = (
    ("file", "files", "object", "objects"),
    ("return", "returns", "raise", "raises"),
    ("open", "close", "start", "stop"),
    ("read", "write", "input", "output"),
)
"""Two of grammar, which a small text can teach, and two of meaning, for which it may be too small."""
ROYAL = ("man", "woman", "king")
ASKED = "queen"


@dataclass(frozen=True)
class Neighbours:
    """A word and the nearest others, with their cosines."""

    word: str
    neighbours: list[tuple[str, float]]

    def as_dict(self) -> dict[str, Any]:
        """Return the neighbours as JSON has them."""
        return {"word": self.word, "neighbours": named(self.neighbours)}


@dataclass(frozen=True)
class Answered:
    """An analogy with the best answers, the wanted one's rank, and the question's words, which cannot be answers."""

    question: tuple[str, str, str]
    wanted: str
    answers: list[tuple[str, float]]
    rank: int
    """Of the wanted word, among all that can be answers."""
    excluded: list[tuple[str, int]]
    """The question's own words, and the rank each would have if it could be an answer."""

    def as_dict(self) -> dict[str, Any]:
        """Return the analogy as JSON has it."""
        return {
            "question": list(self.question),
            "wanted": self.wanted,
            "rank": self.rank,
            "answers": named(self.answers),
            "excluded": [{"word": word, "rank": rank} for word, rank in self.excluded],
        }


@dataclass(frozen=True)
class Handmade:
    """The lecture's table, beside one-hot vectors of its words."""

    vectors: WordVectors
    one_hot: Sequence[Sequence[int]]
    neighbours: list[tuple[str, float]]
    """Of ``ASKED``."""
    answer: str
    """To the analogy of ``ROYAL``."""

    def as_dict(self) -> dict[str, Any]:
        """Return the table as JSON has it."""
        rows = zip(self.vectors.words, self.vectors.vectors.tolist(), strict=True)
        return {
            "features": list(FEATURES),
            "words": dict(rows),
            "similar": {"word": ASKED, "neighbours": named(self.neighbours)},
            "analogy": {"question": list(ROYAL), "answer": self.answer},
        }


def named(found: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
    """Return words and cosines as JSON has them."""
    return [{"word": word, "similarity": similarity} for word, similarity in found]


def nearest(vectors: WordVectors) -> list[Neighbours]:
    """Return the neighbours of those of ``WORDS`` that have a vector; of the most frequent words where none has."""
    asked = [word for word in WORDS if word in vectors] or list(vectors.words[: len(WORDS)])
    return [Neighbours(word, vectors.most_similar(word, topn=NEIGHBOURS)) for word in asked]


def analogies(vectors: WordVectors) -> list[Answered]:
    """Answer those of ``ANALOGIES`` of which all four words have a vector."""
    return [
        _answer(vectors, (a, b, c), wanted)
        for a, b, c, wanted in ANALOGIES
        if all(word in vectors for word in (a, b, c, wanted))
    ]


def by_hand() -> Handmade:
    """Return the table by hand, and what can be asked of it and not of one-hot vectors."""
    table = handmade_vectors()
    places = one_hot(table.words, table.words).astype(int).tolist()
    a, b, c = ROYAL
    answer = table.most_similar([b, c], [a], topn=1)[0][0]
    return Handmade(table, places, table.most_similar(ASKED, topn=3), answer)


def _answer(vectors: WordVectors, question: tuple[str, str, str], wanted: str) -> Answered:
    solved = solve(vectors, question, k=len(vectors))
    answers = [
        (vectors.words[row], float(cosine))
        for row, cosine in zip(solved.answers[:NEIGHBOURS], solved.similarities, strict=False)
    ]
    rank = 1 + int(np.flatnonzero(solved.answers == vectors.get_index(wanted))[0])
    excluded = sorted(zip(question, solved.ranks.tolist(), strict=True), key=lambda pair: pair[1])
    return Answered(question, wanted, answers, rank, excluded)
