"""The networks: step by step as fused, in pieces as whole, and as PyTorch's own layers have them."""

import math

import pytest
import torch
from torch import nn

from neural.samples import NETWORKS, network, settings, words
from nextword.neural.networks.make import make_network
from nextword.neural.networks.network import detached

RECURRENT = ("rnn", "gru", "lstm")


def hidden_and_gradients(net, text, targets):
    net.zero_grad()
    hidden, state = net.remember(text, net.initial_state(text.shape[1]))
    loss, _, _ = net(text, targets, net.initial_state(text.shape[1]))
    loss.backward()
    return hidden.detach(), detached(state), {name: weight.grad for name, weight in net.named_parameters()}


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.parametrize("learned_start", [False, True])
def test_a_step_by_step_network_is_the_fused_one_and_so_are_its_gradients(kind, learned_start):
    net = network(network=kind, layers=2, hidden=6, learned_start=learned_start)
    if learned_start:
        for layer in net.each_layer():
            nn.init.uniform_(layer.start, -0.5, 0.5)
    text, targets = words(9, 4)
    fused = hidden_and_gradients(net, text, targets)
    net.is_plain = True
    plain = hidden_and_gradients(net, text, targets)
    torch.testing.assert_close(plain[0], fused[0], atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(plain[1], fused[1], atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(plain[2], fused[2], atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_each_activation_of_an_rnn_is_fused_as_it_is_step_by_step(activation):
    net = network(network="rnn", activation=activation)
    text, _ = words(6, 3)
    fused, _ = net.remember(text, net.initial_state(3))
    net.is_plain = True
    plain, _ = net.remember(text, net.initial_state(3))
    torch.testing.assert_close(plain, fused)


@pytest.mark.parametrize(("kind", "module"), [("rnn", nn.RNN), ("gru", nn.GRU), ("lstm", nn.LSTM)])
def test_layers_are_those_of_torch_nn(kind, module):
    net = network(network=kind, layers=1)
    (layer,) = net.each_layer()
    theirs = module(8, 8)
    with torch.no_grad():
        theirs.weight_ih_l0.copy_(layer.W_x)
        theirs.weight_hh_l0.copy_(layer.W_h)
        theirs.bias_ih_l0.copy_(layer.b)
        theirs.bias_hh_l0.copy_(layer.b_h if layer.recurrent_biases else torch.zeros_like(layer.b))
    text, _ = words(7, 5)
    ours, _ = net.remember(text, net.initial_state(5))
    expected, _ = theirs(net.look_up(text))
    torch.testing.assert_close(ours, expected)


@pytest.mark.parametrize("kind", RECURRENT)
def test_the_gradients_of_a_cell_are_those_of_finite_differences(kind):
    net = network(network=kind, size=3)
    (layer,) = net.double().each_layer()
    x = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
    state = tuple(torch.randn(2, 3, dtype=torch.float64, requires_grad=True) for _ in range(layer.memories))
    assert torch.autograd.gradcheck(lambda x, W_h, *state: layer.step(x, state, W_h), (x, layer.W_h, *state))


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_text_in_pieces_is_the_whole_text(kind):
    net = network(network=kind, layers=2, window=4) if kind == "window" else network(network=kind, layers=2)
    text, _ = words(11, 3)
    whole, end = net.remember(text, net.initial_state(3))
    state, pieces = net.initial_state(3), []
    for part in text.split([2, 1, 5, 3]):
        hidden, state = net.remember(part, state)
        pieces.append(hidden)
    torch.testing.assert_close(torch.cat(pieces), whole)
    torch.testing.assert_close(state, end)


def test_a_window_is_one_layer_over_the_vectors_of_its_words_side_by_side():
    net = network(network="window", window=3, hidden=8)
    text, _ = words(5, 1)
    hidden, _ = net.remember(text, net.initial_state(1))
    vectors = net.embedding[text[2:5, 0]].flatten()  # [e(1); e(2); e(3)]
    torch.testing.assert_close(hidden[4, 0], torch.tanh(net.W[0] @ vectors + net.b[0]))


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("output", ["exact", "adaptive", "sampled"])
@pytest.mark.parametrize("tied", [False, True])
def test_an_untrained_network_finds_all_words_about_equally_likely(kind, output, tied):
    V = 200
    net = network(
        V,
        network=kind,
        layers=2,
        softmax=output,
        shortlist=20,
        clusters=(70,),
        samples=40,
        tied=tied,
        hidden=12,
    )
    text, targets = words(20, 5, V)
    loss, penalty, _ = net(text, targets, net.initial_state(5))
    assert loss.item() == pytest.approx(math.log(V), abs=0.15)
    assert penalty == 0
    loss.backward()
    for name, weight in net.named_parameters():
        assert weight.grad is not None, name
        assert torch.isfinite(weight.grad).all(), name


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("output", ["exact", "adaptive", "sampled"])
def test_gradients_add_up_in_place_as_they_do_anew(kind, output):
    """A tied embedding is read and scored with: both gradients reach it, whether or not it has a place for them."""
    V = 200
    net = network(V, network=kind, softmax=output, shortlist=20, clusters=(70,), samples=40)
    text, targets = words(20, 5, V)

    def gradients():
        torch.manual_seed(4)  # the same sample
        loss, _, _ = net(text, targets, net.initial_state(5))
        loss.backward()
        return {name: weight.grad for name, weight in net.named_parameters()}

    anew = gradients()
    places = {name: weight.grad for name, weight in net.named_parameters()}
    anew = {name: gradient.to_dense().clone() for name, gradient in anew.items()}
    net.zero_grad(set_to_none=False)
    for times in (1, 2):
        for name, gradient in gradients().items():
            assert gradient is places[name]
            torch.testing.assert_close(gradient, times * anew[name], rtol=1e-5, atol=1e-7)


def test_penalties_are_what_large_and_jumping_outputs_cost():
    net = network(network="lstm", activation_penalty=2.0, change_penalty=3.0)
    text, targets = words(6, 2)
    hidden, _ = net.remember(text, net.initial_state(2))
    _, penalty, _ = net(text, targets, net.initial_state(2))
    expected = 2 * hidden.pow(2).mean() + 3 * (hidden[1:] - hidden[:-1]).pow(2).mean()
    torch.testing.assert_close(penalty, expected)
    net.eval()
    assert net(text, targets, net.initial_state(2))[1] == 0


def test_weights_are_drawn_by_the_seed_alone():
    first, second, other = (make_network(settings(seed=seed), torch.ones(30)) for seed in (1, 1, 2))
    assert torch.equal(first.embedding, second.embedding)
    assert not torch.equal(first.embedding, other.embedding)
