"""How far back a word still counts: the gradient of log p(w_t) on its way to words ever further back.

|| d log p(w_t) / d e(t - k) || says how much the probability of a word changes with the vector of the k-th word before
it. Where it fades by a constant factor a step, that factor is the decay rate (Bengio, Simard and Frasconi 1994;
Pascanu, Mikolov and Bengio 2013).
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import TokenIds
from nextword.errors import InputError, SettingError
from nextword.neural.inference.recurrent import RecurrentNetwork
from nextword.neural.inference.window import Window
from nextword.neural.inside.decay import Decay, fit_decay
from nextword.neural.inside.gradients import of_window, through_layers
from nextword.neural.inside.jacobians import state_norms
from nextword.neural.inside.looking_back import stretches
from nextword.neural.model import NeuralModel


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

    Frobenius norms over sqrt(H), which are 1 for a state that is kept as it is. Of an LSTM h and c are moved one at a
    time: what h passes on by way of c counts, but c(t - k) itself stays as it was.
    """
    window: int | None
    """The words that a fixed window sees; None of other networks."""

    @property
    def decay(self) -> Decay | None:
        """How ``words`` fades; None for a fixed window, in which nothing fades and beyond which nothing counts."""
        return fit_decay(self.words) if self.window is None else None


def measure_reach(model: object, text: TokenIds, *, distance: int = 50, places: int = 200) -> Reach:
    """Return how far back words count on a text, which is read as one stream.

    ``places`` words of the text, evenly apart, are looked back from, to ``distance`` words before each. Norms that are
    too large for a number are infinite. Raises SettingError for a distance or a number of places below 1 and for models
    without gradients, InputError for a text that is no longer than the distance.
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
    of_words = np.zeros((distance, len(chosen)))
    of_states: dict[str, NDArray[np.float64]] = {}
    window: int | None = None
    with np.errstate(over="ignore", invalid="ignore"):  # what explodes is infinite
        if isinstance(network.network, Window):
            window = network.network.window
            norms = np.linalg.norm(of_window(network, network.network, words, chosen), axis=2)
            of_words[:window] = norms[:distance]
        else:
            recurrent = cast(RecurrentNetwork, network.network)
            for some, layers in stretches(recurrent, words, chosen, distance):
                for k, gradients in enumerate(through_layers(network, layers, words[chosen[some] + 1])):
                    of_words[k, some] = np.linalg.norm(gradients, axis=1)
                for part, name in enumerate(("h", "c")[: layers[-1].cell.layer.memories]):
                    of_state = of_states.setdefault(name, np.empty_like(of_words))
                    of_state[:, some] = state_norms(layers[-1], part)
        return Reach(
            network.name,
            len(chosen),
            _mean(of_words),
            {name: _mean(norms) for name, norms in of_states.items()},
            window,
        )


def with_gradients(model: object) -> NeuralModel:
    """Return a model that is a network; raises SettingError for others."""
    if not isinstance(model, NeuralModel):
        name = getattr(model, "model_type", type(model).__name__)
        raise SettingError(
            f"a model of type {name} has no gradients: it counts, and words are no vectors to it; give a network "
            "(nextword train lstm)"
        )
    return model


def _mean(norms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean over the places (K, N); what overflowed on its way, infinity less infinity too, is infinite."""
    means: NDArray[np.float64] = np.nan_to_num(norms, nan=np.inf, posinf=np.inf).mean(axis=1)
    return means
