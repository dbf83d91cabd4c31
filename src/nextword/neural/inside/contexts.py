"""The places of a corpus at which a gate of one unit is most open."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from nextword.arrays import FloatArray, IntArray, TokenIds
from nextword.errors import InputError, SettingError
from nextword.neural.inference.recurrent import RecurrentNetwork
from nextword.neural.inference.states import Memories
from nextword.neural.inside.gates import gated_network
from nextword.neural.inside.trace import cell_of, trace

ROWS = 32
"""Pieces of a text that are read side by side."""
LEAST = 64
"""Words of a piece, at least: its first ones are read without those before them."""
READ = 256
"""Words of each piece that are read at once."""
BEFORE = 8
"""Words that are shown before the one at which the gate is open."""


@dataclass(frozen=True)
class Unit:
    """A gate of one unit: where to look."""

    gate: str
    number: int
    """From 1."""
    layer: int
    """From 1."""

    @classmethod
    def of(cls, network: RecurrentNetwork, gate: str, number: int, layer: int | None) -> "Unit":
        """Return a unit; raises SettingError for a layer, a unit or a gate that the network does not have."""
        layers = len(network.layers)
        layer = layers if layer is None else layer
        if not 1 <= layer <= layers:
            raise SettingError(f"the network has layers 1 to {layers}, got {layer}")
        chosen = network.layers[layer - 1]
        units, gates = chosen.W_h.shape[1], cell_of(chosen).gates
        if not 1 <= number <= units:
            raise SettingError(f"layer {layer} has units 1 to {units}, got {number}")
        if gate not in gates:
            raise SettingError(f"its gates are {', '.join(gates)}, got {gate!r}")
        return cls(gate, number, layer)


@dataclass(frozen=True)
class OpenContext:
    """A word at which a gate is open, and the words before it."""

    value: float
    """How open the gate is, from 0 (closed) to 1 (open)."""
    before: tuple[str, ...]
    token: str
    place: int
    """Which token of the corpus it is, from 0."""


def open_contexts(
    model: object,
    texts: Iterable[TokenIds],
    *,
    gate: str,
    unit: int,
    layer: int | None = None,
    k: int = 10,
    progress: Callable[[int], None] | None = None,
) -> list[OpenContext]:
    """Return the ``k`` tokens of a corpus at which one unit's gate is most open, the most open first.

    ``unit`` counts from 1, as ``layer`` does, which is the highest if not given. ``progress`` is told how many tokens
    were read. Raises SettingError for a gate, a unit or a layer that there is not, InputError without text.
    """
    gated, network = gated_network(model)
    chosen = Unit.of(network, gate, unit, layer)
    ids = np.concatenate([np.empty(0, dtype=np.int32), *texts])
    if not len(ids):
        raise InputError("the corpus holds no word, so no gate opens; give some text")
    pieces = _side_by_side(gated.numbering.of(ids))
    values = _gate_values(network, pieces, gated.initial_state(pieces.shape[1]), chosen, progress)
    openness = values.T.reshape(-1)[: len(ids)]
    name = gated.tokenizer.token
    return [
        OpenContext(
            float(openness[place]),
            tuple(map(name, ids[max(0, place - BEFORE) : place].tolist())),
            name(int(ids[place])),
            int(place),
        )
        for place in np.argsort(-openness, kind="stable")[:k]
    ]


def _side_by_side(words: IntArray) -> IntArray:
    """Return a text cut into B pieces of one length, (T, B); the last is filled up with the last word."""
    rows = int(np.clip(len(words) // LEAST, 1, ROWS))
    steps = -(-len(words) // rows)
    filled = np.concatenate([words, np.full(rows * steps - len(words), words[-1])])
    return filled.reshape(rows, steps).T


def _gate_values(
    network: RecurrentNetwork,
    pieces: IntArray,
    state: Memories,
    unit: Unit,
    progress: Callable[[int], None] | None,
) -> FloatArray:
    """Return how open a unit's gate is at each word of the pieces, (T, B)."""
    values = np.empty(pieces.shape, dtype=np.float32)
    for begin in range(0, len(pieces), READ):
        some = slice(begin, begin + READ)
        traces, state = trace(network, pieces[some], state)
        values[some] = traces[unit.layer - 1].values[unit.gate][:, :, unit.number - 1]
        if progress is not None:
            progress(pieces[some].size)
    return values
