"""Trained networks on disk: the same bits again, and nothing else than a network."""

import json

import numpy as np
import pytest

from nextword.cli.main import run
from nextword.errors import ModelFormatError
from nextword.lm import LinearMixture, check_language_model
from nextword.neural.inference.make import array_shapes
from nextword.neural.model import NeuralModel
from nextword.neural.settings import NeuralSettings
from nextword.store.models import check_target, load_model, save_model
from nextword.store.tensors import map_tensors, write_tensors
from nextword.text.vocabulary import SPECIAL_TOKENS
from nextword.text.word_level import WhitespaceTokenizer
from support import sign

V = 30
DETAILS = {"tokens": 1000, "epochs": 2, "steps": 15, "valid_perplexity": 12.345}
LOG = [{"epoch": 1, "loss": 5.5}, {"epoch": 2, "loss": 5.25, "note": "é"}]


def network(kind="lstm", ranks=None, seed=0, **changes):
    settings = NeuralSettings(
        network=kind, size=6, softmax="adaptive", shortlist=8, clusters=(15,), window=2, tied=False, **changes
    )
    random = np.random.default_rng(seed)
    arrays = {
        name: random.standard_normal(shape).astype(np.float32)
        for name, shape in array_shapes(settings, V).items()
    }
    tokenizer = WhitespaceTokenizer([*SPECIAL_TOKENS, *(f"w{number}" for number in range(3, V))])
    model = NeuralModel(settings, arrays, tokenizer, ranks, DETAILS)
    model.log = LOG
    return model


@pytest.fixture
def folder(tmp_path):
    save_model(
        network(ranks=np.array([0, 1, 2, *range(V - 1, 2, -1)])), tmp_path / "model", {"command": "train"}
    )
    return tmp_path / "model"


def change_tensors(folder, change):
    tensors = {name: tensor.copy() for name, tensor in map_tensors(folder / "model.safetensors").items()}
    change(tensors)
    write_tensors(folder / "model.safetensors", tensors)
    sign(folder)


def change_model(folder, change):
    content = json.loads((folder / "config.json").read_text())
    change(content)
    (folder / "config.json").write_text(json.dumps(content))


