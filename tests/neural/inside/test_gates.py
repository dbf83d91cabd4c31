"""Recorded gates are those inside the network, and the conveyor belt keeps what it carries."""

import json
import time

import numpy as np
import pytest
import torch
from safetensors import safe_open

from nextword.errors import InputError, SettingError
from nextword.neural.inference.lstm import LSTMLayer
from nextword.neural.inference.rnn import RNNLayer
from nextword.neural.inside.contexts import open_contexts
from nextword.neural.inside.gate_arrays import save_arrays
from nextword.neural.inside.gates import LayerRecord, NamedArray, record_gates
from nextword.neural.inside.holding import ORDERS, half_lives, unit_order
from nextword.neural.inside.trace import trace

TEXT = "w5 w9 w4 w39 w7 w4 w20"


def embedded(model, words):
    ids = np.concatenate([[2], model.numbering.of(model.encode_prompt(words))])  # the state after <s> first
    return torch.from_numpy(model.arrays["embedding"][ids]).double()


def test_the_gates_of_an_lstm_are_those_inside_torch_nn_lstm(random_model):
    model = random_model(random_model.shuffled_ranks(), network="lstm", layers=2)
    record = record_gates(model, TEXT)
    x = embedded(model, TEXT)  # (T, E)
    for place, layer in enumerate(record.layers):
        W_x, W_h, b = (
            torch.from_numpy(model.arrays[f"layers.{place}.{name}"]).double() for name in ("W_x", "W_h", "b")
        )
        H = W_h.shape[1]
        lstm = torch.nn.LSTM(x.shape[1], H).double()
        with torch.no_grad():
            for name, value in (
                ("weight_ih_l0", W_x),
                ("weight_hh_l0", W_h),
                ("bias_ih_l0", b),
                ("bias_hh_l0", 0 * b),
            ):
                getattr(lstm, name).copy_(value)
            hidden, (_, c) = lstm(x)
            before = torch.cat([torch.zeros(1, H), hidden[:-1]])
            i, f, candidate, o = (x @ W_x.T + before @ W_h.T + b).chunk(4, dim=-1)
        expected = {
            "input": i.sigmoid(),
            "forget": f.sigmoid(),
            "output": o.sigmoid(),
            "candidate": candidate.tanh(),
            "hidden": hidden,
        }
        for name, values in expected.items():
            assert np.abs(layer[name] - values.numpy()[1:]).max() < 1e-6
        assert np.abs(layer["cell"][-1] - c[0].numpy()).max() < 1e-6
        assert layer.parts["forget"].axes == ("token", "unit")
        x = hidden
    assert record.tokens == tuple(TEXT.split())


def test_the_gates_of_a_gru_are_those_inside_torch_nn_gru(random_model):
    model = random_model(network="gru", layers=1)
    layer = record_gates(model, TEXT).layer()
    x = embedded(model, TEXT)
    arrays = {
        name: torch.from_numpy(model.arrays[f"layers.0.{name}"]).double()
        for name in ("W_x", "W_h", "b", "b_h")
    }
    gru = torch.nn.GRU(x.shape[1], layer.units).double()
    with torch.no_grad():
        for name, value in zip(
            ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"), arrays.values(), strict=True
        ):
            getattr(gru, name).copy_(value)
        hidden, _ = gru(x)
        before = torch.cat([torch.zeros(1, layer.units), hidden[:-1]])
        below = (x @ arrays["W_x"].T + arrays["b"]).chunk(3, dim=-1)
        past = (before @ arrays["W_h"].T + arrays["b_h"]).chunk(3, dim=-1)
        r, z = (below[0] + past[0]).sigmoid(), (below[1] + past[1]).sigmoid()
    assert np.abs(layer["reset"] - r.numpy()[1:]).max() < 1e-6
    assert np.abs(layer["update"] - z.numpy()[1:]).max() < 1e-6
    assert np.abs(layer["hidden"] - hidden.numpy()[1:]).max() < 1e-6
    assert layer.keeper == "update"


