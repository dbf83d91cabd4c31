"""How good answers are: accuracy, Matthews correlation, macro F1, and the table of what was taken for what."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, slots=True)
class Measures:
    """What was answered to N texts of C classes."""

    labels: list[str]
    confusion: NDArray[np.int64]
    """(C, C): how many texts of each class, a row, were taken for each class, a column."""

    @property
    def texts(self) -> int:
        """N."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        return float(np.trace(self.confusion) / self.texts)

    @property
    def precision(self) -> list[float]:
        """Of each class, which share of the answers that name it are right; 0 for a class that was never answered."""
        return _shares(np.diag(self.confusion), self.confusion.sum(axis=0))

    @property
    def recall(self) -> list[float]:
        """Of each class, which share of its texts were found; 0 for a class that is not there."""
        return _shares(np.diag(self.confusion), self.confusion.sum(axis=1))

    @property
    def macro_f1(self) -> float:
        """The mean over classes of 2 right / (answered + there), 0 for a class that is neither."""
        right = np.diag(self.confusion).astype(float)
        counted = self.confusion.sum(axis=0) + self.confusion.sum(axis=1)  # (C,)
        return float(np.divide(2 * right, counted, out=np.zeros_like(right), where=counted > 0).mean())

    @property
    def matthews(self) -> float:
        """The correlation of answers and truth (Matthews 1975; for more than two classes Gorodkin 2004).

        1 for all right, 0 for answers that do not depend on the text; 0 where all answers are the same.
        """
        confusion = self.confusion.astype(float)
        there, answered = confusion.sum(axis=1), confusion.sum(axis=0)  # (C,)
        total = confusion.sum()
        shared = np.trace(confusion) * total - there @ answered
        spread = (total**2 - answered @ answered) * (total**2 - there @ there)
        return float(shared / np.sqrt(spread)) if spread > 0 else 0.0


def _shares(right: NDArray[np.int64], of: NDArray[np.int64]) -> list[float]:
    shares: list[float] = np.divide(right, of, out=np.zeros(len(right)), where=of > 0).tolist()
    return shares


def measure(labels: Sequence[str], truth: Sequence[str], answers: Sequence[str]) -> Measures:
    """Return the measures of answers to texts whose classes are known; ``labels`` are all classes.

    >>> found = measure(["ham", "spam"], ["ham", "ham", "spam", "spam"], ["ham", "spam", "spam", "spam"])
    >>> found.confusion.tolist(), found.accuracy, round(found.matthews, 4), round(found.macro_f1, 4)
    ([[1, 1], [0, 2]], 0.75, 0.5774, 0.7333)
    """
    places = {label: place for place, label in enumerate(labels)}
    confusion = np.zeros((len(labels), len(labels)), dtype=np.int64)
    np.add.at(confusion, ([places[each] for each in truth], [places[each] for each in answers]), 1)
    return Measures(list(labels), confusion)
