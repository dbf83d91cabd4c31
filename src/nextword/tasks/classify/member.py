"""The classifier that answers, without PyTorch: one LSTM's probabilities, in NumPy."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import BoolArray, FloatArray, IntArray, TokenIds
from nextword.neural.encoder.batches import padded, sorted_batches
from nextword.neural.encoder.inference import Encoder
from nextword.neural.encoder.shape import check_shapes
from nextword.neural.inference.softmax import log_softmax
from nextword.tasks.classify.settings import ClassifierSettings

ROWS = 64
"""Texts that are read side by side."""


class Member:
    """One LSTM over words and classes; raises ModelFormatError for arrays that do not fit the settings."""

    def __init__(
        self,
        settings: ClassifierSettings,
        arrays: Mapping[str, NDArray[np.float32]],
        words: int,
        classes: int,
    ) -> None:
        check_shapes(arrays, settings.array_shapes(words, classes), "classifier")
        self.settings = settings
        self.arrays = dict(arrays)
        prefix = "encoder."
        parts = {name.removeprefix(prefix): each for name, each in arrays.items() if name.startswith(prefix)}
        self.encoder = Encoder(settings.encoder_shape, parts)

    def probabilities(self, texts: Sequence[TokenIds]) -> FloatArray:
        """Return the classes' probabilities, (N, C), for N texts of at least one word each."""
        found = np.empty((len(texts), len(self.arrays["bias"])))
        for rows in sorted_batches([len(text) for text in texts], ROWS):
            words, lengths = padded([texts[row] for row in rows])
            found[rows] = np.exp(log_softmax(self.scores(words, lengths)))
        return found

    def scores(self, words: IntArray, lengths: IntArray) -> FloatArray:
        """Return the classes' scores, (B, C), for ``words`` (T, B) of which ``lengths`` (B,) are each text's own."""
        vectors = self.arrays["embedding"][words]  # (T, B, E)
        hidden = self.encoder.read(vectors, lengths)  # (T, B, directions H)
        is_own = np.arange(len(words))[:, None] < lengths  # (T, B)
        pooled = np.concatenate(
            [self._pool(way, hidden, lengths, is_own) for way in self.settings.pools], axis=-1
        )
        return pooled.astype(np.float64) @ self.arrays["U"].T + self.arrays["bias"]

    def _pool(self, way: str, hidden: FloatArray, lengths: IntArray, is_own: BoolArray) -> FloatArray:
        """Return one vector of all words', (B, directions H)."""
        if way == "mean":
            mean: FloatArray = hidden.sum(axis=0) / lengths[:, None]
            return mean
        if way == "max":
            largest: FloatArray = np.where(is_own[:, :, None], hidden, -np.inf).max(axis=0)
            return largest
        if way == "attention":
            scores = np.where(is_own, hidden @ self.arrays["attention"], -np.inf)  # (T, B)
            weighed: FloatArray = np.einsum("tb,tbh->bh", np.exp(log_softmax(scores.T)).T, hidden)
            return weighed
        H = self.settings.hidden
        ends = [hidden[lengths - 1, np.arange(len(lengths)), :H], hidden[0, :, H:]]
        return np.concatenate(ends, axis=-1)  # where each direction has read all
