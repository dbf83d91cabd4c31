"""What a recurrent network computes as it reads: every gate, memory and hidden vector, layer by layer."""

from dataclasses import dataclass

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.neural.inference.gru import GRULayer
from nextword.neural.inference.lstm import LSTMLayer
from nextword.neural.inference.recurrent import Layer, RecurrentNetwork, Vectors
from nextword.neural.inference.rnn import RNNLayer
from nextword.neural.inference.states import Memories
from nextword.neural.inside.cell import Cell
from nextword.neural.inside.gru import GRUCell
from nextword.neural.inside.lstm import LSTMCell
from nextword.neural.inside.rnn import RNNCell

CELLS: dict[type[Layer], type[Cell]] = {RNNLayer: RNNCell, GRULayer: GRUCell, LSTMLayer: LSTMCell}


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """What one layer computed, step by step."""

    cell: Cell
    values: dict[str, FloatArray]
    """Each (T, B, H)."""

    @property
    def steps(self) -> int:
        """T."""
        return len(self.values["hidden"])

    def at(self, step: int) -> dict[str, FloatArray]:
        """Return what was computed at a step, (B, H) each."""
        return {name: values[step] for name, values in self.values.items()}


def cell_of(layer: Layer) -> Cell:
    """Return the inside of a layer."""
    return CELLS[type(layer)](layer)


def trace(network: RecurrentNetwork, words: IntArray, state: Memories) -> tuple[list[LayerTrace], Memories]:
    """Return what each layer computes at each of ``words`` (T, B), and the state after all of them."""
    # e: (T, B, E); the layers of some networks are in float64
    vectors: FloatArray = network.embedding[words].astype(network.layers[0].W_x.dtype)
    traces, after = list[LayerTrace](), list[FloatArray]()
    for place, layer in enumerate(network.layers):
        memories = state.vectors[place * layer.memories : (place + 1) * layer.memories]
        traced, memories = _trace_layer(cell_of(layer), vectors, memories)
        traces.append(traced)
        vectors = traced.values["hidden"]
        after += memories
    return traces, Memories(tuple(after))


def _trace_layer(cell: Cell, vectors: FloatArray, state: Vectors) -> tuple[LayerTrace, Vectors]:
    T, B, size = vectors.shape
    below = vectors.reshape(T * B, size) @ cell.layer.W_x.T + cell.layer.b
    steps = below.reshape(T, B, -1)  # (T, B, gates H)
    kept: dict[str, FloatArray] = {}
    for step in range(T):
        values, state = cell.look(steps[step], state)
        for name, value in values.items():
            if name not in kept:
                kept[name] = np.empty((T, *value.shape), dtype=value.dtype)
            kept[name][step] = value
    return LayerTrace(cell, kept), state
