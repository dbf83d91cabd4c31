"""The network that settings ask for."""

import torch
from torch import Tensor

from nextword.neural.networks.gru import GRU
from nextword.neural.networks.lstm import LSTM
from nextword.neural.networks.network import Network
from nextword.neural.networks.rnn import RNN
from nextword.neural.networks.window import Window
from nextword.neural.settings import NeuralSettings

NETWORKS: dict[str, type[Network]] = {"window": Window, "rnn": RNN, "gru": GRU, "lstm": LSTM}


def make_network(settings: NeuralSettings, counts: Tensor) -> Network:
    """Return a network with weights drawn by the seed; ``counts`` (V,) are those of words by falling frequency."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        return NETWORKS[settings.network](settings, counts)
