"""A model folder from a stranger may hold anything: it must not make a kernel leave its arrays or run forever."""

import json

import numpy as np
import pytest

from nextword.errors import ModelFormatError
from nextword.lm import Sampling, generate
from nextword.store.models import load_model, save_model
from nextword.store.tensors import map_tensors, write_tensors
from support import sign

LARGEST = np.iinfo(np.int32).max


@pytest.fixture
def folder(model, tmp_path):
    save_model(model, tmp_path / "model")
    return tmp_path / "model"


def damage(folder, name, change):
    tensors = {key: tensor.copy() for key, tensor in map_tensors(folder / "model.safetensors").items()}
    change(tensors[name])
    write_tensors(folder / "model.safetensors", tensors)


def fill(value):
    def change(array):
        array[len(array) // 4 : -1] = value

    return change


def shuffle(array):
    np.random.default_rng(0).shuffle(array[len(array) // 4 : -1])


CHANGES = {f"{value}": fill(value) for value in (LARGEST, -LARGEST, -1, 0, 4, 5000)} | {"shuffled": shuffle}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", ["words", "children", "suffixes", "counts"])
def test_numbers_that_lead_nowhere_hurt_nobody(folder, name, change):
    """As in a large model, which is not verified on loading."""
    damage(folder, name, CHANGES[change])
    model = load_model(folder, verify=False)
    ids = np.arange(3, model.vocabulary_size, dtype=np.int32)
    model.token_log_probs([ids, ids[::-1]])
    model.matched_orders([ids, ids[::-1]])
    for context in ([], [3], [3, 4], [0, 16], ids.tolist()):
        state = model.read(context)
        assert model.log_probs(state).shape == (1, model.vocabulary_size)
        words, _ = model.top_k(state, 5)
        assert words.min() >= 0
        assert words.max() < model.vocabulary_size
    generate(model, "the", length=20, sampling=Sampling(seed=1))
    model.next_words("the cat")
    model.why("the cat", "sat")
    for node in range(0, int(model.automaton.starts[-1]), 7):
        assert len(model.automaton.path(node)) <= node


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("model", None),
        ("model", []),
        ("model", {"typo": 1}),
        ("model", {"order": 4}),
        ("model", {"prune": [1, [2]]}),
        ("provenance", []),
        ("provenance", 0),
        ("format_version", True),
        ("tokenizer", {"kind": {}}),
        ("tokenizer", {"kind": "words", "special_tokens": ["keep"]}),
        ("tokenizer", []),
    ],
    ids=str,
)
def test_a_config_of_the_wrong_types_is_a_format_error(folder, part, value):
    content = json.loads((folder / "config.json").read_text())
    content[part] = value
    (folder / "config.json").write_text(json.dumps(content))
    with pytest.raises(ModelFormatError):
        load_model(folder)


@pytest.mark.parametrize("weights", [None, [], "1", [1, None], {"a": 1}, [float("nan")], [2, -1]], ids=str)
def test_a_mixture_without_proper_weights_is_a_format_error(folder, weights):
    config = {
        "model_type": "mixture",
        "format_version": 1,
        "nextword_version": "0",
        "model": {"weights": weights},
    }
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelFormatError):
        load_model(folder)


def test_a_vocabulary_that_is_no_text_is_a_format_error(folder):
    path = folder / "tokenizer.json"
    path.write_text(path.read_text().replace('"cat"', '"\\ud800"'))
    sign(folder)
    with pytest.raises(ModelFormatError, match="surrogate"):
        load_model(folder)
