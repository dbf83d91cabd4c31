"""Taggers on disk: what is saved comes back; what is damaged, or of another kind, is refused in a line."""

import json

import numpy as np
import pytest

import nextword
from nextword.cli.tag_options import ColumnOptions
from nextword.errors import ModelFormatError, SettingError, StorageError
from nextword.store.models import load_model
from nextword.store.tagger import load_tagger, save_tagger
from nextword.store.tensors import map_tensors, write_tensors
from nextword.tasks.tagging.files.layout import Layout
from nextword.tasks.tagging.files.sentences import Sentence
from nextword.tasks.tagging.lexicon import Lexicon
from nextword.tasks.tagging.model import SequenceTagger
from nextword.tasks.tagging.settings import TaggerSettings
from nextword.tasks.tagging.shape import array_shapes

SETTINGS = TaggerSettings(size=4, hidden=3, character_size=3, character_hidden=4, affix_size=2, case_size=2)
SENTENCES = [
    Sentence(words=("Ännchen", "saw", "日本", "."), tags=("B-X", "O", "B-Y", "O"), features=(tuple("abca"),)),
    Sentence(words=("saw", "Ännchen"), tags=("O", "B-X"), features=(tuple("ab"),)),
]


@pytest.fixture
def tagger():
    tags = ["O", "B-X", "I-X", "E-X", "S-X", "B-Y", "I-Y", "E-Y", "S-Y"]
    lexicon = Lexicon.learn(SENTENCES, tags, SETTINGS)
    chance = np.random.default_rng(0)
    shapes = array_shapes(SETTINGS, lexicon).items()
    arrays = {name: chance.standard_normal(shape, dtype=np.float32) for name, shape in shapes}
    layout = Layout(tag=3, features=(2,)).as_dict()
    return SequenceTagger(SETTINGS, lexicon, arrays, "bio", layout, {"valid_f1": 0.5})


@pytest.fixture
def folder(tagger, tmp_path):
    tagger.log = [{"epoch": 1}]
    save_tagger(tagger, tmp_path / "t", {"data": ["train.txt"]})
    return tmp_path / "t"


def asked(tagger):
    words, features = [each.words for each in SENTENCES], [each.features for each in SENTENCES]
    return tagger.tag(words, features), tagger.probabilities(words, features)


def rewrite(folder, change):
    """Change the arrays of a folder, and take back what was recorded of the file."""
    tensors = {name: tensor.copy() for name, tensor in map_tensors(folder / "model.safetensors").items()}
    change(tensors)
    write_tensors(folder / "model.safetensors", tensors)
    reconfigure(folder, lambda config: config.pop("files"))


def reconfigure(folder, change):
    config = json.loads((folder / "config.json").read_text())
    change(config)
    (folder / "config.json").write_text(json.dumps(config))


def test_what_is_saved_comes_back(folder, tagger):
    loaded = load_tagger(folder)
    (tags, shares), (expected, expected_shares) = asked(loaded), asked(tagger)
    assert tags == expected
    assert all(np.array_equal(*both) for both in zip(shares, expected_shares, strict=True))
    assert loaded.settings == SETTINGS
    assert loaded.lexicon.words == tagger.lexicon.words
    assert (loaded.scheme, loaded.layout, loaded.details) == ("bio", tagger.layout, {"valid_f1": 0.5})
    card = (folder / "README.md").read_text()
    assert card.startswith("---\nlibrary_name: nextword")
    assert "F1 of spans on sentences it was not trained on: 50.00%" in card
    assert json.loads((folder / "training.jsonl").read_text()) == {"epoch": 1}
    assert nextword.load_tagger(folder, verify=True).tags == tagger.tags


def test_a_tagger_replaces_a_tagger_and_nothing_else(folder, tagger, tmp_path):
    save_tagger(tagger, folder)
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(StorageError, match=r"mine\.txt"):
        save_tagger(tagger, folder)
    (tmp_path / "v").mkdir()
    other = '{"model_type": "ngram", "format_version": 1, "nextword_version": "0"}'
    (tmp_path / "v" / "config.json").write_text(other)
    with pytest.raises(StorageError, match="which taggers do not replace"):
        save_tagger(tagger, tmp_path / "v")
    with pytest.raises(ModelFormatError, match="not a tagger"):
        load_tagger(tmp_path / "v")


