"""From named arrays to a network and its output layer."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray
from nextword.errors import ModelFormatError, shown
from nextword.neural.clusters import cluster_bounds
from nextword.neural.inference.gru import GRULayer
from nextword.neural.inference.lstm import LSTMLayer
from nextword.neural.inference.network import Network
from nextword.neural.inference.outputs import AdaptiveOutput, ExactOutput, Output
from nextword.neural.inference.recurrent import Layer, RecurrentNetwork
from nextword.neural.inference.rnn import RNNLayer
from nextword.neural.inference.softmax import Words
from nextword.neural.inference.window import Window
from nextword.neural.settings import NeuralSettings
from nextword.text.vocabulary import SENTENCE_START

Arrays = Mapping[str, NDArray[np.float32]]
LAYERS: dict[str, type[Layer]] = {"rnn": RNNLayer, "gru": GRULayer, "lstm": LSTMLayer}


def array_shapes(settings: NeuralSettings, vocabulary_size: int) -> dict[str, tuple[int, ...]]:
    """Return the name and the shape of each array that the settings ask for.

    >>> shapes = array_shapes(NeuralSettings(network="rnn", size=4, layers=1, softmax="exact"), 10)
    >>> shapes["embedding"], shapes["layers.0.W_h"], shapes["output.bias"]
    ((10, 4), (4, 4), (10,))
    """
    V, H = vocabulary_size, settings.layer_sizes[-1]
    shapes: dict[str, tuple[int, ...]] = {"embedding": (V, settings.size)}
    shapes |= _window_shapes(settings) if settings.network == "window" else _recurrent_shapes(settings)
    if not settings.tied:
        shapes["output.U"] = (V, H)
    shapes["output.bias"] = (V,)
    if clusters := len(cluster_bounds(settings, V)):
        shapes |= {"output.cluster_U": (clusters, H), "output.cluster_bias": (clusters,)}
    return shapes


def _window_shapes(settings: NeuralSettings) -> dict[str, tuple[int, ...]]:
    sizes = (settings.window * settings.size, *settings.layer_sizes)
    shapes: dict[str, tuple[int, ...]] = {}
    for place, (below, above) in enumerate(pairwise(sizes)):
        shapes |= {f"W.{place}": (above, below), f"b.{place}": (above,)}
    return shapes


def _recurrent_shapes(settings: NeuralSettings) -> dict[str, tuple[int, ...]]:
    kind = LAYERS[settings.network]
    shapes: dict[str, tuple[int, ...]] = {}
    for place, (below, H) in enumerate(pairwise((settings.size, *settings.layer_sizes))):
        rows, layer = kind.gates * H, f"layers.{place}."
        shapes |= {f"{layer}W_x": (rows, below), f"{layer}W_h": (rows, H), f"{layer}b": (rows,)}
        if kind.recurrent_biases:
            shapes[f"{layer}b_h"] = (rows,)
        if settings.learned_start:
            shapes[f"{layer}start"] = (kind.memories, H)
    return shapes


def check_arrays(settings: NeuralSettings, arrays: Mapping[str, NDArray[Any]], vocabulary_size: int) -> None:
    """Raise ModelFormatError unless the arrays are those that the settings ask for, in float32."""
    expected = array_shapes(settings, vocabulary_size)
    unknown = sorted(set(arrays) - set(expected))
    if unknown:
        raise ModelFormatError(
            f"{shown(unknown[0])} is no part of this {settings.network}; its parts are {shown(list(expected), 200)}"
        )
    for name, shape in expected.items():
        if name not in arrays:
            raise ModelFormatError(f"the {settings.network} lacks {name}, which its settings ask for")
        found = arrays[name]
        if found.dtype != np.float32 or found.shape != shape:
            raise ModelFormatError(
                f"{name} is {found.dtype} {shown(found.shape)}, and its settings ask for float32 {shape} "
                f"with a vocabulary of {vocabulary_size}"
            )


def make_network(settings: NeuralSettings, arrays: Arrays) -> Network[Any]:
    """Return the network of checked arrays, which are not copied."""
    embedding = arrays["embedding"]
    places = range(settings.layers)
    if settings.network == "window":
        layers = [(arrays[f"W.{place}"], arrays[f"b.{place}"]) for place in places]
        return Window(embedding, layers, settings.window, settings.activation)
    return RecurrentNetwork(embedding, [_layer(settings, arrays, f"layers.{place}.") for place in places])


def _layer(settings: NeuralSettings, arrays: Arrays, prefix: str) -> Layer:
    kind = LAYERS[settings.network]
    parts: dict[str, Any] = {
        name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)
    }
    if not settings.learned_start:
        parts["start"] = np.zeros((kind.memories, parts["W_h"].shape[1]), dtype=np.float32)
    if settings.network == "rnn":
        parts["activation"] = settings.activation
    return kind(**parts)


def make_output(settings: NeuralSettings, arrays: Arrays) -> Output:
    """Return the output layer of checked arrays; sampled softmax was for training alone."""
    U: FloatArray = arrays["embedding"] if settings.tied else arrays["output.U"]
    bias = np.array(arrays["output.bias"])
    bias[SENTENCE_START] = -np.inf  # <s> follows no word
    words = Words(U, bias)
    bounds = cluster_bounds(settings, len(U))
    if not bounds:
        return ExactOutput(words)
    heads = Words(arrays["output.cluster_U"], arrays["output.cluster_bias"])
    return AdaptiveOutput(words, heads, bounds)