@pytest.mark.parametrize("kind", ["window", "rnn", "gru", "lstm"])
@pytest.mark.parametrize("is_shuffled", [False, True])
def test_a_saved_network_gives_the_same_bits(kind, is_shuffled, tmp_path):
    ranks = np.array([0, 1, 2, *range(V - 1, 2, -1)]) if is_shuffled else None
    model = network(kind, ranks, learned_start=kind != "window")
    save_model(model, tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    stream = np.array([4, 9, 0, 2, 29, 2], dtype=np.int32)
    assert np.array_equal(loaded.log_probs(loaded.read(stream)), model.log_probs(model.read(stream)))
    assert np.array_equal(loaded.stream_log_probs(stream), model.stream_log_probs(stream))
    assert (loaded.settings, loaded.details, loaded.log) == (model.settings, DETAILS, LOG)
    assert ("ranks" in map_tensors(tmp_path / "model" / "model.safetensors")) == is_shuffled
    save_model(loaded, tmp_path / "again")
    for name in ("model.safetensors", "training.jsonl", "tokenizer.json"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "model" / name).read_bytes()
    check_language_model(loaded, contexts=3, tolerance=1e-4)


def test_a_saved_network_may_be_replaced(folder):
    check_target(folder)
    other = network("rnn")
    other.log = []
    save_model(other, folder)
    assert load_model(folder).model_type == "rnn"
    assert not (folder / "training.jsonl").exists()


def test_networks_are_mixed_and_saved(tmp_path):
    mixture = LinearMixture([network(), network("window", seed=1)], [0.25, 0.75])
    save_model(mixture, tmp_path / "mixture")
    loaded = load_model(tmp_path / "mixture")
    stream = np.array([4, 2, 5, 2], dtype=np.int32)
    assert np.array_equal(loaded.stream_log_probs(stream), mixture.stream_log_probs(stream))


def test_the_card_says_what_network_it_is(folder):
    card = (folder / "README.md").read_text(encoding="utf-8")
    for words in (
        "An LSTM answers, with 2 layers of 6 numbers",
        "adaptive softmax",
        "12.35",
        "| epochs | `2` |",
        "| steps | `70` |",  # T, the setting
        "| steps | `15` |",  # how many training took
    ):
        assert words in card
    assert "n-gram" not in card


def test_info_shows_settings_parameters_and_training(folder, capsys):
    assert run(["info", str(folder), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["model_type"] == "lstm"
    assert shown["parameters"] == load_model(folder).parameters
    assert shown["settings"]["size"] == 6
    assert shown["training"] == DETAILS
    assert run(["info", str(folder)]) == 0
    assert "valid_perplexity" in capsys.readouterr().out


def remove(name):
    return lambda tensors: tensors.pop(name)


def put(name, value):
    return lambda tensors: tensors.__setitem__(name, value)


def spoil(name, value):
    return lambda tensors: tensors[name].fill(value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (remove("layers.1.W_h"), "lacks layers.1.W_h"),
        (remove("output.cluster_bias"), "lacks output.cluster_bias"),
        (put("layers.2.b", np.zeros(24, dtype=np.float32)), "no part of this lstm"),
        (put("W.0", np.zeros((6, 12), dtype=np.float32)), "no part of this lstm"),
        (put("embedding", np.zeros((V + 1, 6), dtype=np.float32)), "vocabulary of 30"),
        (put("layers.0.W_h", np.zeros((6, 24), dtype=np.float32)), "layers.0.W_h"),
        (put("layers.0.b", np.zeros(24)), "float64"),
        (put("ranks", np.zeros(V, dtype=np.int32)), "each once"),
        (put("ranks", np.arange(V)), "int64"),
        (put("ranks", np.arange(V - 1, dtype=np.int32)), "length 30"),
        (put("ranks", np.arange(V, dtype=np.int32)[::-1].copy()), "begin 0, 1, 2"),
        (spoil("layers.1.W_x", np.nan), "layers.1.W_x holds numbers that are not finite"),
        (spoil("output.cluster_U", np.inf), "not finite"),
        (spoil("output.bias", -np.inf), "output.bias holds numbers that are not finite"),
        (spoil("output.U", 3e38), "so large"),
        (spoil("layers.0.b", -2e9), "so large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_arrays_that_are_no_network_are_refused(folder, change, message):
    change_tensors(folder, change)
    with pytest.raises(ModelFormatError, match=message):
        load_model(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content["model"].update(typo=1), "typo"),
        (lambda content: content["model"]["settings"].update(typo=1), "typo"),
        (lambda content: content["model"]["settings"].update(size=7), "vocabulary of 30"),
        (lambda content: content["model"]["settings"].update(size=1e9), "whole number"),
        (lambda content: content["model"]["settings"].update(layers=3), "lacks layers.2"),
        (lambda content: content["model"]["settings"].update(layers=1), "no part"),
        (lambda content: content["model"]["settings"].update(tied=True), "no part"),
        (lambda content: content["model"]["settings"].update(tied="yes"), "true or false"),
        (lambda content: content["model"]["settings"].update(clusters=[[3]]), "clusters"),
        (lambda content: content["model"]["settings"].update(clusters=None), "make no sense"),
        (lambda content: content["model"]["settings"].update(network=[]), "make no sense"),
        (lambda content: content["model"]["settings"].update(network="gru"), "says lstm"),
        (lambda content: content.update(model_type="gru"), "says gru"),
        (lambda content: content["model"].update(settings=[]), "must be objects"),
        (lambda content: content["model"].update(details=None), "must be objects"),
        (lambda content: content.update(model={}), "must be objects"),
        (lambda content: content.update(tokenizer=None), "kind"),
    ],
)
def test_settings_that_are_no_network_are_refused(folder, change, message):
    change_model(folder, change)
    with pytest.raises(ModelFormatError, match=message):
        load_model(folder)


def test_what_is_wrong_is_said_in_a_few_words(folder):
    for wrong in (
        {"clusters": list(range(9000, 0, -1))},
        {"size": "x" * 9000},
        {"network": ["x"] * 9000},
        {"rate": 10**4000},
        {"layers": 64},
        {"layers": 1},
    ):
        content = json.loads((folder / "config.json").read_text())
        change_model(folder, lambda changed, wrong=wrong: changed["model"]["settings"].update(wrong))
        with pytest.raises(ModelFormatError) as caught:
            load_model(folder)
        assert len(str(caught.value)) < 1000
        (folder / "config.json").write_text(json.dumps(content))


@pytest.mark.parametrize(
    "details",
    [
        {"valid_perplexity": 10**400},
        {"valid_perplexity": 1e300},
        {"valid_perplexity": True},
        {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": {"j": {"k": {"l": {"m": 1}}}}}}}}}}}}},
        {"\x1b[2J": "\u202e"},
    ],
    ids=str,
)
def test_a_stranger_may_say_anything_of_training(folder, details, tmp_path, capsys):
    change_model(folder, lambda content: content["model"].update(details=details))
    save_model(load_model(folder), tmp_path / "again")
    assert load_model(tmp_path / "again").details == details
    for options in ([], ["--json"], ["--verify"]):
        assert run(["info", str(folder), *options]) == 0
        shown = capsys.readouterr().out
        assert "--json" in options or "\x1b" not in shown


def test_a_log_has_so_many_entries_at_most(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("nextword.store.neural.MAX_LOG_ENTRIES", 3)
    model = load_model(folder)
    model.log = [{"epoch": epoch} for epoch in range(1, 6)]
    save_model(model, tmp_path / "again")
    assert load_model(tmp_path / "again").log == [{"epoch": 3}, {"epoch": 4}, {"epoch": 5}]
    (folder / "training.jsonl").write_bytes(b"{}\n" * 4)
    with pytest.raises(ModelFormatError, match=r"training\.jsonl has 4 lines"):
        load_model(folder)


@pytest.mark.parametrize("log", [b"[1]\n", b'{"a": 1}\nnonsense\n', b'{"a": NaN}\n', b"\xff\n"])
def test_a_log_that_is_none_is_refused(folder, log):
    (folder / "training.jsonl").write_bytes(log)
    with pytest.raises(ModelFormatError, match=r"training\.jsonl"):
        load_model(folder)


def test_unverified_numbers_are_not_looked_at(folder):
    change_tensors(folder, spoil("layers.1.W_x", np.nan))
    assert load_model(folder, verify=False).model_type == "lstm"
