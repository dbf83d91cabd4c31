"""Classifiers on disk: the same answers again, and nothing else than a classifier."""

import json

import numpy as np
import pytest

from nextword.cli.main import run
from nextword.errors import ModelFormatError, SettingError, StorageError
from nextword.store.classifiers import load_classifier, save_classifier
from nextword.store.models import load_model, save_model
from nextword.store.tensors import map_tensors, write_tensors
from nextword.tasks.classify.bag import Bag
from nextword.tasks.classify.model import TextClassifier
from nextword.tasks.classify.settings import ClassifierSettings
from nextword.text.vocabulary import SPECIAL_TOKENS
from nextword.text.word_level import WordsTokenizer
from support import sign

V = 12
TEXTS = ["w3 w4 w5", "w9", "strange", "", "w11 w11 w3 w7"]


def classifier(bag=0.4, members=2, **changes):
    settings = ClassifierSettings(
        size=4, hidden=3, pooling="attention+max", bag=bag, members=members, **changes
    )
    random = np.random.default_rng(0)
    arrays = [
        {
            name: random.normal(size=shape).astype(np.float32)
            for name, shape in settings.array_shapes(V, 3).items()
        }
        for _ in range(settings.networks)
    ]
    tokenizer = WordsTokenizer(
        [*SPECIAL_TOKENS, *(f"w{number}" for number in range(3, V))], lowercase=True, special_tokens="skip"
    )
    keys = np.array([3, 5, 9, 60], dtype=np.int64)
    weights = random.normal(size=(4, 3)).astype(np.float32)
    known = Bag(keys, weights, random.normal(size=3).astype(np.float32), V, 2) if bag else None
    return TextClassifier(settings, ["bad", "fair", "good"], tokenizer, arrays, known, {"texts": 7})


@pytest.fixture
def folder(tmp_path):
    save_classifier(classifier(), tmp_path / "model", {"command": "classify"})
    return tmp_path / "model"


@pytest.mark.parametrize("bag", [0.0, 0.4, 1.0])
def test_what_was_saved_answers_as_before(tmp_path, bag):
    model = classifier(bag)
    save_classifier(model, tmp_path / "model")
    again = load_classifier(tmp_path / "model", verify=True)
    assert np.array_equal(again.probabilities(TEXTS), model.probabilities(TEXTS))
    assert ("LSTM" in (tmp_path / "model" / "README.md").read_text()) == (bag < 1)
    assert (again.labels, again.settings, again.details) == (model.labels, model.settings, model.details)


