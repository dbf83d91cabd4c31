"""The gates of an LSTM or a GRU as it reads a text: for every unit and word, what is kept, written and read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from nextword.arrays import FloatArray
from nextword.errors import InputError, SettingError
from nextword.neural.inference.recurrent import RecurrentNetwork
from nextword.neural.inside.trace import cell_of, trace
from nextword.neural.model import NeuralModel

MOST_TOKENS = 1 << 12
"""Of a text whose gates are recorded: beyond, nobody looks at each of them."""


class NamedArray(NamedTuple):
    """An array, and what each of its axes counts."""

    values: FloatArray
    axes: tuple[str, ...]


@dataclass(frozen=True)
class LayerRecord:
    """What one layer computed at each token."""

    parts: Mapping[str, NamedArray]
    """By name (input, forget, output, candidate, cell and hidden of an LSTM), each (token, unit)."""
    gates: tuple[str, ...]
    """Those of the parts that are gates, between 0 (closed) and 1 (open)."""
    keeper: str
    """The gate that keeps what is remembered: the forget gate of an LSTM, the update gate of a GRU."""

    def __getitem__(self, name: str) -> FloatArray:
        """Return a part by its name, (T, H); raises SettingError for one that there is not."""
        if name not in self.parts:
            raise SettingError(f"this layer has {', '.join(self.parts)}, got {name!r}")
        return self.parts[name].values

    @property
    def units(self) -> int:
        """H."""
        return int(self[self.keeper].shape[1])


@dataclass(frozen=True)
class GateRecord:
    """The gates of a network as it reads a text."""

    model: str
    """What people call the network."""
    tokens: tuple[str, ...]
    """What was read, (T,)."""
    layers: tuple[LayerRecord, ...]

    def layer(self, number: int | None = None) -> LayerRecord:
        """Return a layer by its number from 1, the highest if not given; raises SettingError where there is none."""
        if number is not None and not 1 <= number <= len(self.layers):
            raise SettingError(f"the {self.model} has layers 1 to {len(self.layers)}, got {number}")
        return self.layers[-1 if number is None else number - 1]


def record_gates(model: object, text: str) -> GateRecord:
    """Return what the gates of an LSTM or a GRU do at each token of a text, read from the start of a sentence.

    Raises SettingError for models without gates and for texts that are too long, InputError for one that is empty.
    """
    gated, network = gated_network(model)
    ids = gated.encode_prompt(text)
    if not len(ids):
        raise InputError("the text holds no word, so there is nothing to look at; give some words")
    if len(ids) > MOST_TOKENS:
        raise SettingError(
            f"a text of {len(ids):,} tokens is too long to look at; give at most {MOST_TOKENS:,}"
        )
    traces, _ = trace(network, gated.numbering.of(ids)[:, None], gated.initial_state())
    layers = []
    for traced in traces:
        cell = traced.cell
        parts = {name: NamedArray(traced.values[name][:, 0], ("token", "unit")) for name in cell.shown}
        layers.append(LayerRecord(parts, cell.gates, str(cell.keeper)))
    return GateRecord(gated.name, tuple(map(gated.tokenizer.token, ids.tolist())), tuple(layers))


def gated_network(model: object) -> tuple[NeuralModel, RecurrentNetwork]:
    """Return a model and its network; raises SettingError for models without gates."""
    if not isinstance(model, NeuralModel):
        name = getattr(model, "model_type", type(model).__name__)
        raise SettingError(
            f"a model of type {name} has no gates; give an LSTM or a GRU (nextword train lstm)"
        )
    network = model.network
    if not isinstance(network, RecurrentNetwork) or not cell_of(network.layers[0]).gates:
        raise SettingError(f"the {model.name} has no gates; give an LSTM or a GRU (nextword train lstm)")
    return model, network
