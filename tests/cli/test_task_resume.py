"""``--resume`` of the tasks: a training that is interrupted or killed ends in the weights of an unbroken one."""

import json
import math
import os
import random
import signal
from dataclasses import dataclass

import numpy as np
import pytest

from nextword.cli import keeping
from nextword.cli.main import run
from nextword.embedding.vectors.vectors import WordVectors
from nextword.store import atomic
from nextword.store.classifiers import load_classifier, save_classifier
from nextword.store.models import saved_config
from nextword.store.vectors import save_vectors
from nextword.tasks.classify.model import TextClassifier
from nextword.tasks.tagging.training import training as tagging


@dataclass(frozen=True)
class Task:
    """A command, when it is to be stopped, and what it refuses to go on with."""

    command: str
    stop: int
    """At which call, of those at which a training can be kept; one within an epoch where there are such."""
    data: str
    more: str
    """What makes other data of it."""
    other_setting: str
    message: str
    """Of what another setting was before and is now."""
    other_data: str


TASKS = {
    "tag": Task(
        command="tag train names.txt --valid judges.txt --threads 1 --size 8 --hidden 8 --epochs 4 --batch 4",
        stop=17,
        data="names.txt",
        more="Eva B-PER\n\n",
        other_setting="--rate 0.01",
        message="began with rate 0.004, this command says 0.01",
        other_data="another training file (24 of ",
    ),
    "forecast": Task(
        command="forecast train sales.csv --hidden 4 --epochs 6 --period 6",
        stop=4,
        data="sales.csv",
        more="2005-01,130.5\n",
        other_setting="--rate 0.01",
        message="began with rate 0.003, this command says 0.01",
        other_data="another series (60 of ",
    ),
    "forecast, all of the series": Task(
        command="forecast train sales.csv --hidden 4 --epochs 6 --period 6 --stateful --shortcut none",
        stop=8,
        data="sales.csv",
        more="2005-01,130.5\n",
        other_setting="--batch 8",
        message="began with batch 32, this command says 8",
        other_data="another series (60 of ",
    ),
    "classify": Task(
        command="classify train reviews.tsv --size 6 --hidden 4 --epochs 3 --batch 4 --members 2",
        stop=10,
        data="reviews.tsv",
        more="good\ta film\n",
        other_setting="--seed 2",
        message="began with seed 1, this command says 2",
        other_data="another set of texts (20 of ",
    ),
    "classify, the second member": Task(
        command="classify train reviews.tsv --size 6 --hidden 4 --epochs 3 --batch 4 --members 2 --bag 0",
        stop=25,
        data="reviews.tsv",
        more="good\ta film\n",
        other_setting="--seed 2",
        message="began with seed 1, this command says 2",
        other_data="another set of texts (20 of ",
    ),
}


@pytest.fixture(params=TASKS)
def task(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tagging, "REPORT_SECONDS", 0.0)
    write_files(tmp_path)
    return TASKS[request.param]


def write_files(folder):
    choose = random.Random(1)
    for name, count in (("names.txt", 24), ("judges.txt", 6)):
        rows = [
            f"{choose.choice(['Ann', 'Bob', 'Eva'])} B-PER\nlives O\nin O\n{choose.choice(['Rome', 'Oslo'])} B-LOC\n\n"
            for _ in range(count)
        ]
        (folder / name).write_text("".join(rows))
    values = [100 + month + 20 * math.sin(month * math.pi / 3) for month in range(60)]
    rows = [f"{2000 + month // 12}-{month % 12 + 1:02},{value:.3f}" for month, value in enumerate(values)]
    (folder / "sales.csv").write_text("\n".join(["month,sales", *rows]) + "\n")
    reviews = [f"good\ta {choose.choice(['fine', 'great'])} film\nbad\tdull film\n" for _ in range(10)]
    (folder / "reviews.tsv").write_text("".join(reviews))


def train(task, *options, output="m"):
    return run([*task.command.split(), "-o", output, *options])


def weights(folder):
    return (folder / "model.safetensors").read_bytes()


def error(capsys):
    """The last line that was said of what went wrong."""
    return capsys.readouterr().err.splitlines()[-1]


def at_call(patch, number, what):
    """Let something happen when a training could be kept for the n-th time."""
    seen, is_due = [0], keeping.Keeping.is_due

    def noted(self, *, ends_epoch):
        seen[0] += 1
        if seen[0] == number:
            what()
        return is_due(self, ends_epoch=ends_epoch)

    patch.setattr(keeping.Keeping, "is_due", noted)


class KilledError(BaseException):
    """What nobody is asked to clean up after."""


def kill():
    raise KilledError


