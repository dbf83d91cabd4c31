"""What is kept of a training comes back as it was, or is refused with what is wrong with it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import ModelFormatError, SettingError, StorageError
from nextword.neural.settings import NeuralSettings
from nextword.store import atomic
from nextword.store.fingerprints import of_text, of_vectors
from nextword.store.models import load_model, save_model
from nextword.store.neural_training import Begun, Kept, TrainingKeeper
from nextword.text.corpus import learn_from_lines

CORPUS = learn_from_lines(["the cat sat on the mat", "the dog"])
ENTRY = {
    "epoch": 1,
    "share": 0.5,
    "tokens": 9,
    "perplexity": 7.5,
    "valid_perplexity": None,
    "rate": 0.003,
    "tokens_per_second": 100.0,
    "seconds": 1.5,
}


def begun(**others):
    usual = {"settings": NeuralSettings(size=8), "text": of_text(CORPUS.ids, CORPUS.tokenizer)}
    return Begun(**{**usual, **others})


def kept(**others):
    tensors = {
        "weights/embedding": np.arange(24, dtype=np.float32).reshape(3, 8),
        "random": np.arange(7, dtype=np.uint8),
        "optimiser/embedding/step": np.array(3, dtype=np.float32),
        "state/0": np.array([[2, 2]], dtype=np.int64),
    }
    usual = {
        "begun": begun(),
        "threads": 2,
        "seconds": 5400.0,
        "tensors": tensors,
        "content": {"position": {"epoch": 1}, "threads": 2, "dtype": "float32"},
        "log": [ENTRY],
    }
    return Kept(**{**usual, **others})


@pytest.fixture
def keeper(tmp_path):
    keeper = TrainingKeeper(tmp_path / "model")
    keeper.keep(kept(), CORPUS.tokenizer)
    return keeper


def test_a_training_comes_back_as_it_was(keeper):
    before, after = kept(), keeper.load()
    assert (after.begun, after.threads, after.seconds) == (before.begun, 2, 5400.0)
    assert (after.content, after.log) == (before.content, before.log)
    assert set(after.tensors) == set(before.tensors)
    for name, tensor in before.tensors.items():
        assert after.tensors[name].dtype == tensor.dtype
        assert np.array_equal(after.tensors[name], tensor)


def test_all_that_may_be_given_comes_back(keeper):
    other = of_vectors(WordVectors(["a", "b"], np.ones((2, 3), dtype=np.float32)))
    all_given = kept(begun=begun(valid=other, vectors=other, processes=2), threads=None, seconds=None)
    keeper.keep(all_given, CORPUS.tokenizer)
    after = keeper.load()
    assert (after.begun, after.threads, after.seconds) == (all_given.begun, None, None)


def test_nothing_is_left_when_it_is_removed(keeper, tmp_path):
    keeper.remove()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SettingError, match="no training to go on with"):
        keeper.load()


def test_another_model_or_notes_are_neither_replaced_nor_removed(keeper, model):
    keeper.remove()
    save_model(model, keeper.folder)
    with pytest.raises(StorageError, match="holds files"):
        keeper.check()
    keeper.remove()
    assert load_model(keeper.folder).order == 3
    (keeper.folder / "notes.txt").write_text("a week of work")
    with pytest.raises(StorageError, match=r"notes\.txt"):
        keeper.check()
    with pytest.raises(ModelFormatError, match="not a training"):
        keeper.load()


def test_a_training_is_no_model_yet(keeper):
    with pytest.raises(ModelFormatError, match="--resume"):
        load_model(keeper.folder)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"settings": NeuralSettings(size=9)}, "began with size 8, this command says 9"),
        (
            {"settings": NeuralSettings(size=8, network="gru")},
            "began with network 'lstm', this command says 'gru'",
        ),
        ({"text": of_text(CORPUS.ids[:-1], CORPUS.tokenizer)}, "another text"),
        (
            {"valid": of_text(CORPUS.ids, CORPUS.tokenizer)},
            r"another validation text \(none; this command has 10",
        ),
        ({"vectors": of_text(CORPUS.ids, CORPUS.tokenizer)}, "another set of vectors"),
        ({"processes": 2}, "began with 1 processes, now there are 2"),
    ],
)
def test_another_training_does_not_go_on_here(keeper, other, message):
    with pytest.raises(SettingError, match=message):
        keeper.check_same(keeper.load().begun, replace(begun(), **other))


def test_how_long_and_how_fast_it_goes_on_may_change(keeper):
    now = begun(settings=NeuralSettings(size=8, epochs=20, rate=0.001, clip=1.0, patience=2))
    assert keeper.check_same(begun(), now) == ["epochs", "rate", "clip", "patience"]
    assert keeper.check_same(begun(), begun()) == []


def test_the_same_words_in_another_order_are_another_text():
    other = learn_from_lines(["the mat sat on the cat", "the dog"])
    assert of_text(CORPUS.ids, CORPUS.tokenizer) != of_text(other.ids, other.tokenizer)
    again = learn_from_lines(["the cat sat on the mat", "the dog"])
    assert of_text(CORPUS.ids, CORPUS.tokenizer) == of_text(again.ids, again.tokenizer)


def damage_tensors(folder):
    path = folder / "training.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def change_config(folder, change):
    path = folder / "config.json"
    content = json.loads(path.read_text())
    change(content["model"])
    path.write_text(json.dumps(content))


DAMAGE = {
    "a flipped bit": damage_tensors,
    "no tensors": lambda folder: (folder / "training.safetensors").unlink(),
    "no config": lambda folder: (folder / "config.json").unlink(),
    "no log": lambda folder: (folder / "training.jsonl").unlink(),
    "an empty log": lambda folder: (folder / "training.jsonl").write_text(""),
    "a strange log": lambda folder: (folder / "training.jsonl").write_text('{"epoch": "one"}\n'),
    "half a log": lambda folder: (folder / "training.jsonl").write_text('{"epoch": 1,\n'),
    "no position": lambda folder: change_config(folder, lambda model: model.pop("position")),
    "a wrong position": lambda folder: change_config(folder, lambda model: model.update(position=3)),
    "wrong threads": lambda folder: change_config(folder, lambda model: model.update(threads=True)),
    "wrong seconds": lambda folder: change_config(folder, lambda model: model.update(seconds=-1)),
    "no text": lambda folder: change_config(folder, lambda model: model.update(text=None)),
    "a wrong text": lambda folder: change_config(folder, lambda model: model.update(text={"items": 3})),
    "wrong processes": lambda folder: change_config(folder, lambda model: model.update(processes="2")),
    "an unknown setting": lambda folder: change_config(folder, lambda model: model["settings"].update(x=1)),
    "a wrong setting": lambda folder: change_config(folder, lambda model: model["settings"].update(size="8")),
    "no settings": lambda folder: change_config(folder, lambda model: model.update(settings=None)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_what_is_damaged_is_refused(keeper, damage):
    damage(keeper.folder)
    with pytest.raises(ModelFormatError):
        keeper.load()


def test_a_full_disk_leaves_the_older_state_whole(keeper, tmp_path, monkeypatch):
    def full(folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "_sync_tree", full)
    with pytest.raises(StorageError, match="free some space"):
        keeper.keep(kept(threads=1), CORPUS.tokenizer)
    assert keeper.load().threads == 2
    assert [path.name for path in tmp_path.iterdir()] == ["model.training"]


def test_without_an_exchange_of_names_a_kill_between_two_renames_loses_nothing(keeper):
    keeper.folder.rename(keeper.folder.parent / ".model.training.previous")
    assert keeper.exists()
    assert keeper.load().threads == 2