def test_a_tagger_is_no_language_model(folder):
    with pytest.raises(ModelFormatError, match="predicts no next word"):
        load_model(folder)
    with pytest.raises(ModelFormatError, match="there is no tagger"):
        load_tagger(folder.parent / "nothing")


DAMAGE = {
    "an array is missing": (lambda tensors: tensors.pop("W"), "lacks W"),
    "an array is unknown": (lambda tensors: tensors.update(X=tensors["b"]), "no part of this tagger"),
    "a shape is another": (lambda tensors: tensors.update(b=tensors["b"][1:]), "b is float32"),
    "a type is another": (lambda tensors: tensors.update(b=tensors["b"].astype(np.float64)), "b is float64"),
    "a number is none": (lambda tensors: tensors["words"].fill(np.nan), "not finite"),
    "a step is endless": (lambda tensors: tensors["steps"].fill(np.inf), "not finite"),
    "scores are huge": (lambda tensors: tensors["W"].fill(1e3), "scores above"),
    "a word is gone": (lambda tensors: tensors.update({"names.words": tensors["names.words"][4:]}), "words"),
    "a word stands twice": (
        lambda tensors: tensors.update({"names.tags": np.frombuffer(b"O\nO\n", dtype=np.uint8)}),
        "a name twice",
    ),
    "names are no text": (lambda tensors: tensors["names.words"].fill(255), "not UTF-8"),
    "names are missing": (lambda tensors: tensors.pop("names.characters"), "missing"),
    "there are no tags": (
        lambda tensors: tensors.update({"names.tags": np.zeros(0, dtype=np.uint8)}),
        "tag",
    ),
    "names are too many": (
        lambda tensors: tensors.update({"names.values.7": np.frombuffer(b"a\n", dtype=np.uint8)}),
        "no part of a tagger",
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_arrays_are_refused(folder, kind):
    change, what = DAMAGE[kind]
    rewrite(folder, change)
    with pytest.raises(ModelFormatError, match=what):
        load_tagger(folder)


CONFIGS = {
    "settings": ({"size": 4, "colour": 1}, "no setting 'colour'"),
    "scheme": ("xyz", "the scheme is"),
    "columns": (-1, "columns is a number"),
    "layout": ({"word": 1, "tag": 1}, "columns of their own"),
    "details": (3, "details in config.json is an object"),
    "more": (1, "has the keys"),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_configuration_that_makes_no_sense_is_refused(folder, name):
    value, what = CONFIGS[name]
    reconfigure(folder, lambda config: config["model"].update({name: value}))
    with pytest.raises(ModelFormatError, match=what):
        load_tagger(folder)


def test_other_numbers_of_columns_than_the_layouts_are_refused(folder):
    reconfigure(folder, lambda config: config["model"].update(columns=0))
    with pytest.raises(ModelFormatError, match="a layout with 1"):
        load_tagger(folder)


def test_a_layout_that_says_little_is_made_whole(folder):
    reconfigure(folder, lambda config: config["model"].update(layout={"features": [2]}))
    loaded = load_tagger(folder)
    assert loaded.layout == {"format": "columns", "word": 1, "tag": None, "features": [2]}
    assert ColumnOptions().layout("words.txt", loaded.layout).features == (2,)


def test_a_flipped_bit_is_found(folder):
    data = bytearray((folder / "model.safetensors").read_bytes())
    data[-5] ^= 1
    (folder / "model.safetensors").write_bytes(data)
    with pytest.raises(ModelFormatError, match="not as it was saved"):
        load_tagger(folder)


def test_numbers_that_no_training_leaves_are_not_saved(tagger, tmp_path):
    tagger.arrays["b"][0] = np.nan
    with pytest.raises(SettingError, match="b holds numbers that are not finite"):
        save_tagger(tagger, tmp_path / "t")
    assert not (tmp_path / "t").exists()
    tagger.arrays["b"][0] = 0
    tagger.arrays["W"].fill(1e3)
    with pytest.raises(
        SettingError, match=r"W gives scores above 150, got .*; train it with a lower rate, or"
    ):
        save_tagger(tagger, tmp_path / "t")
