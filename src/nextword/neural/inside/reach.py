"""How far back a word still counts: the gradient of log p(w_t) on its way to words ever further back.

|| d log p(w_t) / d e(t - k) || says how much the probability of a word changes with the vector of the k-th word before
it. Where it fades by a constant factor a step, that factor is the decay rate (Bengio, Simard and Frasconi 1994;
Pascanu, Mikolov and Bengio 2013).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import IntArray, TokenIds
from nextword.errors import InputError, SettingError
from nextword.neural.inference.window import Window
from nextword.neural.inside.decay import Decay, fit_decay
from nextword.neural.inside.flow import flow_back, no_change
from nextword.neural.inside.gradients import read_layers, recurrent_gradients, word_gradients
from nextword.neural.inside.trace import LayerTrace
from nextword.neural.model import NeuralModel

JACOBIAN_ROWS = 2048
"""Rows of Jacobians that flow back at once; a place has H of them."""


@dataclass(frozen=True)
class Reach:
    """How strongly a network's answers depend on words and states ever further back."""

    model: str
    """What people call the network."""
    places: int
    """Words of the text whose probabilities were asked for."""
    words: NDArray[np.float64]
    """|| d log p(w_t) / d e(t - k) ||, the mean over the places, for k = 1 to K; zero beyond a window."""
    states: dict[str, NDArray[np.float64]]
    """|| d h(t) / d h(t - k) || of the highest layer, for k = 1 to K, and for an LSTM the same of c; none of a window.

    Frobenius norms over sqrt(H), which are 1 for a state that is kept as it is.
    """

    @property
    def decay(self) -> Decay | None:
        """How ``words`` fades."""
        return fit_decay(self.words)


def measure_reach(model: object, text: TokenIds, *, distance: int = 50, places: int = 200) -> Reach:
    """Return how far back words count on a text, which is read as one stream, the memory carried on.

    ``places`` words of the text, evenly apart, are looked back from, to ``distance`` words before each. Raises
    SettingError for a distance or a number of places below 1 and for models without gradients, InputError for a text
    that is no longer than the distance.
    """
    network = with_gradients(model)
    for name, value in (("distance", distance), ("places", places)):
        if value < 1:
            raise SettingError(f"{name} is at least 1, got {value}")
    if len(text) <= distance:
        raise InputError(
            f"the text has {len(text):,} tokens, and words are looked back from over {distance}; give a longer text, "
            "or a shorter distance"
        )
    words = network.numbering.of(text)
    chosen = np.unique(np.linspace(distance - 1, len(words) - 2, places).astype(np.int64))
    if isinstance(network.network, Window):
        gradients = word_gradients(network, words, chosen, distance)
        states = {}
    else:
        layers = read_layers(network, words)
        gradients = recurrent_gradients(network, layers, words[chosen + 1], chosen, distance)
        memories = ("h", "c")[: layers[-1].cell.layer.memories]
        states = {
            name: _jacobian_norms(layers[-1], part, chosen, distance) for part, name in enumerate(memories)
        }
    norms = np.linalg.norm(gradients, axis=2).mean(axis=1)
    return Reach(network.name, len(chosen), norms, states)


def with_gradients(model: object) -> NeuralModel:
    """Return a model that is a network; raises SettingError for others."""
    if not isinstance(model, NeuralModel):
        name = getattr(model, "model_type", type(model).__name__)
        raise SettingError(
            f"a model of type {name} has no gradients: it counts, and words are no vectors to it; give a network "
            "(nextword train lstm)"
        )
    return model


def _jacobian_norms(layer: LayerTrace, part: int, places: IntArray, distance: int) -> NDArray[np.float64]:
    """Return the mean norm of d s(t) / d s(t - k) for k = 1 to K, where s is h (part 0) or c (part 1)."""
    H = layer.cell.layer.start.shape[1]
    few = places[np.unique(np.linspace(0, len(places) - 1, max(1, JACOBIAN_ROWS // H)).astype(np.int64))]
    (changes,) = no_change([layer], len(few) * H)
    ones = np.tile(np.eye(H), (len(few), 1))  # row n of the Jacobian asks for the gradient of s_n
    seeds = tuple(ones if place == part else zeros for place, zeros in enumerate(changes))
    norms = np.empty(distance)
    for k, (_, (before,)) in enumerate(flow_back([layer], np.repeat(few, H), [seeds], distance)):
        jacobians = before[part].reshape(len(few), H * H)
        norms[k] = np.linalg.norm(jacobians, axis=1).mean() / np.sqrt(H)
    return norms
