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
"""Words of a piece, at least."""
READ = 64
"""Words of each piece that are read at once."""
LAST = 512
"""Words at the end of a piece by which it is first judged what it ends with."""
TOLERANCE = 1e-5
"""Memories are alike that differ by no more, absolute and relative."""
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
    were read. Raises SettingError for a gate, a unit or a layer that there is not and for a ``k`` below 1, InputError
    without text.
    """
    if k < 1:
        raise SettingError(f"k is how many words are wanted, at least 1, got {k}")
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
        for place in _most_open(openness, k)
    ]


def _most_open(openness: FloatArray, k: int) -> IntArray:
    """Return the places of the k greatest values, the greatest first, and of equal ones the earlier first."""
    least = np.partition(openness, len(openness) - k)[len(openness) - k] if k < len(openness) else -np.inf
    candidates = np.flatnonzero(openness >= least)
    return candidates[np.argsort(-openness[candidates], kind="stable")][:k]


def _side_by_side(words: IntArray) -> IntArray:
    """Return a text cut into B pieces of one length, (T, B); the last is filled up with the last word."""
    rows = int(np.clip(len(words) // LEAST, 1, ROWS))
    steps = -(-len(words) // rows)
    filled = np.concatenate([words, np.full(rows * steps - len(words), words[-1])])
    return filled.reshape(rows, steps).T


def _gate_values(
    network: RecurrentNetwork,
    pieces: IntArray,
    start: Memories,
    unit: Unit,
    progress: Callable[[int], None] | None,
) -> FloatArray:
    """Return how open a unit's gate is at each word of the pieces, (T, B), as if they were read one after the other.

    They are read side by side, each from the state that the piece before it is thought to end with: at first that
    after its last words alone. They are read again until what they end with is what was thought.
    """
    state = _handed_on(network.remember(pieces[-LAST:], start)[1], start)
    for _ in range(len(start)):  # after B readings each piece began with what all before it left
        values, ends = _read(network, pieces, state, unit, progress)
        before, state, progress = state, _handed_on(ends, start), None
        if all(map(_is_alike, before.vectors, state.vectors)):
            break
    return values


def _handed_on(ends: Memories, start: Memories) -> Memories:
    """Return the states that pieces begin with, by what each ends with: the first with the start of a text."""
    pairs = zip(start.vectors, ends.vectors, strict=True)
    return Memories(tuple(np.concatenate([first[:1], end[:-1]]) for first, end in pairs))


def _is_alike(one: FloatArray, other: FloatArray) -> bool:
    return np.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE)


def _read(
    network: RecurrentNetwork,
    pieces: IntArray,
    state: Memories,
    unit: Unit,
    progress: Callable[[int], None] | None,
) -> tuple[FloatArray, Memories]:
    """Return how open a unit's gate is at each word, and what the pieces end with."""
    values = np.empty(pieces.shape, dtype=np.float32)
    for begin in range(0, len(pieces), READ):
        some = slice(begin, begin + READ)
        traces, state = trace(network, pieces[some], state)
        values[some] = traces[unit.layer - 1].values[unit.gate][:, :, unit.number - 1]
        if progress is not None:
            progress(pieces[some].size)
    return values, state
