"""The output layer that settings ask for."""

from torch import Tensor, nn

from nextword.neural.outputs.exact import ExactSoftmax
from nextword.neural.outputs.layer import OutputLayer
from nextword.neural.settings import NeuralSettings


def make_output(
    settings: NeuralSettings, counts: Tensor, hidden: int, tied: nn.Parameter | None
) -> OutputLayer:
    """Return an output layer; ``tied`` is the embedding, where the two are one."""
    return ExactSoftmax(counts, hidden, tied)