@pytest.mark.parametrize("name", ["embedding", "weights", "labels", "surrogates"])
def test_what_nothing_could_load_is_not_saved(tmp_path, name):
    model = classifier()
    if name == "embedding":
        model.members[1].arrays["embedding"][3, 0] = np.nan
    elif name == "weights":
        model.bag.weights[0, 0] = np.inf
    else:
        model.labels = [0, 1, 2] if name == "labels" else ["a", "b", "\ud800"]
    with pytest.raises(SettingError, match=r"this classifier cannot be saved: .*(finite|labels)"):
        save_classifier(model, tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_the_same_classifier_gives_the_same_bytes_and_replaces_an_older_one(folder):
    before = (folder / "model.safetensors").read_bytes()
    save_classifier(load_classifier(folder), folder)
    assert (folder / "model.safetensors").read_bytes() == before
    assert "nextword classify predict" in (folder / "README.md").read_text()


def test_it_takes_no_other_folders_place(folder, tmp_path, model):
    save_model(model, tmp_path / "language-model")
    with pytest.raises(StorageError, match="holds a model, which classifiers do not replace"):
        save_classifier(classifier(), tmp_path / "language-model")
    with pytest.raises(StorageError, match="holds a classifier, which language models do not replace"):
        save_model(model, folder)


def test_one_is_not_taken_for_the_other(folder, tmp_path, model):
    with pytest.raises(ModelFormatError, match="nextword classify predict"):
        load_model(folder)
    save_model(model, tmp_path / "language-model")
    with pytest.raises(ModelFormatError, match="holds 'ngram', not a classifier"):
        load_classifier(tmp_path / "language-model")
    with pytest.raises(ModelFormatError, match="there is no classifier at"):
        load_classifier(tmp_path / "nothing")


def test_info_tells_what_it_holds(folder, capsys):
    assert run(["info", str(folder), "--verify", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert (content["model_type"], content["labels"]) == ("classifier", ["bad", "fair", "good"])
    assert content["vocabulary"] == V
    assert content["verified"] is True


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_or_damaged_file_is_named(folder, name):
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelFormatError, match=name):
        load_classifier(folder)
    (folder / name).unlink()
    with pytest.raises(ModelFormatError, match=f"{name} is missing"):
        load_classifier(folder)


def flip(folder):
    data = bytearray((folder / "model.safetensors").read_bytes())
    data[-3] ^= 4
    (folder / "model.safetensors").write_bytes(data)


def test_a_flipped_bit_is_found(folder):
    flip(folder)
    with pytest.raises(ModelFormatError, match="is not as it was saved"):
        load_classifier(folder)


@pytest.mark.parametrize(
    ("message", "change"),
    [
        ("make no sense: pooling is one of", lambda model: model["settings"].update(pooling="sum")),
        ("directions are 2", lambda model: model["settings"].update(directions=2.0)),
        ("no setting 'more'", lambda model: model["settings"].update(more=1)),
        ("lacks embedding", lambda model: model["settings"].update(members=3)),
        ("is no part of this classifier", lambda model: model["settings"].update(members=1)),
        ("is no part of this classifier", lambda model: model["settings"].update(bag=0.0)),
        ("is no part of this classifier", lambda model: model["settings"].update(bag=1.0)),
        ("W_x", lambda model: model["settings"].update(hidden=4)),
        ("config.json: labels must be", lambda model: model.update(labels=["a", "a", "b"])),
        ("config.json: labels must be", lambda model: model.update(labels=["a", {}, "b"])),
        ("config.json: labels must be", lambda model: model.pop("labels")),
        ("bag of n-grams holds", lambda model: model.update(labels=["a", "b"])),
        ("unknown key 'other'", lambda model: model.update(other=1)),
        ("must be objects", lambda model: model.update(settings=[])),
    ],
)
def test_a_config_that_does_not_fit_is_refused(folder, message, change):
    content = json.loads((folder / "config.json").read_text())
    change(content["model"])
    (folder / "config.json").write_text(json.dumps(content))
    with pytest.raises(ModelFormatError, match=message):
        load_classifier(folder)


def set_to(name, value):
    def change(tensors):
        tensors[name].flat[1] = value

    return change


@pytest.mark.parametrize(
    ("message", "change"),
    [
        ("not finite", set_to("members.1.embedding", np.nan)),
        ("not finite", set_to("bag.weights", np.inf)),
        ("so large", set_to("members.0.U", 1e30)),
        ("not in their order", set_to("bag.keys", 9)),
        ("is no part", lambda tensors: tensors.update(extra=np.zeros(3, np.float32))),
        ("lacks bias", lambda tensors: tensors.pop("members.0.bias")),
        ("bag of n-grams holds", lambda tensors: tensors.pop("bag.bias")),
        ("bag of n-grams holds", lambda tensors: tensors.update({"bag.keys": np.zeros(3)})),
        ("to be a row of numbers", lambda tensors: tensors.update({"bag.keys": np.array(3)})),
    ],
)
def test_arrays_that_are_no_classifiers_are_refused(folder, message, change):
    tensors = {name: tensor.copy() for name, tensor in map_tensors(folder / "model.safetensors").items()}
    change(tensors)
    write_tensors(folder / "model.safetensors", tensors)
    sign(folder)
    with pytest.raises(ModelFormatError, match=message):
        load_classifier(folder)
