"""The table of the tour's vectors: word2vec by architecture and objective, on the sentences of the n-grams."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from nextword.arrays import IntArray
from nextword.cli.demo_tour.parts import Parts
from nextword.embedding.vectors.analogies import answer_analogies
from nextword.embedding.vectors.vectors import WordVectors
from nextword.embedding.word2vec.model import Word2Vec
from nextword.embedding.word2vec.progress import Progress
from nextword.embedding.word2vec.settings import Architecture, Objective, Word2VecSettings
from nextword.embedding.word2vec.softmax import softmax_cost
from nextword.embedding.word2vec.train import start
from nextword.embedding.word2vec.training import Training
from nextword.text.corpus import Corpus

EPOCHS = 15
"""A small text is read more often than a large one."""
ARCHITECTURES: tuple[Architecture, ...] = ("cbow", "skipgram")
OBJECTIVES: tuple[Objective, ...] = ("negative-sampling", "hierarchical-softmax")
SETTINGS = tuple(
    Word2VecSettings(architecture=architecture, objective=objective, epochs=EPOCHS, deterministic=True)
    for architecture, objective in product(ARCHITECTURES, OBJECTIVES)
)
"""One thread trains, so that every tour finds the same; the full softmax would take minutes."""
SHORTEST, LEAST_SEEN = 4, 10
"""Of shorter words (as, his) the s is no ending, and of rarer ones there is too little to learn."""


@dataclass(frozen=True, eq=False)
class VectorRow:
    """One training, and how many analogies its vectors answer."""

    model: Word2Vec
    text_words: int
    first: Progress
    """At the end of the first epoch."""
    last: Progress
    seconds: float
    questions: int
    right: int

    @property
    def accuracy(self) -> float | None:
        """The share of questions that are answered right; None where the text is too small for any."""
        return self.right / self.questions if self.questions else None

    def as_dict(self) -> dict[str, Any]:
        """Return the row as JSON has it."""
        settings = self.model.settings
        return {
            "architecture": settings.architecture,
            "objective": settings.objective,
            "epochs": settings.epochs,
            "size": settings.size,
            "first_loss": self.first.loss,
            "loss": self.last.loss,
            "words": self.last.words,
            "words_per_second": round(self.last.words_per_second),
            "seconds": round(self.seconds, 4),
            "analogies": {"questions": self.questions, "right": self.right, "accuracy": self.accuracy},
        }


def measure_vectors(parts: Parts) -> Iterator[VectorRow]:
    """Train each of ``SETTINGS`` and yield it as soon as it is there."""
    _warm_up(parts)
    for settings in SETTINGS:
        yield _row(parts.corpus, settings)


def best_vectors(rows: Sequence[VectorRow]) -> VectorRow:
    """Return the training whose vectors answer most, the first of those that answer as many."""
    return max(rows, key=lambda row: row.right)


def softmax_speed(row: VectorRow) -> float:
    """Return how many centre words a second the full softmax would train here, from one step of it."""
    return softmax_cost(len(row.model.words), row.model.settings.size)


def ending_questions(vectors: WordVectors) -> IntArray:
    """Return the rows of file, files, string, strings and of all other such questions, (Q, 4)."""
    counts = np.zeros(len(vectors)) if vectors.counts is None else vectors.counts
    often = {word: row for row, word in enumerate(vectors.words) if counts[row] >= LEAST_SEEN}
    found = [(row, often.get(f"{word}s", -1)) for word, row in often.items() if len(word) >= SHORTEST]
    pairs = np.array([pair for pair in found if pair[1] >= 0], dtype=np.int64).reshape(-1, 2)  # (P, 2)
    first, second = np.nonzero(~np.eye(len(pairs), dtype=bool))
    return np.column_stack([pairs[first], pairs[second]])


def _row(corpus: Corpus, settings: Word2VecSettings) -> VectorRow:
    began = time.perf_counter()
    # The training takes over the memory of the ids, and the next one needs them too.
    model, sentences = start(replace(corpus, ids=corpus.ids.copy()), settings)
    epochs = [step for step in Training(model, sentences) if step.ends_epoch]
    seconds = time.perf_counter() - began
    vectors = model.vectors()
    questions = ending_questions(vectors)
    answers, _ = answer_analogies(vectors.directions, questions[:, :3])
    right = int(np.count_nonzero(answers == questions[:, 3]))
    return VectorRow(model, len(sentences.words), epochs[0], epochs[-1], seconds, len(questions), right)


def _warm_up(parts: Parts) -> None:
    """Compile the kernels on a little text, so that the seconds in the table are those of the training."""
    for settings in SETTINGS:
        _row(Corpus(parts.corpus.tokenizer, parts.tune_ids), replace(settings, epochs=1))
