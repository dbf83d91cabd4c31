"""Small texts and networks for the tests of neural models."""

import numpy as np
import torch

from nextword.neural.networks.make import make_network
from nextword.neural.settings import NeuralSettings
from nextword.text.corpus import Corpus, learn_from_lines

NETWORKS = ("window", "rnn", "gru", "lstm")
TEN_WORDS = ["the students opened their books and read on all night"]
PLAIN = {"input_dropout": 0.0, "hidden_dropout": 0.0, "output_dropout": 0.0, "precision": "float32"}
"""Settings that leave nothing to chance."""


def settings(**given) -> NeuralSettings:
    """Return the settings of a small network without dropout, in float32."""
    return NeuralSettings(**{"size": 8, "layers": 1, "softmax": "exact", **PLAIN, **given})


def network(V=30, **given):
    """Return a small network over V words, each seen as often as the others."""
    return make_network(settings(**given), torch.ones(V))


def words(T, B, V=30, seed=0):
    """Return random words (T, B) and those that follow them."""
    generator = torch.Generator().manual_seed(seed)
    text = torch.randint(3, V, (T + 1, B), generator=generator)
    return text[:-1], text[1:]


def zipf_corpus(lines=300, words_a_line=12, V=50, seed=0) -> Corpus:
    """Return a corpus of random words, few of them frequent."""
    random = np.random.default_rng(seed)
    return learn_from_lines(
        " ".join(f"w{word}" for word in random.zipf(1.5, words_a_line) % V) for _ in range(lines)
    )
