"""What word2vec knows: words, their counts, and the two matrices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.vectors.vectors import WordVectors
from nextword.embedding.word2vec.matrices import Matrix
from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.errors import SettingError

Which = Literal["input", "output", "average"]


@dataclass(slots=True)
class Position:
    """How far a training has come."""

    epochs_before: int = 0
    """Epochs of earlier trainings, on earlier texts."""
    epoch: int = 0
    """Epochs of this training that are complete."""
    block: int = 0
    """Blocks of the present epoch that are complete."""


class Word2Vec:
    """Words by falling frequency, and the matrices W and W' that word2vec trains, (V, E) each."""

    def __init__(
        self,
        words: Sequence[str],
        counts: NDArray[np.int64],
        settings: Word2VecSettings,
        *,
        text: Mapping[str, Any] | None = None,
        inputs: Matrix | None = None,
        outputs: Matrix | None = None,
        position: Position | None = None,
    ) -> None:
        self.words = list(words)
        self.counts = counts
        self.settings = settings
        self.text = dict(text or {})
        """How text is cut: a tokenizer's settings."""
        V, E = len(self.words), settings.size
        self.inputs = inputs or Matrix.random(V, E, settings.seed)
        self.outputs = outputs or Matrix(V, E)
        self.position = position or Position()

    def vectors(self, matrix: Which = "input") -> WordVectors:
        """Return the words' vectors: the rows of W, of W', or the average of both.

        W serves best for most questions, and is what other tools give. Raises SettingError for the rows of W' after
        hierarchical softmax, which belong to the inner nodes of its tree and not to words.
        """
        if matrix not in ("input", "output", "average"):
            raise SettingError(f"vectors are input, output or average, got {matrix!r}")
        if matrix != "input" and self.settings.objective == "hierarchical-softmax":
            raise SettingError(
                f"hierarchical softmax has no {matrix} vectors: its output rows are nodes of a tree; take input"
            )
        rows = self.inputs.rows
        if matrix == "output":
            rows = self.outputs.rows
        elif matrix == "average":
            rows = (self.inputs.rows + self.outputs.rows) * np.float32(0.5)
        made_by = {"word2vec": self.settings.as_dict(), "tokenizer": self.text, "matrix": matrix}
        return WordVectors(self.words, np.ascontiguousarray(rows), self.counts, made_by)
