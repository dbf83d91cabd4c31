"""The experiment: every system, every seed, the same in one process and in two."""

import numpy as np
import pytest

from nextword.errors import SettingError
from nextword.tasks.probes import experiment
from nextword.tasks.probes.experiment import Plan, gather, run
from nextword.tasks.probes.names import PROBES
from nextword.tasks.probes.picture import draw_found, save_found
from nextword.tasks.probes.systems import SYSTEMS, Outcome
from nextword.tasks.probes.telling import record, table

SMALL = {"distances": (0, 2), "sentences": 300, "pairs": 20, "changed": {"size": 8, "epochs": 1}}


def found_of(**accuracies):
    return gather(
        [
            Outcome(system.replace("_", " "), seed, {0: one, 4: other}, 1.0)
            for system, outcomes in accuracies.items()
            for seed, (one, other) in enumerate(outcomes)
        ]
    )


def test_two_processes_find_what_one_does():
    plan = Plan(PROBES["agreement"], seeds=(1, 2), systems=("trigram", "RNN"), **SMALL)
    alone, together = (gather(list(run(plan, processes))) for processes in (1, 2))
    assert [each.system for each in alone] == ["trigram", "RNN"]
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one.accuracy, other.accuracy)
    trigram = alone[0]
    assert trigram.accuracy.shape == (2, 2)
    assert trigram.mean[0] > 0.9
    assert trigram.mean[1] == 0.5


def test_an_lstm_sees_what_no_trigram_can():
    plan = Plan(
        PROBES["brackets"],
        seeds=(1,),
        systems=("trigram", "LSTM"),
        sentences=6000,
        pairs=40,
        distances=(2, 3),
    )
    trigram, lstm = gather(list(run(plan)))
    assert trigram.mean == [0.5, 0.5]
    assert min(lstm.mean) > 0.75


def test_the_slowest_come_first_and_distances_rise_however_they_are_given(monkeypatch):
    asked = []
    monkeypatch.setattr(experiment, "_probe", lambda plan, system, seed: asked.append((system, seed)))
    plan = Plan(PROBES["agreement"], seeds=(2, 1), systems=("LSTM", "trigram", "RNN"), distances=(8, 0, 2))
    list(run(plan))
    assert asked == [(system, seed) for system in ("LSTM", "RNN", "trigram") for seed in (2, 1)]
    assert plan.distances == (0, 2, 8)


def test_lines_of_the_picture_go_from_left_to_right():
    plan = Plan(
        PROBES["agreement"], seeds=(1,), systems=("trigram",), sentences=300, pairs=20, distances=(2, 0)
    )
    (found,) = gather(list(run(plan)))
    assert found.distances == (0, 2)
    assert found.mean[0] > found.mean[1] == 0.5


def test_means_and_spreads_are_over_the_seeds():
    (found,) = found_of(LSTM=[(1.0, 0.9), (1.0, 0.7)])
    assert found.mean == pytest.approx([1.0, 0.8])
    assert found.spread == pytest.approx([0, np.std([0.9, 0.7], ddof=1)])
    (alone,) = found_of(LSTM=[(1.0, 0.9)])
    assert alone.spread == [0, 0]


def test_the_table_and_the_record_say_the_same():
    found = found_of(RNN=[(1.0, 0.61), (1.0, 0.63)], trigram=[(1.0, 0.5), (1.0, 0.5)])
    said = table(PROBES["agreement"], found)
    assert said.index("trigram") < said.index("RNN")
    assert "62.0" in said
    assert "±1.4" in said
    content = record(PROBES["agreement"], found)
    assert content["distances"] == [0, 4]
    assert content["systems"][1]["mean"] == pytest.approx([1.0, 0.62])
    assert content["systems"][1]["accuracy"] == [[1.0, 0.61], [1.0, 0.63]]


def test_the_picture_names_every_line_at_its_end(tmp_path):
    found = found_of(LSTM=[(1.0, 1.0)] * 2, RNN=[(1.0, 0.99)] * 2, trigram=[(1.0, 0.5)] * 2)
    figure = draw_found(PROBES["agreement"], found)
    names = {text.get_text(): text.get_position()[1] for text in figure.axes[0].texts}
    assert names.keys() == {"LSTM 100%", "RNN 99%", "trigram 50%"}
    heights = sorted(names.values())
    assert (np.diff(heights) > 0.03).all()
    save_found(PROBES["agreement"], found, tmp_path / "found.png")
    assert (tmp_path / "found.png").read_bytes().startswith(b"\x89PNG")


def test_systems_that_do_not_exist_are_refused():
    with pytest.raises(SettingError, match="systems are trigram"):
        Plan(PROBES["copy"], systems=("transformer",))
    with pytest.raises(SettingError, match="one seed"):
        Plan(PROBES["copy"], seeds=())
    with pytest.raises(SettingError, match=r"systems are asked once each, got \['RNN', 'RNN'\]"):
        Plan(PROBES["copy"], systems=("RNN", "RNN"))
    with pytest.raises(SettingError, match=r"seeds are asked once each, got \[1, 2, 1\]"):
        Plan(PROBES["copy"], seeds=(1, 2, 1))
    assert Plan(PROBES["copy"]).systems == SYSTEMS
