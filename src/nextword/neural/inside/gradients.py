"""d log p(w_t) / d e(t - k): how the probability of a word changes with the vectors of the words before it."""

from collections.abc import Iterator
from typing import cast

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nextword.arrays import FloatArray, IntArray
from nextword.neural.inference.recurrent import RecurrentNetwork
from nextword.neural.inference.window import Window
from nextword.neural.inside.flow import flow_back, no_change
from nextword.neural.inside.looking_back import stretches
from nextword.neural.inside.scores import score_gradients
from nextword.neural.inside.trace import LayerTrace
from nextword.neural.inside.window import window_gradients
from nextword.neural.model import NeuralModel
from nextword.text.vocabulary import SENTENCE_END


def word_gradients(model: NeuralModel, words: IntArray, places: IntArray, distance: int) -> FloatArray:
    """Return d log P(w_{t+1}) / d e(t + 1 - k) for k = 1 to K, (K, N, E), for each place t of a text by rank.

    A place is the last word read before the one foretold; each is at least ``distance`` - 1.
    """
    targets, network = words[places + 1], model.network
    found = np.zeros((distance, len(places), network.embedding.shape[1]))
    if isinstance(network, Window):
        found[: network.window] = of_window(model, network, words, places)[:distance]
        return found
    for some, layers in stretches(cast(RecurrentNetwork, network), words, places, distance):
        for k, gradients in enumerate(through_layers(model, layers, targets[some])):
            found[k, some] = gradients
    return found


def of_window(model: NeuralModel, network: Window, words: IntArray, places: IntArray) -> FloatArray:
    """Return what `word_gradients` does for a fixed window of n words, (n, N, E): it sees no others."""
    n = network.window
    windows = sliding_window_view(np.concatenate([np.full(n - 1, SENTENCE_END), words]), n)[places]
    return window_gradients(network, model.output, windows, words[places + 1], model.settings.activation)


def through_layers(model: NeuralModel, layers: list[LayerTrace], targets: IntArray) -> Iterator[FloatArray]:
    """Yield d log P(w_{t+1}) / d e(t + 1 - k), (N, E), for k = 1, 2, ..., where t is the last step of some traces."""
    changes = no_change(layers, len(targets))
    hidden = layers[-1].at(-1)["hidden"]
    changes[-1] = (score_gradients(model.output, hidden, targets), *changes[-1][1:])
    return flow_back(layers, changes)