@pytest.mark.parametrize("network", ["rnn", "gru", "lstm"])
def test_what_is_traced_is_what_is_answered_from(random_model, network):

    model = random_model(network=network, layers=2)
    ids = model.encode_prompt(TEXT)
    traces, state = trace(model.network, ids[:, None], model.initial_state())
    hidden, after = model.network.remember(ids[:, None], model.initial_state())
    assert state == after
    assert np.array_equal(traces[-1].values["hidden"], hidden)


def belt(f, i, H=7):
    """An LSTM whose gates hang on nothing, and are as open as their biases say."""
    bias = np.concatenate([np.full(H, i), np.full(H, f), np.full(H, 0.3), np.zeros(H)]).astype(np.float32)
    random = np.random.default_rng(0)
    zeros = np.zeros((4 * H, H), dtype=np.float32)
    zeros[2 * H : 3 * H] = random.standard_normal((H, H))  # the candidate does hang on what is read
    return LSTMLayer(zeros, zeros.copy(), bias, np.zeros((2, H), dtype=np.float32))


def test_the_conveyor_belt_keeps_its_load_for_a_thousand_steps_to_the_last_bit():
    H = 7
    random = np.random.default_rng(1)
    c = random.standard_normal((1, H)).astype(np.float32)
    read = random.standard_normal((1000, 1, H)).astype(np.float32)
    layer = belt(f=100.0, i=-100.0)
    _, (h, after) = layer.remember(read, (np.zeros((1, H), dtype=np.float32), c))
    assert after.tobytes() == c.tobytes()
    assert np.array_equal(h, 0.5 * np.tanh(c))  # the output gate half open
    leaky = belt(f=5.0, i=-100.0)  # 0.9933 a step
    _, (_, after) = leaky.remember(read, (np.zeros((1, H), dtype=np.float32), c))
    assert np.abs(after).max() < 0.01


def test_the_conveyor_belt_holds_in_pytorch_too():
    H = 7
    lstm = torch.nn.LSTM(H, H)
    with torch.no_grad():
        lstm.bias_ih_l0[:] = 0
        lstm.bias_hh_l0[:] = 0
        lstm.bias_ih_l0[:H], lstm.bias_ih_l0[H : 2 * H] = -1000, 1000
        c = torch.randn(1, 1, H, generator=torch.Generator().manual_seed(2))
        _, (_, after) = lstm(torch.randn(1000, 1, H), (torch.zeros(1, 1, H), c))
    assert torch.equal(after, c)


def test_a_vanilla_rnn_keeps_nothing_as_it_was():
    H = 7
    random = np.random.default_rng(3)
    identity = np.eye(H, dtype=np.float32)
    layer = RNNLayer(
        np.zeros((H, H), dtype=np.float32), identity, np.zeros(H, dtype=np.float32), np.zeros((1, H))
    )
    h = random.standard_normal((1, H)).astype(np.float32)
    _, (after,) = layer.remember(np.zeros((1000, 1, H), dtype=np.float32), (h,))
    assert (after != h).all()  # though W_h is the identity and nothing is read
    assert np.abs(after).max() < 0.06


def test_half_lives_are_those_of_the_gates(random_model):
    layer = record_gates(random_model(network="lstm", layers=1), TEXT).layer()
    lives, forget = half_lives(layer), layer["forget"].astype(float)
    for unit in range(layer.units):
        assert np.prod(forget[:, unit]) == pytest.approx(0.5 ** (len(forget) / lives[unit]))
    assert (np.diff(lives[unit_order(layer, "longest")]) <= 0).all()


def layer_of(*parts):
    """A layer whose parts are arrays of (token, unit), the first of them the keeping gate."""
    named = {f"part{place}": NamedArray(part, ("token", "unit")) for place, part in enumerate(parts)}
    return LayerRecord(named, ("part0",), "part0")


