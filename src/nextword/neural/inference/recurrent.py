"""What the RNN, the GRU and the LSTM share: layers on top of each other, each with a state that is carried on."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.neural.inference.network import Network
from nextword.neural.inference.states import Memories

Vectors = tuple[FloatArray, ...]
"""What one layer remembers: (h,) or (h, c), each (B, H)."""


@dataclass(frozen=True, eq=False)
class Layer(ABC):
    """One recurrent layer, each of its gates with H rows of weights and biases."""

    W_x: FloatArray
    """(gates H, below), for the vector from below."""
    W_h: FloatArray
    """(gates H, H), for h of the step before."""
    b: FloatArray
    """(gates H,)"""
    start: FloatArray
    """(memories, H): h(0), and c(0) where there is one."""

    gates: ClassVar[int] = 1
    memories: ClassVar[int] = 1
    recurrent_biases: ClassVar[bool] = False

    @abstractmethod
    def step(self, below: FloatArray, state: Vectors) -> Vectors:
        """Return the state after one more vector x, of which ``below`` = W_x x + b is given, (B, gates H)."""

    def remember(self, vectors: FloatArray, state: Vectors) -> tuple[FloatArray, Vectors]:
        """Return h (T, B, H) after each of ``vectors`` (T, B, below), and the state after all of them."""
        T, B, size = vectors.shape
        # What comes from below waits for no step, so it is one product for all of them.
        below = vectors.reshape(T * B, size) @ self.W_x.T
        below += self.b
        steps = below.reshape(T, B, -1)  # (T, B, gates H)
        hidden = np.empty((T, B, self.W_h.shape[1]), dtype=below.dtype)
        for step in range(T):
            state = self.step(steps[step], state)
            hidden[step] = state[0]
        return hidden, state

    def chunks(self, rows: FloatArray) -> list[FloatArray]:
        """Return the part of each gate, (B, H), of rows (B, gates H)."""
        H = self.W_h.shape[1]
        return [rows[:, gate * H : (gate + 1) * H] for gate in range(self.gates)]


class RecurrentNetwork(Network[Memories]):
    """Layers of one kind, from the lowest to the highest."""

    state_type = Memories

    def __init__(self, embedding: FloatArray, layers: Sequence[Layer]) -> None:
        self.embedding = embedding
        self.layers = layers

    def initial_state(self, batch: int) -> Memories:
        """Return h(0), for an LSTM with c(0), of each layer in turn."""
        starts = [vector for layer in self.layers for vector in layer.start]
        return Memories(tuple(np.repeat(vector[None], batch, axis=0) for vector in starts))

    def advance(self, state: Memories, words: IntArray) -> Memories:
        """Return the state after one more word a row."""
        return self.remember(words[None], state)[1]

    def hidden(self, state: Memories) -> FloatArray:
        """Return the last layer's h, (B, H)."""
        return state.vectors[-self.layers[-1].memories]

    def remember(self, words: IntArray, state: Memories) -> tuple[FloatArray, Memories]:
        """Return the last layer's h (T, B, H) after each of ``words`` (T, B), and the state of all layers."""
        vectors: FloatArray = self.embedding[words]  # e: (T, B, E)
        after: list[FloatArray] = []
        for place, layer in enumerate(self.layers):
            memories = state.vectors[place * layer.memories : (place + 1) * layer.memories]
            vectors, memories = layer.remember(vectors, memories)
            after += memories
        return vectors, Memories(tuple(after))

    def fits(self, state: Memories) -> bool:
        """Whether a state holds vectors of the layers' sizes."""
        expected = [(len(state), len(vector)) for layer in self.layers for vector in layer.start]
        return [vector.shape for vector in state.vectors] == expected
