"""Gradients are those of autograd, element by element, and fade as they should."""

import dataclasses
from itertools import product

import numpy as np
import pytest
import torch

from nextword.errors import InputError, SettingError
from nextword.neural.inside.connectivity import connectivity
from nextword.neural.inside.decay import fit_decay
from nextword.neural.inside.flow import state_flow_back
from nextword.neural.inside.gradients import word_gradients
from nextword.neural.inside.jacobians import state_norms
from nextword.neural.inside.looking_back import stretches
from nextword.neural.inside.reach import measure_reach
from nextword.neural.inside.reach_picture import draw_reach, save_reach
from nextword.neural.inside.trace import trace
from nextword.neural.networks.make import make_network
from nextword.neural.settings import NeuralSettings

TEXT = np.random.default_rng(0).integers(3, 40, 30).astype(np.int32)


def in_pytorch(model):
    """The network of a model in PyTorch, in float64."""
    net = make_network(model.settings, torch.ones(model.vocabulary_size)).double().eval()
    with torch.no_grad():
        for name, part in net.named_parameters():
            part.copy_(torch.from_numpy(model.arrays[name]))
    return net


def read(net, vectors):
    """The hidden vectors of the highest layer (T, H) after each of some vectors (T, E), by the training's equations."""
    if net.settings.network == "window":
        n = net.settings.window
        before = net.embedding[2].detach().expand(n - 1, -1)
        seen = torch.cat([before, vectors])
        hidden = torch.cat([seen[place : place + len(vectors)] for place in range(n)], dim=-1)
        f = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}[net.settings.activation]
        for W, b in zip(net.W, net.b, strict=True):
            hidden = f(hidden @ W.T + b)
        return hidden
    hidden = vectors[:, None]
    for layer in net.each_layer():
        start = tuple(part.double() for part in layer.initial_state(1))
        hidden, _ = layer.plain(hidden, start, layer.W_h)
    return hidden[:, 0]


def log_prob(net, h, word):
    """log P(word | h), differentiable."""
    out = net.output
    scores = h @ out.U.T + out.bias
    scores = torch.cat([scores[:1], torch.tensor([-1e9]).double(), scores[2:]])
    if not hasattr(out, "cluster_U"):
        return scores.log_softmax(0)[word]
    head = torch.cat([scores[: out.shortlist], h @ out.cluster_U.T + out.cluster_bias]).log_softmax(0)
    if word < out.shortlist:
        return head[word]
    (cluster,) = (place for place, (begin, end) in enumerate(out.clusters) if begin <= word < end)
    begin, end = out.clusters[cluster]
    return head[out.shortlist + cluster] + scores[begin:end].log_softmax(0)[word - begin]


@pytest.mark.parametrize(
    ("network", "layers", "activation", "softmax"),
    [
        *product(("window", "rnn", "gru", "lstm"), (1, 2), ("tanh",), ("exact", "adaptive")),
        *product(("window", "rnn"), (2,), ("relu", "sigmoid"), ("exact",)),
    ],
)
def test_the_gradient_of_each_word_is_that_of_autograd(random_model, network, layers, activation, softmax):
    model = random_model(network=network, layers=layers, activation=activation, softmax=softmax)
    net = in_pytorch(model)
    words = model.numbering.of(TEXT)
    places, distance = np.array([11, 17, 28]), 10
    found = word_gradients(model, words, places, distance)
    assert found.shape == (distance, 3, model.settings.size)
    vectors = net.embedding[torch.from_numpy(words)].detach().requires_grad_()
    hidden = read(net, vectors)
    for row, place in enumerate(places):
        (expected,) = torch.autograd.grad(
            log_prob(net, hidden[place], words[place + 1]), vectors, retain_graph=True
        )
        for k in range(1, distance + 1):
            assert np.allclose(found[k - 1, row], expected[place + 1 - k].numpy(), atol=1e-10, rtol=1e-9)


@pytest.mark.parametrize("network", ["rnn", "gru", "lstm"])
def test_the_jacobian_norms_are_those_of_autograd(random_model, network):
    model = random_model(network=network, layers=1)
    net = in_pytorch(model)
    reach = measure_reach(model, TEXT, distance=6, places=4)
    words = model.numbering.of(TEXT)
    places = np.unique(np.linspace(5, len(words) - 2, 4).astype(int))
    (layer,) = net.each_layer()
    vectors = net.embedding[torch.from_numpy(words)].detach()
    states = [tuple(part.double() for part in layer.initial_state(1))]
    for x in vectors:
        states.append(layer.step(x[None], states[-1], layer.W_h))
    assert list(reach.states) == ["h", "c"][: layer.memories]
    for part, (name, norms) in enumerate(reach.states.items()):
        for k in (1, 4, 6):
            expected = []
            for place in places:

                def later(value, place=place, k=k, part=part):
                    state = list(states[place + 1 - k])
                    state[part] = value
                    for x in vectors[place + 1 - k : place + 1]:
                        state = layer.step(x[None], tuple(state), layer.W_h)
                    return state[part]

                jacobian = torch.autograd.functional.jacobian(later, states[place + 1 - k][part])
                expected.append(jacobian.flatten().norm().item() / np.sqrt(layer.hidden))
            assert norms[k - 1] == pytest.approx(np.mean(expected), rel=1e-9), (name, k)


