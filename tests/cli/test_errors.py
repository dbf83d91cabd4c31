"""Bad input ends in one line on stderr and the right exit code, and the old model stays whole."""

import errno
import os
import subprocess
import sys

import pytest

from nextword.errors import StorageError
from nextword.store.models import load_model


@pytest.fixture(autouse=True)
def old_model(shell, text):
    shell(f"train ngram {text} -o model --order 2 -q")
    yield
    assert load_model(shell.folder / "model").order == 2
    assert not [path for path in shell.folder.iterdir() if path.name.startswith(".")]


BAD_TEXTS = {
    "empty": (b"", "empty"),
    "blank": (b"\n\n \t\n", "no words"),
    "latin1": ("caf\xe9 au lait\n".encode("latin-1"), "not UTF-8"),
    "utf16": ("the cat\n".encode("utf-16"), "UTF-16"),
    "nul": (b"the cat\nthe \0 dog\n", "line 2"),
    "special": (b"the cat\nthe <unk> dog\n", "line 2: the special token <unk>"),
    "start": (b"the cat\n<s> dog\n", "line 2: the special token <s>"),
    "gzip": (b"\x1f\x8b\x08\x00 not gzip at all", "gzip"),
}


@pytest.mark.parametrize("name", BAD_TEXTS)
def test_bad_text_is_one_line_and_exit_code_3(shell, name):
    data, message = BAD_TEXTS[name]
    (shell.folder / "bad.txt").write_bytes(data)
    assert message in shell.error("train ngram bad.txt -o model", 3)


def test_a_missing_file(shell):
    assert "missing.txt" in shell.error("train ngram missing.txt -o model", 3)
    assert "missing.txt" in shell.error("evaluate model missing.txt", 3)


def test_a_line_of_a_hundred_megabytes(shell):
    (shell.folder / "long.txt").write_bytes(b"word " * 20_000_000)
    assert "line 1 is longer than" in shell.error("train ngram long.txt -o model", 3)


@pytest.mark.parametrize("order", ["0", "-1", "99", "two", "2.5"])
def test_an_order_that_makes_no_sense(shell, text, order):
    assert order in shell.error(f"train ngram {text} -o model --order {order}", 2)


@pytest.mark.parametrize(
    "command",
    [
        "train ngram text.txt -o model --smoothing katzz",
        "train ngram text.txt -o model --smoothing mle --delta 1",
        "train ngram text.txt -o model --smoothing additive --delta nan",
        "train ngram text.txt -o model --prune 1,0",
        "train ngram text.txt -o model --prune many",
        "train ngram text.txt -o model --tokenizer sentencepiece",
        "train ngram text.txt -o model --min-count 0",
        "train ngram text.txt",
        "train ngram -o model",
        "train transformer text.txt -o model",
        "evaluate model",
        "next model the -k 0",
        "generate model --temperature -1",
        "generate model --top-p 2",
        "generate model --length -5",
        "generate model --bogus",
        "bogus",
        "compare --on text.txt",
    ],
)
def test_usage_errors_are_exit_code_2(shell, command):
    shell.error(command, 2)


@pytest.mark.parametrize("command", ["evaluate nothing text.txt", "next nothing", "info text.txt", "score ."])
def test_what_is_not_a_model_is_exit_code_3(shell, command):
    shell.error(command, 3)


def test_a_place_that_cannot_be_written(shell, text):
    (shell.folder / "thesis").mkdir()
    (shell.folder / "thesis" / "chapter.tex").write_text("words")
    assert "chapter.tex" in shell.error(f"train ngram {text} -o thesis", 3)
    assert "does not exist" in shell.error(f"train ngram {text} -o no/where/model", 3)
    assert "in the way" in shell.error(f"train ngram {text} -o {text}", 3)


def test_a_disk_that_fails_while_saving(shell, text, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("nextword.store.atomic._sync", full)
    assert "No space left on device; free some space" in shell.error(f"train ngram {text} -o model", 3)
    assert issubclass(StorageError, OSError)


def test_an_interruption_is_exit_code_130(shell, text, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("nextword.ngram.train.count_ngrams", interrupt)
    assert "interrupted" in shell.error(f"train ngram {text} -o model", 130)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("tarin", "unknown command 'tarin', did you mean train?"),
        ("train ngrm", "unknown command 'ngrm', did you mean ngram?"),
        ("train ngram text.txt --ordr 3 -o m", "unknown option --ordr"),
        ("train ngram text.txt -o m --order three", "'three' is not a whole number"),
        ("train ngram text.txt", "--output is missing"),
        ("train ngram text.txt -o m --delta 1", "delta belongs to additive"),
        ("evaluate model text.txt --bogus", "unknown option --bogus"),
        ("next model the --bogus", "unknown option --bogus"),
        ("generate model --beams 3 --temperature 0.5", "--beams searches and draws nothing"),
        ("info model extra", "put words with spaces in quotes"),
    ],
)
def test_a_wrong_command_line_is_told_in_plain_words(shell, command, message):
    assert message in shell.error(command, 2)


def test_text_may_begin_with_a_hyphen(shell):
    assert shell.json('next model "-5 degrees" -k 2')["text"] == "-5 degrees"
    assert shell.json("next model the old cat -k 2")["text"] == "the old cat"


def test_a_defect_is_one_line_unless_one_wants_to_see_it(shell, text, monkeypatch):
    monkeypatch.setattr("nextword.ngram.train.count_ngrams", lambda *_, **__: 1 / 0)
    assert "unexpected ZeroDivisionError" in shell.error(f"train ngram {text} -o model", 1)
    monkeypatch.setenv("NEXTWORD_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        shell(f"train ngram {text} -o model")


def test_a_reader_that_has_gone_is_no_failure(shell, text):
    for command in (f"score -q model {text}", "--help"):
        piped = f"set -o pipefail; {sys.executable} -m nextword {command} | head -1"
        done = subprocess.run(["bash", "-c", piped], cwd=shell.folder, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")


def test_a_signal_lost_in_a_callback_is_sent_again():
    """Python cannot raise inside a callback from C; the compiler's callbacks have swallowed Ctrl-C that way."""
    script = (
        "import ctypes, time\n"
        "from nextword.cli.main import _die_politely, _complain\n"
        "_die_politely()\n"
        "def interrupted(): raise KeyboardInterrupt\n"
        "try:\n"
        "    ctypes.CFUNCTYPE(None)(interrupted)()\n"
        "    time.sleep(20)\n"
        "except KeyboardInterrupt:\n"
        "    raise SystemExit(130)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=15, check=False
    )
    assert (done.returncode, done.stderr) == (130, "")


def test_output_to_a_full_device_is_one_line(shell, text):
    command = f"{sys.executable} -m nextword score model {text} > /dev/full"
    done = subprocess.run(
        ["bash", "-c", command], cwd=shell.folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("forecast predict it --stps 3", "unknown option --stps, did you mean --steps?"),
        ("classify predict it --wy texts.txt", "unknown option --wy, did you mean --why?"),
        ("classify predict it texts.txt --why more.txt", "there is more than the command takes, 'more.txt'"),
    ],
)
def test_a_misspelt_option_before_a_value_is_named(shell, command, message):
    assert message in shell.error(command, 2)
