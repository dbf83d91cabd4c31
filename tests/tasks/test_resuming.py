"""Trainings of tasks, from Python: each goes on from a snapshot of any moment, and from nothing that cannot be one."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from nextword.errors import DivergedError, ModelFormatError
from nextword.neural.training.snapshot import Snapshot
from nextword.tasks.classify.settings import ClassifierSettings
from nextword.tasks.classify.train import train_classifier
from nextword.tasks.classify.under_way import UnderWay
from nextword.tasks.forecast.series import Series
from nextword.tasks.forecast.settings import ForecastSettings
from nextword.tasks.forecast.training import ForecastTraining
from nextword.tasks.tagging.files.sentences import Sentence
from nextword.tasks.tagging.settings import TaggerSettings
from nextword.tasks.tagging.training import training as tagging

NAMES = [
    Sentence(words=(name, "lives", "in", "Rome", "."), tags=("B-PER", "O", "O", "B-LOC", "O"))
    for name in ("Ann", "Bob", "Clara", "Eva", "Finn", "Gus", "Hal")
]
SERIES = Series("waves", 100 + np.arange(50) + 20 * np.sin(np.arange(50) * np.pi / 3), period=6)
TEXTS = ["a great film", "a dull film", "great and lovely", "dull and long", "great", "dull"]
LABELS = ["good", "bad"] * 3
TAGGER = TaggerSettings(size=6, hidden=5, characters="lstm", epochs=3, batch=3, held_out=0.3)


def copied(snapshot):
    tensors = {name: array.copy() for name, array in snapshot.tensors.items()}
    return Snapshot(tensors, dict(snapshot.content), list(snapshot.log))


def tagger(settings=TAGGER):
    return tagging.TaggerTraining(NAMES, settings, threads=1)


def forecaster():
    return ForecastTraining(SERIES, ForecastSettings(hidden=4, epochs=5, seed=2))


@pytest.fixture
def often(monkeypatch):
    monkeypatch.setattr(tagging, "REPORT_SECONDS", 0.0)


def same(one, other):
    assert set(one) == set(other)
    return all(np.array_equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize(
    "make", [tagger, forecaster, lambda: tagger(replace(TAGGER, average=0.0, held_out=0.0))]
)
def test_a_training_goes_on_from_each_of_its_events(often, make):
    whole = make()
    snapshots = [copied(whole.snapshot()), *(copied(whole.snapshot()) for _ in whole)]
    assert len(snapshots) > 5
    for snapshot in snapshots:
        again = make()
        again.restore(snapshot)
        assert len(list(again)) < len(snapshots)
        assert same(again.model().arrays, whole.model().arrays)


def classify(under_way, progress=None, **others):
    settings = {"size": 5, "hidden": 4, "epochs": 2, "batch": 4, "members": 2, "bag": 0.0, "unfreeze": True}
    chosen = ClassifierSettings(**settings | others)
    return train_classifier(TEXTS, LABELS, chosen, under_way=under_way, progress=progress)


def test_a_classifier_goes_on_from_each_of_its_steps():
    whole, snapshots = UnderWay(), []
    whole.watch = lambda ends_epoch: snapshots.append(copied(whole.snapshot()))
    model = classify(whole)
    snapshots.append(copied(whole.snapshot()))
    assert len(snapshots) == 2 * 2 * 2 + 1
    for snapshot in snapshots:
        again = UnderWay()
        again.restore(snapshot)
        for one, other in zip(classify(again).members, model.members, strict=True):
            assert same(one.arrays, other.arrays)


def test_what_others_draw_on_the_way_changes_no_classifier():
    def draw(_):
        torch.manual_seed(7)
        torch.rand(3)
        if len(snapshots) < 3:
            snapshots.append(copied(disturbed.snapshot()))

    disturbed, snapshots = UnderWay(), []
    model, other = classify(UnderWay()), classify(disturbed, progress=draw)
    again = UnderWay()
    again.restore(snapshots[2])  # between two epochs of the second member
    for each in (other, classify(again, progress=draw)):
        assert all(same(one.arrays, two.arrays) for one, two in zip(model.members, each.members, strict=True))


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": 9},
        {"epoch_step": 9},
        {"epoch_step": -1},
        {"best_epoch": 3},
        {"best_epoch": 0},
        {"epoch": True},
        {"seconds": "1"},
        {"more": 1},
    ],
)
def test_a_tagger_stands_nowhere_where_it_cannot(change):
    begun = tagger()
    next(iter(begun))
    snapshot = begun.snapshot()
    with pytest.raises(ModelFormatError):
        tagger().restore(Snapshot(snapshot.tensors, snapshot.content | change, snapshot.log))


@pytest.mark.parametrize("log", [[], [{}], [{"epoch": "one"}]])
def test_a_tagger_has_said_what_a_tagger_says(log):
    begun = tagger()
    next(iter(begun))
    snapshot = begun.snapshot()
    with pytest.raises(ModelFormatError):
        tagger().restore(Snapshot(snapshot.tensors, snapshot.content, log))


@pytest.mark.parametrize("name", ["weights/encoder", "optimiser/", "average/", "best/", "random"])
def test_arrays_that_are_missing_or_of_other_sizes_are_refused(name):
    begun = tagger()
    next(iter(begun))
    snapshot = begun.snapshot()
    some = [each for each in snapshot.tensors if each.startswith(name)]
    others = {each: snapshot.tensors[each].ravel()[:1].repeat(3) for each in some}
    with pytest.raises(ModelFormatError):
        tagger().restore(Snapshot(snapshot.tensors | others, snapshot.content, snapshot.log))
    some = [each for each in some if not each.endswith("/exp_avg")]  # so that half of it is there
    tensors = {each: array for each, array in snapshot.tensors.items() if each not in some}
    with pytest.raises(ModelFormatError):
        tagger().restore(Snapshot(tensors, snapshot.content, snapshot.log))


@pytest.mark.parametrize("change", [{"is_last": 2}, {"epoch": 6}, {"best_epoch": 6}, {"best": -1.0}])
def test_a_forecaster_stands_nowhere_where_it_cannot(change):
    snapshot = forecaster().snapshot()
    with pytest.raises(ModelFormatError):
        forecaster().restore(Snapshot(snapshot.tensors, snapshot.content | change))
    with pytest.raises(ModelFormatError, match="another series"):
        forecaster().restore(Snapshot({**snapshot.tensors, "errors": np.zeros(3)}, snapshot.content))


def test_a_classifier_stands_nowhere_where_it_cannot():
    whole = UnderWay()
    classify(whole)
    snapshot = whole.snapshot()
    for change in ({"losses": [1.0]}, {"losses": ["1"] * 2}, {"position": {}}, {"more": 1}):
        with pytest.raises(ModelFormatError):
            UnderWay().restore(Snapshot(snapshot.tensors, snapshot.content | change))
    again = UnderWay()
    again.restore(snapshot)
    with pytest.raises(ModelFormatError):
        classify(again, size=6)


def test_what_is_not_finite_is_not_kept():
    begun = tagger()
    next(iter(begun))
    begun.weights["tables.W"].data[0] = np.nan
    with pytest.raises(DivergedError, match=r"weights/tables\.W is no longer finite"):
        begun.snapshot()