@pytest.fixture
def broken(task, monkeypatch):
    """A training that was killed, all at once, some time after a state of it was kept."""
    with monkeypatch.context() as patch:
        at_call(patch, task.stop, kill)
        patch.setattr("nextword.store.pace.SHARE", 0)  # each epoch is kept, however short
        with pytest.raises(KilledError):
            train(task, "-q")
    return task


def goes_on_to_the_weights_of_an_unbroken_one(task, folder):
    assert train(task, "--resume") == 0
    assert not (folder / "m.training").exists()
    assert train(task, output="whole") == 0
    return weights(folder / "m") == weights(folder / "whole")


@pytest.mark.parametrize(("asked", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_who_is_asked_to_leave_keeps_the_training_and_goes_on_to_the_same_weights(
    task, tmp_path, capsys, monkeypatch, asked, code
):
    handler = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patch:
        at_call(patch, task.stop, lambda: os.kill(os.getpid(), asked))
        if code == 130:
            assert train(task) == code
        else:
            with pytest.raises(SystemExit) as caught:
                train(task)
            assert caught.value.code == code
    assert signal.getsignal(signal.SIGINT) == handler
    assert "kept in m.training; go on with the same command and --resume" in capsys.readouterr().err
    assert not (tmp_path / "m").exists()
    assert goes_on_to_the_weights_of_an_unbroken_one(task, tmp_path)


def test_what_was_killed_goes_on_from_what_was_kept_last(broken, tmp_path):
    assert saved_config(tmp_path / "m.training").model_type.endswith("-training")
    assert not (tmp_path / "m").exists()
    assert goes_on_to_the_weights_of_an_unbroken_one(broken, tmp_path)


def test_other_data_and_other_settings_are_refused_with_what_differs(broken, tmp_path, capsys):
    assert train(broken, *broken.other_setting.split(), "--resume") == 2
    assert broken.message in error(capsys)
    with (tmp_path / broken.data).open("a") as file:
        file.write(broken.more)
    assert train(broken, "--resume") == 2
    assert broken.other_data in error(capsys)
    assert (tmp_path / "m.training").exists()


def test_without_a_kept_training_there_is_nothing_to_go_on_with(task, capsys):
    assert train(task, "--resume") == 2
    assert "no training to go on with at m.training; leave --resume out" in error(capsys)


def test_a_damaged_training_is_refused_in_one_line(broken, tmp_path, capsys):
    path = tmp_path / "m.training" / "training.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert train(broken, "--resume", "-q") == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_to_begin_again_replaces_what_was_kept_and_says_so(broken, tmp_path, capsys):
    assert train(broken) == 0
    assert "will be replaced; --resume would go on with it" in capsys.readouterr().err
    assert not (tmp_path / "m.training").exists()


def test_a_full_disk_stops_the_training_and_leaves_the_older_state(broken, tmp_path, capsys, monkeypatch):
    def full(folder):
        raise OSError(28, "No space left on device")

    before = (tmp_path / "m.training" / "config.json").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(atomic, "_sync_tree", full)
        assert train(broken, "--resume") == 3
    assert "free some space" in (said := error(capsys))
    assert said.endswith("kept in m.training; go on with the same command and --resume")
    assert (tmp_path / "m.training" / "config.json").read_bytes() == before
    assert goes_on_to_the_weights_of_an_unbroken_one(broken, tmp_path)


def test_a_model_that_could_not_be_saved_is_not_trained_again(task, tmp_path, capsys, monkeypatch):
    put = atomic._put_in_place

    def full(temporary, target):
        if target.name == "m":
            raise OSError(28, "No space left on device")
        put(temporary, target)

    with monkeypatch.context() as patch:
        patch.setattr(atomic, "_put_in_place", full)
        assert train(task) == 3
    assert error(capsys).endswith("kept in m.training; go on with the same command and --resume")
    with monkeypatch.context() as patch:
        at_call(patch, 1, kill)  # which no epoch comes to
        assert train(task, "--resume") == 0
    assert train(task, output="whole") == 0
    assert weights(tmp_path / "m") == weights(tmp_path / "whole")


def test_a_folder_that_happens_to_stand_beside_the_model_is_neither_replaced_nor_removed(
    task, tmp_path, capsys
):
    (tmp_path / "m.training").mkdir()
    (tmp_path / "m.training" / "notes.txt").write_text("a week of work")
    assert train(task) == 3
    assert "notes.txt" in error(capsys)
    assert (tmp_path / "m.training" / "notes.txt").exists()


def test_info_says_what_is_kept(broken, capsys):
    capsys.readouterr()
    assert run(["info", "m.training", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert "goes on with --resume" in content["holds"]
    assert content["threads"] == 1
    assert content["numbers"] > 0


@pytest.fixture
def half_classified(tmp_path, monkeypatch):
    """A classifier's training, begun from vectors, that was killed."""
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    words = ["a", "fine", "great", "film", "dull"]
    save_vectors(WordVectors(words, np.eye(5, 6, dtype=np.float32)), tmp_path / "vectors")
    command = "classify train reviews.tsv --hidden 4 --epochs 3 --batch 4"
    with monkeypatch.context() as patch:
        at_call(patch, 10, kill)
        with pytest.raises(KilledError):
            run([*command.split(), "-o", "m", "--vectors", "vectors", "-q"])
    return lambda *options: run([*command.split(), "-o", "m", "--resume", *options])


def test_a_classifier_goes_on_from_what_it_began_with(half_classified, tmp_path, capsys):
    assert half_classified() == 2
    said = error(capsys)
    assert "began with another beginning (5 of 6, digest" in said
    assert "; this command has none)" in said
    words = ["a", "fine", "great", "film", "bad"]
    save_vectors(WordVectors(words, np.eye(5, 6, dtype=np.float32)), tmp_path / "others")
    assert half_classified("--vectors", "others") == 2
    assert half_classified("--vectors", "vectors") == 0


def test_an_interrupt_that_comes_after_the_last_step_leaves_the_model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    keep = keeping.Keeping.keep

    def interrupted(self):
        os.kill(os.getpid(), signal.SIGINT)
        keep(self)

    monkeypatch.setattr(keeping.Keeping, "is_due", lambda self, *, ends_epoch: False)
    monkeypatch.setattr(keeping.Keeping, "keep", interrupted)
    assert train(TASKS["forecast"]) == 0
    assert (tmp_path / "m" / "model.safetensors").exists()
    assert not (tmp_path / "m.training").exists()


def test_another_number_of_threads_is_said_to_be_another_way(half_classified, capsys):
    assert half_classified("--vectors", "vectors", "--threads", "2") == 0
    assert "going on in another way: the number of threads was 1, and is now 2" in capsys.readouterr().err


@pytest.mark.parametrize("change", ["the second member", "the words"])
def test_a_classifier_is_another_beginning_in_any_of_its_parts(tmp_path, monkeypatch, capsys, change):
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    command = "classify train reviews.tsv --hidden 4 --size 4 --epochs 3 --batch 4 --bag 0 -q"
    assert run([*command.split(), "-o", "first", "--members", "2"]) == 0
    command = "classify train reviews.tsv --epochs 3 --batch 4 --bag 0 -o m --encoder first -q"
    with monkeypatch.context() as patch:
        at_call(patch, 10, kill)
        with pytest.raises(KilledError):
            run(command.split())
    first = load_classifier("first")
    arrays = [{name: array.copy() for name, array in member.arrays.items()} for member in first.members]
    tokenizer = first.tokenizer
    if change == "the words":
        tokenizer = type(tokenizer)(
            [*tokenizer.tokens[:-1], "other"], lowercase=True, special_tokens=tokenizer.special_tokens
        )
    else:
        arrays[1]["bias"][0] += 1
    save_classifier(TextClassifier(first.settings, first.labels, tokenizer, arrays), "first")
    assert run([*command.split(), "--resume"]) == 2
    assert "began with another beginning" in error(capsys)


def test_ctrl_c_ends_the_weighing_of_n_grams_at_once(tmp_path, monkeypatch):
    weighed = []

    def slow(ways, *_):
        os.kill(os.getpid(), signal.SIGINT)
        weighed.append(ways[0])
        return ways[0]

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("nextword.tasks.classify.bag_learning._chosen", slow)
    write_files(tmp_path)
    command = "classify train reviews.tsv -o m --hidden 4 --size 4 --epochs 1 -q"
    assert run(command.split()) == 130
    assert weighed == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("m")] == []


def test_a_bag_alone_that_could_not_be_saved_goes_on_to_be(tmp_path, monkeypatch, capsys):
    put = atomic._put_in_place

    def full(temporary, target):
        if target.name == "m":
            raise OSError(28, "No space left on device")
        put(temporary, target)

    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    command = ["classify", "train", "reviews.tsv", "--bag", "1", "-q", "-o"]
    with monkeypatch.context() as patch:
        patch.setattr(atomic, "_put_in_place", full)
        assert run([*command, "m"]) == 3
    assert run([*command, "m", "--resume"]) == 0, error(capsys)
    assert run([*command, "whole"]) == 0
    assert weights(tmp_path / "m") == weights(tmp_path / "whole")
