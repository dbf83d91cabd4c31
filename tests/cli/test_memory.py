"""``train ngram --memory``: the same file, within the bound, and nothing left behind whatever happens."""

import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from nextword.cli.main import run
from nextword.cli.train import parse_bytes
from nextword.errors import SettingError


@pytest.fixture(scope="module")
def long_text(tmp_path_factory):
    """A text of two million words, few of them different."""
    chance = np.random.default_rng(0)
    tokens = (chance.zipf(1.3, 2_000_000) % 5000).astype(np.int32)
    words = np.array([f"w{number}" for number in range(5000)])
    path = tmp_path_factory.mktemp("long") / "text.txt"
    path.write_text("\n".join(" ".join(line) for line in words[tokens].reshape(-1, 20)) + "\n")
    return path


def command(text, output, *options):
    return [sys.executable, "-m", "nextword", "train", "ngram", str(text), "-o", str(output), *options]


MEASURED = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_maxrss * 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Starts a command from a small process: the system counts the memory of the one that starts it, too."""


def peak_of(*arguments) -> int:
    """Run a command and return the most memory that it had resident, in bytes."""
    run_small = [sys.executable, "-c", MEASURED, *command(*arguments)]
    return int(subprocess.run(run_small, capture_output=True, check=True).stdout)


def test_memory_is_bounded_and_the_model_the_same(long_text, tmp_path):
    short = tmp_path / "short.txt"
    short.write_text("a b c\n")
    peak_of(short, tmp_path / "small", "--memory", "1G")  # the first run of all compiles the kernels
    bound = max(250_000_000, peak_of(short, tmp_path / "small", "--memory", "1G") + 60_000_000)
    unbounded = peak_of(long_text, tmp_path / "one")
    bounded = peak_of(long_text, tmp_path / "other", "--memory", str(bound))
    assert bounded <= bound < unbounded - 50_000_000
    files = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("one", "other")]
    assert files[0] == files[1]


@pytest.mark.parametrize("threads", ["1", "2"])
def test_every_option_gives_the_same_files(lines, tmp_path, monkeypatch, threads):
    monkeypatch.setenv("NEXTWORD_THREADS", threads)
    text = tmp_path / "text.txt"
    text.write_text("\n".join(lines) + "\n")
    options = ["-q", "--order", "4", "--prune", "0,0,1", "--tokenizer", "words", "--min-count", "2"]
    for name, more in (("one", []), ("other", ["--memory", "500M"])):
        arguments = ["train", "ngram", str(text), "-o", str(tmp_path / name), *options, *more]
        assert run(arguments) == 0
    for file in ("model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)], ids=str
)
def test_a_signal_leaves_nothing_behind(long_text, number, code):
    process = subprocess.Popen(command(long_text, long_text.parent / "m", "--memory", "1G"))
    maps = Path(f"/proc/{process.pid}/maps")
    while f"{long_text.parent}/" not in maps.read_text():  # until a temporary file is in use
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    assert process.wait(20) == code
    assert list(long_text.parent.iterdir()) == [long_text]


def test_a_full_disk_is_one_line_and_leaves_nothing_behind(long_text):
    def limit_file_size():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    done = subprocess.run(
        command(long_text, long_text.parent / "m", "--memory", "1G"),
        capture_output=True,
        text=True,
        preexec_fn=limit_file_size,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.startswith(
        f"nextword: cannot keep temporary files in {long_text.parent}: File too large"
    )
    assert done.stderr.count("\n") == 1
    assert list(long_text.parent.iterdir()) == [long_text]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("500M", 500_000_000),
        ("2g", 2 * 10**9),
        ("1.5GB", 1_500_000_000),
        ("7k", 7000),
        ("1500000000", 15 * 10**8),
        ("9" * 400, 10**18),
    ],
)
def test_sizes_are_powers_of_a_thousand(text, wanted):
    assert parse_bytes(text) == wanted


@pytest.mark.parametrize("text", ["", "M", "-1G", "1T", "1e9", "nan", "half"])
def test_sizes_that_are_none_are_errors(text):
    with pytest.raises(SettingError, match="try 500M or 2G"):
        parse_bytes(text)


def test_a_bound_below_what_the_interpreter_takes_is_an_error(tmp_path, capsys):
    (tmp_path / "text.txt").write_text("a\n")
    assert (
        run(["train", "ngram", str(tmp_path / "text.txt"), "-o", str(tmp_path / "m"), "--memory", "9M"]) == 2
    )
    assert "memory must be at least 250,000,000 bytes, got 9,000,000" in capsys.readouterr().err