def test_a_window_sees_its_words_and_nothing_before(random_model):
    reach = measure_reach(random_model(network="window", window=3), TEXT, distance=8)
    assert (reach.words[:3] > 0).all()
    assert (reach.words[3:] == 0).all()
    assert reach.states == {}
    assert (reach.window, reach.decay) == (3, None)


def test_norms_are_means_over_the_places(random_model):
    model = random_model(network="lstm", layers=2)
    reach = measure_reach(model, TEXT, distance=5, places=7)
    words = model.numbering.of(TEXT)
    places = np.unique(np.linspace(4, len(words) - 2, 7).astype(int))
    gradients = word_gradients(model, words, places, 5)
    assert reach.places == len(places)
    assert np.allclose(reach.words, np.linalg.norm(gradients, axis=2).mean(axis=1))


def test_what_is_held_by_an_open_forget_gate_does_not_fade(random_model):
    model = random_model(network="lstm", layers=1, scale=0.01)
    H = model.settings.size
    model.arrays["layers.0.b"][:] = 0
    faded = measure_reach(model, TEXT, distance=20).states["c"]
    model.arrays["layers.0.b"][H : 2 * H] = 40
    kept = measure_reach(model, TEXT, distance=20).states["c"]
    assert fit_decay(faded).rate == pytest.approx(0.5, abs=0.02)
    assert kept == pytest.approx(np.ones(20), abs=0.03)


def test_a_forget_bias_opens_the_forget_gates_alone_and_gradients_last(random_model):
    closed, opened = (
        make_network(
            NeuralSettings(network="lstm", size=12, layers=2, seed=3, forget_bias=bias), torch.ones(40)
        )
        for bias in (0.0, 2.0)
    )
    rates = []
    for net in (closed, opened):
        arrays = {name: part.detach().numpy() for name, part in net.named_parameters()}
        model = random_model(network="lstm", layers=2, size=12, hidden=12)
        for name, array in model.arrays.items():
            if name.startswith("layers"):
                array[:] = arrays[name]
        rates.append(fit_decay(measure_reach(model, TEXT, distance=20).states["c"]).rate)
    assert rates[1] > rates[0] + 0.2
    for one, other in zip(closed.each_layer(), opened.each_layer(), strict=True):
        H = one.hidden
        moved = (other.b - one.b).detach()
        assert torch.allclose(moved[H : 2 * H], torch.full((H,), 2.0))
        assert (moved[:H] == 0).all()
        assert (moved[2 * H :] == 0).all()


def test_a_straight_line_is_found():
    norms = 3 * 0.8 ** np.arange(1, 31)
    decay = fit_decay(norms)
    assert (decay.rate, np.exp(decay.height)) == (pytest.approx(0.8), pytest.approx(3))
    assert decay.at(np.array([1, 2])) == pytest.approx([2.4, 1.92])
    assert decay.half_life == pytest.approx(np.log(2) / np.log(1.25))
    assert fit_decay(np.zeros(5)) is None
    assert fit_decay(np.ones(5)).half_life == np.inf
    assert fit_decay(np.concatenate([norms, np.zeros(4)])).rate == pytest.approx(0.8)


@pytest.mark.parametrize("network", ["window", "rnn", "gru", "lstm"])
def test_connectivity_is_the_gradient_at_each_word_before(random_model, network):
    model = random_model(random_model.shuffled_ranks(), network=network)
    found = connectivity(model, "w4 w8 w15 w16", 3)
    assert found.tokens == ("<s>", "w4", "w8")
    assert found.target == "w15"
    log_probs = model.token_log_probs([model.encode_prompt("w4 w8 w15")])[0]
    assert found.probability == pytest.approx(np.exp(log_probs[-1]), rel=1e-5)
    step = 1e-2
    ranks = model.numbering.of(np.array([4, 8, 15]))
    moved = np.zeros(model.settings.size)
    for place in range(model.settings.size):  # the gradient at w8 by differences
        ends = []
        for sign in (1, -1):
            changed = random_model(random_model.shuffled_ranks(), network=network)
            vectors = changed.arrays["embedding"].copy()
            vectors[ranks[1], place] += sign * step
            changed.network.embedding = vectors  # as input alone
            ends.append(changed.token_log_probs([np.array([4, 8, 15], dtype=np.int32)])[0][-1])
        moved[place] = (ends[0] - ends[1]) / (2 * step)
    assert found.norms[2] == pytest.approx(np.linalg.norm(moved), rel=2e-2)
    assert connectivity(model, "w4 w8").target == "w8"


