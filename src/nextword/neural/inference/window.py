"""The fixed window (Bengio et al. 2003): e = [e(1); ...; e(n)], h = f(W_e e + b_1), layer upon layer."""

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nextword.arrays import FloatArray, IntArray
from nextword.neural.inference.activations import ACTIVATIONS
from nextword.neural.inference.network import Network
from nextword.neural.inference.states import LastWords
from nextword.text.vocabulary import SENTENCE_END


class Window(Network[LastWords]):
    """A network that sees the last n words; ``layers`` are the W and the b of each."""

    state_type = LastWords

    def __init__(
        self,
        embedding: FloatArray,
        layers: Sequence[tuple[FloatArray, FloatArray]],
        window: int,
        activation: str,
    ) -> None:
        self.embedding = embedding
        self.layers = layers
        self.window = window
        self.f = ACTIVATIONS[activation]

    def initial_state(self, batch: int) -> LastWords:
        """Return a window full of sentence ends: the text begins as if a sentence had just ended."""
        return LastWords(np.full((batch, self.window), SENTENCE_END, dtype=np.int64))

    def advance(self, state: LastWords, words: IntArray) -> LastWords:
        """Return the windows moved on by one word."""
        return LastWords(np.concatenate([state.words[:, 1:], words[:, None]], axis=1))

    def hidden(self, state: LastWords) -> FloatArray:
        """Return h of each window, (B, H)."""
        h = cast(FloatArray, self.embedding[state.words].reshape(len(state), -1))  # e: (B, nE)
        for W, b in self.layers:
            h = self.f(h @ W.T + b)  # (B, H)
        return h

    def remember(self, words: IntArray, state: LastWords) -> tuple[FloatArray, LastWords]:
        """Return h (T, B, H) after each of ``words`` (T, B), and the last windows."""
        T, B = words.shape
        seen = np.concatenate([state.words.T, words])  # (n + T, B)
        windows = sliding_window_view(seen, self.window, axis=0)[1:]  # (T, B, n)
        h = self.hidden(LastWords(windows.reshape(T * B, self.window)))
        return h.reshape(T, B, -1), LastWords(windows[-1])

    def fits(self, state: LastWords) -> bool:
        """Whether a state holds n words of this vocabulary a row."""
        words = state.words
        is_shaped = words.ndim == 2 and words.shape[1] == self.window
        return is_shaped and (not words.size or (words.min() >= 0 and words.max() < len(self.embedding)))
