"""The output layer that settings ask for."""

from torch import Tensor, nn

from nextword.neural.clusters import cluster_bounds
from nextword.neural.outputs.adaptive import AdaptiveSoftmax
from nextword.neural.outputs.exact import ExactSoftmax
from nextword.neural.outputs.layer import OutputLayer
from nextword.neural.outputs.sampled import SampledSoftmax
from nextword.neural.settings import NeuralSettings


def make_output(
    settings: NeuralSettings, counts: Tensor, hidden: int, tied: nn.Parameter | None
) -> OutputLayer:
    """Return an output layer; ``tied`` is the embedding, where the two are one.

    Where the vocabulary is so small that nothing would be gained, it is the exact softmax.
    """
    V, shortlist, samples = len(counts), settings.shortlist, settings.samples
    if clusters := cluster_bounds(settings, V):
        return AdaptiveSoftmax(counts, hidden, tied, [begin for begin, _ in clusters])
    if settings.softmax == "sampled" and shortlist + samples < V:
        return SampledSoftmax(counts, hidden, tied, shortlist=shortlist, samples=samples)
    return ExactSoftmax(counts, hidden, tied)
