"""d log p(w_t) / d e(t - k): how the probability of a word changes with the vectors of the words before it."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nextword.arrays import FloatArray, IntArray
from nextword.neural.inference.window import Window
from nextword.neural.inside.flow import flow_back, no_change
from nextword.neural.inside.scores import score_gradients
from nextword.neural.inside.trace import LayerTrace, trace
from nextword.neural.inside.window import window_gradients
from nextword.neural.model import NeuralModel
from nextword.text.vocabulary import SENTENCE_END


def read_layers(model: NeuralModel, words: IntArray) -> list[LayerTrace]:
    """Return what the layers of a recurrent network compute as they read words (T,) by rank, in float64."""
    return trace(model.network, words[:, None], model.network.initial_state(1), exact=True)[0]


def word_gradients(model: NeuralModel, words: IntArray, places: IntArray, distance: int) -> FloatArray:
    """Return d log p(w_{t+1}) / d e(t + 1 - k) for k = 1 to K, (K, N, E), for each place t of a text by rank.

    A place is the last word read before the one foretold; each is at least ``distance`` - 1.
    """
    targets, network = words[places + 1], model.network
    if isinstance(network, Window):
        n = network.window
        windows = sliding_window_view(np.concatenate([np.full(n - 1, SENTENCE_END), words]), n)[places]
        found = window_gradients(network, model.output, windows, targets, model.settings.activation)
        gradients = np.zeros((distance, *found.shape[1:]))
        gradients[:n] = found[:distance]
        return gradients
    return recurrent_gradients(model, read_layers(model, words), targets, places, distance)


def recurrent_gradients(
    model: NeuralModel, layers: list[LayerTrace], targets: IntArray, places: IntArray, distance: int
) -> FloatArray:
    """Return what `word_gradients` does, for what the layers computed."""
    changes = no_change(layers, len(places))
    hidden = layers[-1].at(places)["hidden"]
    changes[-1] = (score_gradients(model.output, hidden, targets), *changes[-1][1:])
    return np.array([of_word for of_word, _ in flow_back(layers, places, changes, distance)])
