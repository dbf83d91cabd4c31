"""The adaptive softmax, against the definition written out in NumPy."""

import math

import numpy as np
import pytest
import torch

from nextword.neural.outputs.adaptive import AdaptiveSoftmax
from nextword.text.vocabulary import SENTENCE_START

V, H = 60, 8


def make(cuts):
    torch.manual_seed(3)
    return AdaptiveSoftmax(torch.arange(V, 0, -1), H, None, cuts)


def trained(cuts):
    """A layer with weights that are far from where they begin."""
    layer = make(cuts)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter += torch.randn_like(parameter)
    return layer


def reference(layer, cuts, hidden):
    """P of every word by the definition, one hidden vector and one word after the other."""
    U, bias, vectors, biases = (
        values.detach().double().numpy()
        for values in (layer.U, layer.bias, layer.cluster_U, layer.cluster_bias)
    )
    ends = [*cuts, V]
    found = np.zeros((len(hidden), V))
    for row, h in enumerate(hidden.double().numpy()):
        words = np.exp(U @ h + bias)
        clusters = np.exp(vectors @ h + biases)
        head = words[: cuts[0]].sum() + clusters.sum()
        for word in range(V):
            if word < cuts[0]:
                found[row, word] = words[word] / head
            else:
                place = max(index for index, begin in enumerate(cuts) if word >= begin)
                within = words[word] / words[ends[place] : ends[place + 1]].sum()
                found[row, word] = clusters[place] / head * within
    return found


@pytest.mark.parametrize("cuts", [[10], [10, 35], [3, 20, 40]])
def test_it_is_what_the_definition_says_and_sums_to_one(cuts):
    layer, hidden = trained(cuts), torch.randn(12, H)
    found = layer.log_probs(hidden).exp().double().numpy()
    np.testing.assert_allclose(found, reference(layer, cuts, hidden), rtol=1e-4, atol=1e-9)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    assert found[:, SENTENCE_START].max() == 0
    for targets in (torch.arange(2, 14), torch.arange(V - 12, V)):
        log_probs = layer.target_log_probs(hidden, targets, torch.float32).double().numpy()
        np.testing.assert_allclose(np.exp(log_probs), found[np.arange(12), targets.numpy()], rtol=1e-4)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 2e-2)])
@pytest.mark.parametrize("cuts", [[10], [10, 35]])
@pytest.mark.parametrize("highest", [V, 10])
def test_loss_and_gradients_are_those_of_the_definition(cuts, dtype, tolerance, highest):
    """With targets from all words, and with none in any cluster."""
    layer = trained(cuts)
    hidden = torch.randn(50, H, requires_grad=True)
    targets = torch.randint(2, highest, (50,))
    parameters = [hidden, *layer.parameters()]
    log_probs = AdaptiveSoftmax.log_probs.__wrapped__(layer, hidden)  # with gradients
    expected = -log_probs[torch.arange(50), targets].mean()
    gradients = torch.autograd.grad(expected, parameters)
    loss = layer(hidden, targets, dtype)
    loss.backward()
    assert loss.item() == pytest.approx(expected.item(), rel=tolerance)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        assert (parameter.grad - gradient).norm() <= tolerance * gradient.norm() + 1e-7


def test_only_some_parameters_learn():
    layer, hidden = trained([10, 35]), torch.randn(20, H)
    layer.U.requires_grad_(False)
    layer(hidden, torch.randint(2, V, (20,)), torch.float32).backward()
    assert layer.U.grad is None
    assert layer.cluster_U.grad.abs().sum() > 0


@pytest.mark.parametrize("cuts", [[10], [10, 35]])
def test_an_untrained_layer_knows_nothing(cuts):
    hidden, targets = torch.randn(300, H), torch.randint(2, V, (300,))
    loss = make(cuts)(hidden, targets, torch.float32)
    assert loss.item() == pytest.approx(math.log(V), rel=0.05)


def test_no_rows():
    layer = make([10])
    empty, none = torch.zeros(0, H), torch.zeros(0, dtype=torch.long)
    assert layer.target_log_probs(empty, none, torch.float32).shape == (0,)
    layer(empty, none, torch.float32).backward()
    assert layer.U.grad.abs().sum() == 0
