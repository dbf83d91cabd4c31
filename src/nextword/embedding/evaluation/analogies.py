"""The analogy test: king is to man as queen to what?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np

from nextword.arrays import BoolArray, IntArray
from nextword.embedding.evaluation.folding import FoldedWords
from nextword.embedding.evaluation.questions import Section, read_analogies
from nextword.embedding.vectors.analogies import Method, answer_analogies
from nextword.embedding.vectors.neighbours import Neighbours
from nextword.errors import SettingError

RESTRICT = 30_000
"""Words and answers are among so many of the most frequent, as in word2vec's own test."""


@dataclass(frozen=True, slots=True)
class SectionResult:
    """What became of the questions of one section, or of several."""

    name: str
    is_syntactic: bool
    questions: int
    seen: int
    """Questions of which all four words are among those asked; the others are skipped."""
    correct: int
    """By 3CosAdd."""
    correct_mul: int
    """By 3CosMul."""

    @property
    def accuracy(self) -> float | None:
        """The share of the seen questions answered right by 3CosAdd; None where none was seen."""
        return self.correct / self.seen if self.seen else None

    @property
    def accuracy_mul(self) -> float | None:
        """The share of the seen questions answered right by 3CosMul; None where none was seen."""
        return self.correct_mul / self.seen if self.seen else None


@dataclass(frozen=True, slots=True)
class AnalogyReport:
    """The outcome of an analogy test."""

    restrict: int
    """N, how many of the most frequent words were asked."""
    sections: list[SectionResult]

    @property
    def total(self) -> SectionResult:
        """All sections together."""
        return _sum("total", self.sections)

    @property
    def semantic(self) -> SectionResult:
        """The sections about meaning."""
        return _sum("semantic", [section for section in self.sections if not section.is_syntactic])

    @property
    def syntactic(self) -> SectionResult:
        """The sections about grammar."""
        return _sum("syntactic", [section for section in self.sections if section.is_syntactic])

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as JSON says it; accuracies are shares of one, by 3CosAdd unless named ``mul``."""
        parts = (self.total, self.semantic, self.syntactic)
        names = ("accuracy", "semantic", "syntactic")
        return {
            **{name: part.accuracy for name, part in zip(names, parts, strict=True)},
            "mul": {name: part.accuracy_mul for name, part in zip(names, parts, strict=True)},
            "seen": self.total.seen,
            "questions": self.total.questions,
            "restrict": self.restrict,
            "sections": [
                {
                    "section": section.name,
                    "accuracy": section.accuracy,
                    "accuracy_mul": section.accuracy_mul,
                    "seen": section.seen,
                    "questions": section.questions,
                }
                for section in self.sections
            ],
        }


def evaluate_analogies(
    vectors: Neighbours,
    questions: str | Path | Sequence[Section],
    *,
    restrict: int | None = RESTRICT,
    fold_case: bool = True,
) -> AnalogyReport:
    """Ask analogy questions, from a file or as `read_analogies` returns them, of the ``restrict`` most frequent words.

    The protocol is that of word2vec: words are told apart in upper case unless ``fold_case`` is off, and the most
    frequent spelling counts; a question with a word that is not among them is skipped and counted; the three words of
    a question are no answers to it. ``restrict=None`` asks all words.

    Raises InputError for a malformed file, SettingError for a ``restrict`` below 1.
    """
    if restrict is not None and restrict < 1:
        raise SettingError(f"restrict must be 1 or more, got {restrict}")
    sections = read_analogies(questions) if isinstance(questions, str | Path) else list(questions)
    words = FoldedWords(vectors, restrict, fold=fold_case)
    asked = [words.rows(question) for section in sections for question in section.questions]
    rows = np.array(asked, dtype=np.int64).reshape(-1, 4)  # (Q, 4)
    seen: BoolArray = np.all(rows >= 0, axis=1)
    methods: tuple[Method, ...] = get_args(Method)
    right = {method: answered_right(vectors, words, rows, method) for method in methods}
    results, end = [], 0
    for section in sections:
        begin, end = end, end + len(section.questions)
        results.append(
            SectionResult(
                section.name,
                section.is_syntactic,
                len(section.questions),
                int(seen[begin:end].sum()),
                int(right["add"][begin:end].sum()),
                int(right["mul"][begin:end].sum()),
            )
        )
    return AnalogyReport(len(words.numbers), results)


def answered_right(vectors: Neighbours, words: FoldedWords, rows: IntArray, method: Method) -> BoolArray:
    """Return which questions (Q, 4), by the rows of their words, are answered right, (Q,); none with a row of -1."""
    right, seen = np.zeros(len(rows), dtype=bool), np.all(rows >= 0, axis=1)
    answers, _ = answer_analogies(
        vectors.directions,
        rows[seen, :3],
        candidates=len(words.numbers),
        method=method,
        folded=words.numbers,
    )
    # An answer in another spelling is as good; row 0 stands in where there is no answer at all.
    right[seen] = (answers >= 0) & (words.numbers[np.maximum(answers, 0)] == rows[seen, 3])
    return right


def _sum(name: str, sections: Sequence[SectionResult]) -> SectionResult:
    return SectionResult(
        name,
        all(section.is_syntactic for section in sections),
        sum(section.questions for section in sections),
        sum(section.seen for section in sections),
        sum(section.correct for section in sections),
        sum(section.correct_mul for section in sections),
    )
