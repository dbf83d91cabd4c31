"""Whatever happens during a save, the folder is the old one or the new one, whole."""

import errno
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nextword.errors import StorageError
from nextword.ngram.train import train_on_lines
from nextword.store import atomic
from nextword.store.models import check_target, load_model, save_model

SAVE_FOREVER = """
import sys
from nextword.ngram.train import train_on_lines
from nextword.store.models import save_model
models = [train_on_lines(["a b c d", "b c"] * 20, order) for order in (2, 3)]
print("ready", flush=True)
while True:
    for model in models:
        save_model(model, sys.argv[1])
"""


def only_a(target: Path) -> None:
    atomic.check_replaceable(target, {"a"})


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("step", range(12))
@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "rename"])
def test_a_failure_at_any_step_leaves_a_whole_model(model, lines, tmp_path, monkeypatch, step, exchange):
    target = tmp_path / "model"
    save_model(model, target)
    calls = []

    def failing(call):
        def run(*arguments):
            calls.append(call)
            if len(calls) > step:
                raise OSError(errno.EIO, "the disk is gone")
            return call(*arguments)

        return run

    monkeypatch.setattr(atomic, "_sync", failing(atomic._sync))
    monkeypatch.setattr(Path, "rename", failing(Path.rename))
    if not exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda *_: False)
    try:
        save_model(train_on_lines(lines[:9], 2), target)
    except StorageError as error:
        assert "the disk is gone" in str(error)
    monkeypatch.undo()
    assert load_model(target).order in (2, 3)
    save_model(train_on_lines(lines[:9], 1), target)
    assert load_model(target).order == 1
    assert not left_over(tmp_path)


def test_every_file_and_both_folders_are_synced_before_and_after_the_rename(model, tmp_path, monkeypatch):
    events = []
    monkeypatch.setattr(atomic, "_sync", lambda path: events.append(path.name))
    real = atomic._put_in_place

    def put(temporary, target):
        events.append("rename")
        real(temporary, target)

    monkeypatch.setattr(atomic, "_put_in_place", put)
    save_model(model, tmp_path / "model")
    before, after = events[: events.index("rename")], events[events.index("rename") + 1 :]
    names = {path.name for path in (tmp_path / "model").iterdir()}
    assert names < set(before)
    assert before[-1].startswith(".model.saving-")
    assert after == [tmp_path.name]


def test_killed_at_any_moment_the_model_is_whole(tmp_path):
    target = tmp_path / "model"
    chance = random.Random(0)
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", SAVE_FOREVER, str(target)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.05 + 0.2 * chance.random())
        process.kill()
        process.wait()
        process.stdout.close()
        assert load_model(target).order in (2, 3)
        assert load_model(target).score("a b c") < 0


def test_what_a_killed_save_left_behind_is_removed_later(model, tmp_path):
    here = socket.gethostname()
    dead, running, elsewhere = (
        tmp_path / f".model.saving-{owner}-abcd"
        for owner in (f"{here}-999999999", f"{here}-{os.getpid()}", "another-host-999999999")
    )
    for folder in (dead, running, elsewhere):
        folder.mkdir()
        (folder / "model.safetensors").write_bytes(b"half")
    save_model(model, tmp_path / "model")
    assert not dead.exists()
    assert running.exists(), "a save that may still run is left alone"
    assert elsewhere.exists(), "so is one of another machine"
    long_ago = time.time() - 2 * atomic.STALE_SECONDS
    os.utime(elsewhere, (long_ago, long_ago))
    save_model(model, tmp_path / "model")
    assert not elsewhere.exists()


def test_a_replacement_cut_off_between_two_renames_is_found(model, tmp_path):
    save_model(model, tmp_path / "model")
    (tmp_path / "model").rename(tmp_path / ".model.previous")
    assert load_model(tmp_path / "model").order == 3


def test_a_terminated_save_removes_what_it_wrote(tmp_path):
    script = SAVE_FOREVER.replace(
        "print(", "from nextword.cli.main import _die_politely; _die_politely(); print(", 1
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "m")], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 128 + signal.SIGTERM
    process.stdout.close()
    assert not left_over(tmp_path)


def limit_file_size():
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def test_a_full_disk_is_one_line_and_leaves_the_old_model(model, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("a b c\n" * 3)
    target = tmp_path / "model"
    save_model(model, target)
    text.write_text("".join(f"word{number} and word{number + 1}\n" for number in range(3000)))
    done = subprocess.run(
        [sys.executable, "-m", "nextword", "train", "ngram", str(text), "-o", str(target)],
        capture_output=True,
        text=True,
        preexec_fn=limit_file_size,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.strip().splitlines()[-1].startswith("nextword: cannot write")
    assert "Traceback" not in done.stderr
    assert load_model(target).order == 3
    assert not left_over(tmp_path)


def test_a_folder_without_permission_is_refused_before_the_work(model, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # root, who may run the tests, is never refused
    with pytest.raises(StorageError, match="permission denied"):
        check_target(tmp_path / "model")


def test_what_is_put_in_the_way_during_a_save_is_kept(tmp_path):
    target = tmp_path / "model"

    def save_meanwhile():
        with atomic.new_folder(target, only_a):
            target.mkdir()
            (target / "thesis.txt").write_text("precious")

    with pytest.raises(StorageError, match="holds files that are not a model's"):
        save_meanwhile()
    assert (target / "thesis.txt").read_text() == "precious"
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "rename"])
def test_of_two_saves_to_one_new_place_the_later_one_stays(tmp_path, monkeypatch, exchange):
    target, rename = tmp_path / "model", Path.rename

    def rename_too_late(path, to):
        if path.name.startswith(".model.saving") and not to.exists() and not (tmp_path / "other").exists():
            (tmp_path / "other").touch()
            target.mkdir()
            (target / "a").write_text("of the earlier save")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", rename_too_late)
    if not exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda *_: False)
    with atomic.new_folder(target, only_a) as folder:
        (folder / "a").write_text("of the later save")
    assert (target / "a").read_text() == "of the later save"
    assert left_over(tmp_path) == []
