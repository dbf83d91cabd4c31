"""The output layer that settings ask for, and the exact softmax where words are few."""

import pytest
import torch

from nextword.errors import SettingError
from nextword.neural.outputs.adaptive import AdaptiveSoftmax
from nextword.neural.outputs.exact import ExactSoftmax
from nextword.neural.outputs.make import make_output
from nextword.neural.outputs.sampled import SampledSoftmax
from nextword.neural.settings import NeuralSettings


def make(V, **settings):
    return make_output(NeuralSettings(**settings), torch.arange(V, 0, -1), 4, None)


@pytest.mark.parametrize(
    ("V", "output", "kind"),
    [
        (200, "exact", ExactSoftmax),
        (200, "adaptive", AdaptiveSoftmax),
        (50, "adaptive", ExactSoftmax),
        (200, "sampled", SampledSoftmax),
        (80, "sampled", ExactSoftmax),
    ],
)
def test_what_is_asked_for_unless_words_are_few(V, output, kind):
    assert type(make(V, softmax=output, shortlist=50, clusters=(100,), samples=30)) is kind


@pytest.mark.parametrize(
    ("V", "ranks"),
    [(300, [(50, 100), (100, 200), (200, 300)]), (200, [(50, 100), (100, 200)]), (90, [(50, 90)])],
)
def test_clusters_end_where_words_do(V, ranks):
    layer = make(V, softmax="adaptive", shortlist=50, clusters=(100, 200))
    assert layer.clusters == ranks
    assert {name: tuple(values.shape) for name, values in layer.named_parameters()} == {
        "U": (V, 4),
        "bias": (V,),
        "cluster_U": (len(ranks), 4),
        "cluster_bias": (len(ranks),),
    }


def test_sentence_start_is_never_alone_in_a_cluster():
    with pytest.raises(SettingError, match="shortlist is a whole number from 3"):
        NeuralSettings(softmax="adaptive", shortlist=1, clusters=(2, 10))
    layer = make(20, softmax="adaptive", shortlist=3, clusters=(4, 10))
    assert layer.log_probs(torch.randn(5, 4)).exp()[:, 1].max() == 0


def test_tied_vectors_are_the_embedding():
    embedding = torch.nn.Parameter(torch.randn(200, 4))
    for output in ("exact", "adaptive", "sampled"):
        settings = NeuralSettings(softmax=output, shortlist=50, clusters=(), samples=30)
        assert make_output(settings, torch.arange(200, 0, -1), 4, embedding).U is embedding


@pytest.mark.parametrize("output", ["exact", "adaptive", "sampled"])
def test_training_can_start_at_the_shares_of_words(output):
    layer = make(200, softmax=output, shortlist=50, clusters=(100,), samples=30)
    counts = torch.arange(200, 0, -1)
    counts[1] = counts[199] = 0
    layer.start_at_shares(counts)
    counts[199] = 1  # never seen, but not impossible
    with torch.no_grad():
        layer.U.zero_()
    found = layer.log_probs(torch.randn(3, 4)).exp()
    torch.testing.assert_close(found, (counts / counts.sum()).expand(3, -1), rtol=1e-4, atol=1e-9)
    assert layer.bias[1] == -1e9
