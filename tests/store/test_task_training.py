"""What is kept of a task's training comes back as it was, or is refused with what is wrong with it."""

import json

import numpy as np
import pytest

from nextword.errors import ModelFormatError, SettingError, StorageError
from nextword.store import atomic
from nextword.store.config import CLASSIFIER_TYPE, TAGGER_TYPE
from nextword.store.fingerprints import of_arrays, of_rows
from nextword.store.models import load_model
from nextword.store.task_training import Begun, KeptTask, TaskKeeper

ROWS = [("Ann", "lives"), ("in", "Rome")]


def begun(**others):
    usual = {"settings": {"size": 8, "rate": 0.5}, "data": {"text": of_rows(ROWS), "development text": None}}
    return Begun(**{**usual, **others})


def kept(**others):
    tensors = {
        "weights/words": np.arange(24, dtype=np.float32).reshape(3, 8),
        "errors": np.arange(3, dtype=np.float64),
        "random": np.arange(7, dtype=np.uint8),
        "optimiser/words/step": np.array(3, dtype=np.float32),
    }
    usual = {
        "begun": begun(),
        "threads": 2,
        "tensors": tensors,
        "content": {"epoch": 1, "loss": 0.1 + 0.2},
        "log": [{"epoch": 1, "loss": 0.5}],
    }
    return KeptTask(**{**usual, **others})


@pytest.fixture
def keeper(tmp_path):
    keeper = TaskKeeper(tmp_path / "model", TAGGER_TYPE)
    keeper.keep(kept())
    return keeper


def test_a_training_comes_back_as_it_was(keeper):
    before, after = kept(), keeper.load()
    assert (after.begun, after.threads) == (before.begun, 2)
    assert (after.content, after.log) == (before.content, before.log)
    assert set(after.tensors) == set(before.tensors)
    for name, tensor in before.tensors.items():
        assert after.tensors[name].dtype == tensor.dtype
        assert np.array_equal(after.tensors[name], tensor)


def test_nothing_is_left_when_it_is_removed(keeper, tmp_path):
    keeper.remove()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SettingError, match="no training to go on with"):
        keeper.load()


def test_the_training_of_another_task_is_neither_taken_nor_replaced_nor_removed(keeper, tmp_path):
    other = TaskKeeper(tmp_path / "model", CLASSIFIER_TYPE)
    with pytest.raises(ModelFormatError, match="not a training that this command goes on with"):
        other.load()
    with pytest.raises(StorageError, match="holds a training under way, which trainings of classifiers"):
        other.check()
    other.remove()
    assert keeper.load().threads == 2


def test_a_training_is_no_model_yet(keeper):
    with pytest.raises(ModelFormatError, match="--resume"):
        load_model(keeper.folder)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"settings": {"size": 9, "rate": 0.5}}, "began with size 8, this command says 9"),
        ({"settings": {"size": 8}}, r"began with rate 0\.5, this command says None"),
        ({"data": {"text": of_rows(ROWS[:1])}}, r"another text \(2 of 4, .*; this command has 1 of 2"),
        ({"data": {"text": None}}, r"another text \(2 of 4.* this command has none\)"),
    ],
)
def test_another_training_does_not_go_on_here(keeper, other, message):
    with pytest.raises(SettingError, match=message):
        keeper.check_same(keeper.load().begun, begun(**other))
    keeper.check_same(keeper.load().begun, begun())


def test_fingerprints_differ_where_anything_does():
    rows = [ROWS, [("Ann",), ("lives", "in", "Rome")], [("Annlives",), ("in", "Rome")], ROWS[::-1]]
    assert len({of_rows(each).digest for each in rows}) == len(rows)
    one, other = {"W": np.zeros((2, 3)), "b": np.zeros(2)}, {"W": np.zeros((3, 2)), "b": np.zeros(2)}
    assert of_arrays(one) == of_arrays(dict(reversed(one.items())))
    assert of_arrays(one) != of_arrays(other)


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
    "half a log": lambda folder: (folder / "training.jsonl").write_text('{"epoch": 1,\n'),
    "a log that nests without end": lambda folder: (folder / "training.jsonl").write_text("[" * 10**5),
    "no position": lambda folder: change_config(folder, lambda model: model.pop("position")),
    "a wrong position": lambda folder: change_config(folder, lambda model: model.update(position=3)),
    "wrong threads": lambda folder: change_config(folder, lambda model: model.update(threads=True)),
    "no data": lambda folder: change_config(folder, lambda model: model.update(data=None)),
    "wrong data": lambda folder: change_config(folder, lambda model: model["data"].update(text={"x": 1})),
    "half a fingerprint": lambda folder: change_config(folder, lambda model: model["data"].update(text=3)),
    "something unknown": lambda folder: change_config(folder, lambda model: model.update(more=1)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_what_is_damaged_is_refused(keeper, damage):
    damage(keeper.folder)
    with pytest.raises(ModelFormatError):
        keeper.load()


def test_numbers_that_are_none_are_refused(keeper):
    keeper.keep(kept(tensors={"weights/words": np.array([1, np.nan], dtype=np.float32)}))
    with pytest.raises(ModelFormatError, match="not finite"):
        keeper.load()


def test_a_full_disk_leaves_the_older_state_whole(keeper, tmp_path, monkeypatch):
    def full(folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "_sync_tree", full)
    with pytest.raises(StorageError, match="free some space"):
        keeper.keep(kept(threads=1))
    assert keeper.load().threads == 2
    assert [path.name for path in tmp_path.iterdir()] == ["model.training"]