def test_the_picture_names_every_model_and_its_rate(random_model, tmp_path):
    reaches = {
        network: measure_reach(random_model(network=network), TEXT, distance=12)
        for network in ("window", "rnn", "lstm")
    }
    figure = draw_reach(reaches)
    legends = [text.get_text() for axes in figure.axes for text in axes.get_legend().get_texts()]
    rate = reaches["lstm"].decay.rate
    assert f"lstm: {rate:.3g} a step" in legends
    assert any(name.startswith("lstm, c") for name in legends)
    save_reach(reaches, tmp_path / "reach.svg")
    assert (tmp_path / "reach.svg").read_text().startswith("<?xml")
    draw_reach({"window": reaches["window"]})
    legend = draw_reach({"_x$^$": reaches["lstm"]}).axes[0].get_legend()
    assert legend.get_texts()[0].get_text().startswith(r"_x\$^\$: ")
    faded = dataclasses.replace(reaches["rnn"], words=np.full(12, 1e-20))
    assert len(draw_reach({"faded": faded}).axes[0].get_legend().get_texts()) == 1
    save_reach({"_x$^$": reaches["lstm"], "faded": faded}, tmp_path / "reach.png")


def test_stretches_are_read_in_float64_with_the_memory_of_what_stands_before(random_model, monkeypatch):
    monkeypatch.setattr("nextword.neural.inside.looking_back.MOST_BYTES", 1 << 15)  # two places at once
    model = random_model(network="lstm", layers=2)
    words = model.numbering.of(TEXT)
    places = np.array([3, 5, 12, 20, 28])
    whole, _ = trace(model.network, words[:, None], model.network.initial_state(1))
    seen = []
    for some, layers in stretches(model.network, words, places, 4):
        seen += places[some].tolist()
        for layer, expected in zip(layers, whole, strict=True):
            for name, values in layer.values.items():
                assert values.dtype == np.float64
                for row, place in enumerate(places[some]):
                    assert np.allclose(
                        values[:, row], expected.values[name][place - 3 : place + 1, 0], atol=1e-5
                    )
    assert seen == places.tolist()


def test_a_memory_of_long_ago_is_read_for_some_words_only(random_model):
    """From the middle of a text it is enough to begin some words before."""
    model = random_model(network="lstm", layers=1)
    text = np.random.default_rng(1).integers(3, 40, 400).astype(np.int32)
    whole = measure_reach(model, text, distance=5, places=3)
    end = measure_reach(model, text[150:], distance=5, places=1000)
    assert whole.places == 3
    assert end.places == 245
    words = model.numbering.of(text)
    of_end = word_gradients(model, words[150:], np.array([240]), 5)
    assert np.allclose(of_end, word_gradients(model, words, np.array([390]), 5), rtol=1e-6)


def test_the_norm_of_a_large_jacobian_is_found_by_directions(random_model):
    model = random_model(network="lstm", layers=1, size=40, scale=0.15)
    words = model.numbering.of(TEXT)
    ((_, (layer,)),) = stretches(model.network, words, np.arange(10, 28), 6)
    for part in (0, 1):
        eye = np.broadcast_to(np.eye(40)[:, None], (40, 18, 40))
        seeds = (eye, np.zeros_like(eye)) if part == 0 else (np.zeros_like(eye), eye)
        exact = [
            np.sqrt((before[part] ** 2).sum(axis=(0, 2)) / 40) for before in state_flow_back(layer, seeds)
        ]
        assert np.allclose(state_norms(layer, part).mean(axis=1), np.mean(exact, axis=1), rtol=0.15)


@pytest.mark.filterwarnings("error")
def test_what_explodes_is_infinite_and_spoils_no_fit(random_model, tmp_path):
    model = random_model(network="rnn", layers=1)
    model.arrays["layers.0.W_h"][:] = 6 * np.eye(model.settings.size)
    for name in ("layers.0.W_x", "layers.0.b"):
        model.arrays[name][:] = 0  # h stays at 0, where the slope of tanh is 1
    text = np.random.default_rng(1).integers(3, 40, 1200).astype(np.int32)
    reach = measure_reach(model, text, distance=600, places=3)
    assert np.isinf(reach.states["h"][-1])
    assert fit_decay(reach.states["h"]).rate == pytest.approx(6)
    save_reach({"it": reach}, tmp_path / "it.png")
    assert fit_decay(np.array([1e-200, 1e200, np.inf, np.inf])).rate == np.inf
    assert fit_decay(np.full(5, np.inf)) is None


@pytest.mark.parametrize(
    ("how", "error", "said"),
    [
        ({"distance": 0}, SettingError, "distance is at least 1"),
        ({"places": 0}, SettingError, "places is at least 1"),
        ({"distance": 30}, InputError, "30 tokens"),
    ],
)
def test_texts_that_are_too_short_are_refused(random_model, how, error, said):
    with pytest.raises(error, match=said):
        measure_reach(random_model(network="rnn"), TEXT, **how)


def test_models_without_gradients_say_so(model, random_model):
    with pytest.raises(SettingError, match="no gradients"):
        measure_reach(model, TEXT)
    with pytest.raises(SettingError, match="words 1 to 2, got 3"):
        connectivity(random_model(network="lstm"), "w4 w5", 3)
    with pytest.raises(InputError, match="no word"):
        connectivity(random_model(network="lstm"), "")
