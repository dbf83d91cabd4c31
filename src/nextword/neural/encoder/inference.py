"""The encoder that answers, without PyTorch: the same equations, in NumPy."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray, IntArray
from nextword.neural.encoder.batches import turned_steps
from nextword.neural.encoder.shape import EncoderShape, check_shapes
from nextword.neural.inference.lstm import LSTMLayer


class Encoder:
    """Layers of LSTMs over sequences of vectors; raises ModelFormatError for arrays that are not of its shape."""

    def __init__(self, shape: EncoderShape, arrays: Mapping[str, NDArray[np.float32]]) -> None:
        check_shapes(arrays, shape.array_shapes(), "encoder")
        self.shape = shape
        start = np.zeros((LSTMLayer.memories, shape.hidden), dtype=np.float32)
        self.layers = [
            [
                LSTMLayer(
                    W_x=arrays[prefix + "W_x"],
                    W_h=arrays[prefix + "W_h"],
                    b=arrays[prefix + "b"],
                    start=start,
                )
                for prefix in shape.prefixes(layer)
            ]
            for layer in range(shape.layers)
        ]

    def read(self, vectors: FloatArray, lengths: IntArray) -> FloatArray:
        """Return h of the last layer at each step, (T, B, directions H), the direction from the start first.

        ``vectors`` is (T, B, E), ``lengths`` (B,) how many of each sequence's T steps are its own; the others are zero.
        """
        T, B, _ = vectors.shape
        turned, columns = turned_steps(T, lengths), np.arange(B)
        is_own = (np.arange(T)[:, None] < lengths)[:, :, None]  # (T, B, 1)
        for layer in self.layers:
            hidden = [_read(layer[0], vectors)]
            if len(layer) > 1:
                hidden.append(_read(layer[1], vectors[turned, columns])[turned, columns])
            vectors = np.concatenate(hidden, axis=-1) * is_own
        return vectors


def _read(layer: LSTMLayer, vectors: FloatArray) -> FloatArray:
    nothing = np.zeros((vectors.shape[1], layer.W_h.shape[1]), dtype=np.float32)
    return layer.remember(vectors, (nothing, nothing))[0]