@pytest.mark.parametrize("tokens", [1, 2, 40])
@pytest.mark.parametrize("units", [1, 2, 9])
def test_every_order_has_every_unit_once(units, tokens):
    random = np.random.default_rng(tokens)
    layer = layer_of(*random.random((3, tokens, units), dtype=np.float32))
    for name in ORDERS:
        assert sorted(unit_order(layer, name)) == list(range(units))
        assert np.array_equal(unit_order(layer, name), unit_order(layer, name))
    with pytest.raises(SettingError, match="longest, alike, number, got 'size'"):
        unit_order(layer, "size")


@pytest.mark.parametrize("tokens", [3, 50])
def test_units_that_do_alike_stand_side_by_side(tokens):
    random = np.random.default_rng(0)
    kinds = random.random((tokens, 4), dtype=np.float32)
    kind_of = random.permutation(np.arange(24) % 4)
    noise = 0.001 * random.standard_normal((tokens, 24))
    order = unit_order(layer_of(kinds[:, kind_of] + noise.astype(np.float32)), "alike")
    changes = np.count_nonzero(np.diff(kind_of[order]))
    assert changes <= 4  # the circle may be cut inside of one kind


@pytest.mark.parametrize("tokens", [3, 50])
def test_the_order_of_units_is_that_of_the_singular_vectors(tokens):
    values = np.random.default_rng(1).random((tokens, 12), dtype=np.float32)
    series = values.T.astype(float) - values.T.mean(axis=0)
    left, stretch, _ = np.linalg.svd(series, full_matrices=False)
    plane = (left * stretch)[:, :2]
    plane *= np.sign(plane[np.abs(plane).argmax(axis=0), [0, 1]])
    expected = np.argsort(np.arctan2(plane[:, 1], plane[:, 0]))
    assert unit_order(layer_of(values), "alike").tolist() == expected.tolist()


def test_only_the_order_that_is_asked_for_is_found(random_model, monkeypatch):
    layer = record_gates(random_model(network="lstm", layers=1), TEXT).layer()
    monkeypatch.setattr(np.linalg, "eigh", None)
    unit_order(layer, "longest")
    unit_order(layer, "number")
    with pytest.raises(TypeError):
        unit_order(layer, "alike")


def test_a_long_text_of_a_large_layer_is_ordered_at_once():
    random = np.random.default_rng(2)
    layer = layer_of(*random.random((6, 1024, 650), dtype=np.float32))
    unit_order(layer, "alike")
    times = []
    for _ in range(5):
        began = time.process_time()
        unit_order(layer, "alike")
        times.append(time.process_time() - began)
    assert (
        min(times) < 0.4
    )  # all singular vectors take a second of the processor, and several where threads wait


def test_a_gate_that_is_never_closed_holds_for_good_and_one_that_closes_holds_nothing(random_model):
    model = random_model(network="lstm", layers=1)
    H = model.settings.size
    model.arrays["layers.0.W_x"][H : H + 2] = model.arrays["layers.0.W_h"][H : H + 2] = 0
    model.arrays["layers.0.b"][H : H + 2] = 200, -200
    lives = half_lives(record_gates(model, TEXT).layer())
    assert lives[0] == np.inf
    assert lives[1] == 0


def test_contexts_are_the_places_where_the_gate_is_most_open(random_model):
    model = random_model(network="lstm", layers=2)
    random = np.random.default_rng(4)
    texts = [random.integers(3, 40, length).astype(np.int32) for length in (30, 20)]
    read = np.concatenate(texts)
    found = open_contexts(model, texts, gate="input", unit=2, layer=1, k=5)
    words = " ".join(model.tokenizer.token(int(token)) for token in read)
    values = record_gates(model, words).layer(1)["input"][:, 1]
    assert [each.place for each in found] == np.argsort(-values, kind="stable")[:5].tolist()
    for each in found:
        assert each.value == pytest.approx(values[each.place], abs=1e-6)
        assert each.token == model.tokenizer.token(int(read[each.place]))
        assert list(each.before) == words.split()[max(0, each.place - 8) : each.place]


