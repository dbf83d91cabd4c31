"""``--resume`` of the tasks: a training that is interrupted or killed ends in the weights of an unbroken one."""

import os
import random
import signal
from dataclasses import dataclass

import pytest

from nextword.cli import keeping
from nextword.cli.main import run
from nextword.tasks.tagging.training import training as tagging


@dataclass(frozen=True)
class Task:
    """A command, when it is to be stopped, and what it refuses to go on with."""

    command: str
    stop: int
    """At which call, of those at which a training can be kept; one within an epoch where there are such."""
    data: str
    other_setting: str
    message: str
    """Of what another setting was before and is now."""
    other_data: str


TASKS = {
    "tag": Task(
        command="tag train names.txt --valid judges.txt --threads 1 --size 8 --hidden 8 --epochs 4 --batch 4",
        stop=17,
        data="names.txt",
        other_setting="--hidden 9",
        message="began with hidden 8, this command says 9",
        other_data="another training file (12 of ",
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


def train(task, *options, output="m"):
    return run([*task.command.split(), "-o", output, *options])


def weights(folder):
    return (folder / "model.safetensors").read_bytes()


@pytest.fixture
def at_call(monkeypatch):
    """Return what lets something happen when a training could be kept for the n-th time."""
    is_due = keeping.Keeping.is_due

    def plan(number, what):
        seen = [0]

        def noted(self, *, ends_epoch):
            seen[0] += 1
            if seen[0] == number:
                what()
            return is_due(self, ends_epoch=ends_epoch)

        monkeypatch.setattr(keeping.Keeping, "is_due", noted)

    return plan


class KilledError(BaseException):
    """What nobody is asked to clean up after."""


def kill():
    raise KilledError


@pytest.fixture
def broken(task, at_call, monkeypatch):
    """A training that was killed after its first state was kept."""
    with monkeypatch.context():
        at_call(task.stop, kill)
        with pytest.raises(KilledError):
            train(task)
    monkeypatch.undo()
    return task


@pytest.mark.parametrize(("asked", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_who_is_asked_to_leave_keeps_the_training_and_goes_on_to_the_same_weights(
    task, tmp_path, capsys, at_call, asked, code
):
    assert train(task, output="whole") == 0
    handler = signal.getsignal(signal.SIGINT)
    at_call(task.stop, lambda: os.kill(os.getpid(), asked))
    if code == 130:
        assert train(task) == code
    else:
        with pytest.raises(SystemExit) as caught:
            train(task)
        assert caught.value.code == code
    assert signal.getsignal(signal.SIGINT) == handler
    assert "kept in m.training; go on with the same command and --resume" in capsys.readouterr().err
    assert not (tmp_path / "m").exists()
    assert train(task, "--resume") == 0
    assert weights(tmp_path / "m") == weights(tmp_path / "whole")
    assert not (tmp_path / "m.training").exists()