def test_a_long_corpus_is_read_in_pieces_and_every_word_is_looked_at(random_model):
    model = random_model(network="gru", layers=1)
    text = np.random.default_rng(5).integers(3, 40, 5001).astype(np.int32)
    seen = []
    found = open_contexts(model, [text], gate="reset", unit=1, k=5001, progress=seen.append)
    assert sorted(each.place for each in found) == list(range(5001))
    assert sum(seen) >= 5001
    values = [each.value for each in found]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("forget", [0, 4, 40])
def test_what_was_remembered_long_ago_is_not_lost_between_pieces(random_model, forget):
    """Units that forget slowly, or never, have the memory of the whole text wherever it is cut."""
    model = random_model(network="lstm", layers=2, scale=0.3)
    for layer in (0, 1):
        H = len(model.arrays[f"layers.{layer}.b"]) // 4
        model.arrays[f"layers.{layer}.b"][H : 2 * H] += forget
    text = np.random.default_rng(6).integers(3, 40, 2000).astype(np.int32)
    traces, _ = trace(model.network, model.numbering.of(text)[:, None], model.initial_state(1))
    for layer in (1, 2):
        found = open_contexts(model, [text], gate="output", unit=3, layer=layer, k=2000)
        values = traces[layer - 1].values["output"][:, 0, 2]
        assert np.allclose([each.value for each in found], values[[each.place for each in found]], atol=1e-4)
    assert [each.place for each in open_contexts(model, [text], gate="output", unit=3, k=7)] == [
        each.place for each in found[:7]
    ]


def test_at_least_one_word_is_looked_for(random_model):
    with pytest.raises(SettingError, match="at least 1, got 0"):
        open_contexts(random_model(network="gru"), [np.array([4])], gate="reset", unit=1, k=0)


def test_arrays_of_all_layers_are_written_with_their_tokens(random_model, tmp_path):
    record = record_gates(random_model(network="gru", layers=2), TEXT)
    save_arrays(record, tmp_path / "gates.safetensors")
    with safe_open(tmp_path / "gates.safetensors", "np") as file:
        names = {
            f"layers.{place}.{name}" for place, layer in enumerate(record.layers) for name in layer.parts
        }
        assert set(file.keys()) == names
        assert "layers.1.update" in names
        for place, layer in enumerate(record.layers):
            for name in layer.parts:
                values = file.get_tensor(f"layers.{place}.{name}")
                assert values.dtype == np.float32
                assert np.array_equal(values, layer[name])
        assert json.loads(file.metadata()["tokens"]) == TEXT.split()
    with pytest.raises(SettingError, match=r"NAME\.safetensors; got 'gates\.npz'"):
        save_arrays(record, tmp_path / "gates.npz")


@pytest.mark.parametrize(
    ("network", "text", "error", "said"),
    [
        ("rnn", "w4", SettingError, "RNN has no gates"),
        ("window", "w4", SettingError, "fixed window has no gates"),
        ("lstm", " ", InputError, "holds no word"),
        ("lstm", "w4 " * 5000, SettingError, "at most 4,096"),
    ],
)
def test_what_has_no_gates_says_so(random_model, network, text, error, said):
    with pytest.raises(error, match=said):
        record_gates(random_model(network=network), text)


def test_models_that_are_no_networks_have_no_gates(model):
    with pytest.raises(SettingError, match="ngram has no gates"):
        record_gates(model, "the cat")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"gate": "update"}, "gates are input, forget, output"),
        ({"unit": 9}, "units 1 to 6, got 9"),
        ({"unit": 0}, "units 1 to 6, got 0"),
        ({"layer": 2}, "layers 1 to 1, got 2"),
    ],
)
def test_a_gate_that_there_is_not_is_refused(random_model, how, said):
    model = random_model(network="lstm", layers=1)
    with pytest.raises(SettingError, match=said):
        open_contexts(model, [np.array([4, 5])], **{"gate": "forget", "unit": 1, **how})
    with pytest.raises(InputError, match="no word"):
        open_contexts(model, [], gate="forget", unit=1)
