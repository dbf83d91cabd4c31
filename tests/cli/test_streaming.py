"""What is asked for little by little is answered little by little."""

import gzip
import io
import subprocess
import sys

import pytest

from nextword.lm import Sampling, generate, stream
from nextword.store.models import load_model

COLUMNS = "log-probability (natural), tokens, unknown words, text\n"


class Trickle(io.RawIOBase):
    """Standard input that comes in these pieces; it notes what had been written before each."""

    def __init__(self, pieces, written):
        self.pieces, self.written, self.seen = list(pieces), written, []

    def readable(self):
        return True

    def readinto(self, buffer):
        self.seen.append(self.written())
        piece = self.pieces.pop(0) if self.pieces else b""
        buffer[: len(piece)] = piece
        return len(piece)


class Waiting(io.StringIO):
    """An output that passes text on only when it is flushed, as a pipe does."""

    def __init__(self, flushed):
        super().__init__()
        self.flushed = flushed

    def flush(self):
        self.flushed.append(self.getvalue())
        self.seek(0)
        self.truncate()


@pytest.fixture
def give(monkeypatch):
    """Put bytes on standard input."""
    return lambda data: monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


@pytest.fixture
def trickle(monkeypatch):
    """Put pieces on standard input; what was flushed before each read is in ``seen``."""

    def put(*pieces):
        written = []
        raw = Trickle(pieces, lambda: "".join(written))
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(raw)))
        monkeypatch.setattr(sys, "stdout", Waiting(written))
        return raw

    return put


def test_a_line_is_scored_before_the_next_one_comes(shell, five, trickle):
    raw = trickle(b"the cat\n", b"the d", b"og\nthe mat\nthe", b" man")
    shell(f"score {five}")
    lines = [[line.split("\t")[-1] for line in seen.splitlines()] for seen in raw.seen]
    assert lines[:4] == [[], ["the cat"], ["the cat"], ["the cat", "the dog", "the mat"]]
    assert raw.written().splitlines()[-1].endswith("\t3\t0\tthe man")


@pytest.mark.parametrize("data", [b"the cat\nthe dog\n", b"\xef\xbb\xbfthe cat\nthe dog", b"the cat\n\nthe"])
@pytest.mark.parametrize("options", ["", "--per-token", "--json", "--json --per-token"])
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_standard_input_is_scored_like_a_file(shell, five, give, data, options, compress):
    (shell.folder / "file.txt").write_bytes(data)
    give(compress(data))
    assert shell(f"score {five} - {options}") == shell(f"score {five} file.txt {options}")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "standard input is empty"),
        (b"\xef\xbb\xbf", "standard input is empty"),
        (gzip.compress(b"", mtime=0), "standard input is empty"),
        (b"the\n\xff\n", "standard input: line 2, byte 1: 0xff is not UTF-8"),
        (b"the\n\0\n", "standard input: line 2 holds NUL"),
        (b"the\n" + b"a" * 101 + b"\n", "standard input: line 2 is longer than 100 bytes"),
        (b"%PDF-1.4\n\0\n", "standard input is a PDF document"),
        (gzip.compress(b"the cat", mtime=0)[:12], "the gzip data ends in the middle"),
        (b"the\n<s>\n", "standard input: line 2: the special token <s>"),
    ],
)
def test_standard_input_is_checked_like_a_file(shell, five, give, data, message):
    give(data)
    assert message in shell.error(f"score {five} --max-line-bytes 100", 3)


def test_lines_are_numbered_through_all_pieces(shell, five, trickle):
    trickle(b"the\ncat\n", b"the\n", b"\xff\n")
    assert "line 4, byte 1" in shell(f"score {five}", 3).err
    trickle(b"the\ncat\n", b"a" * 60, b"a" * 60, b"a" * 60)
    assert "line 3 is longer than 100 bytes" in shell(f"score {five} --max-line-bytes 100", 3).err


def test_standard_input_that_is_closed(shell, five, give, monkeypatch):
    give(b"")
    sys.stdin.close()
    assert "cannot be read" in shell.error(f"score {five}", 3)
    monkeypatch.setattr(sys, "stdin", None)
    assert "standard input is closed" in shell.error(f"score {five}", 3)


def test_score_says_what_its_columns_are(shell, five, text):
    out, err = shell(f"score {five} {text}")
    assert err == COLUMNS
    assert all(len(line.split("\t")) == 4 for line in out.splitlines())
    assert not shell(f"score {five} {text} -q").err
    assert not shell(f"score {five} {text} --json").err


def test_the_chain_rule_stands_alone(shell, five, give):
    give(b"the cat\nthe dog\n")
    out, err = shell(f"score {five} --per-token")
    assert out.startswith("P(the cat) = P(the) P(cat | the)")
    assert "\t" not in out + err


def test_one_text_is_written_in_pieces(shell, five, monkeypatch):
    flushed = []
    monkeypatch.setattr(sys, "stdout", Waiting(flushed))
    shell(f"generate {five} --prompt the --seed 3 --length 5 --past-sentence-end")
    options = {"length": 5, "sampling": Sampling(seed=3), "stop_at_sentence_end": False}
    pieces = list(stream(load_model(five), "the", **options))
    assert [text for text in flushed if text] == ["the", *pieces, "\n"]
    assert len(pieces) > 1


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_printed_texts_are_those_of_a_seed(shell, five, n):
    command = f"generate {five} --prompt the --seed 3 -n {n} --length 8"
    texts = generate(load_model(five), "the", n=n, length=8, sampling=Sampling(seed=3))
    assert shell(command).out == "".join(f"the{text}\n" for text in texts)
    assert shell.json(command)["texts"] == texts


def test_a_prompt_may_begin_with_a_hyphen(shell, five):
    for command in (f'generate {five} --prompt "- and"', f"generate {five} --prompt=-and"):
        assert shell(command).out.startswith("-")
    assert shell(f"generate {five} --prompt - --length 0").out == "-\n"


def test_a_prompt_that_is_refused_writes_nothing(shell, five):
    shell.error(f"generate {five} --prompt '<s>'", 3)


def test_head_has_its_line_at_once(shell, five):
    command = f"{sys.executable} -m nextword generate {five} -n 50000 --seed 1 | head -1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.count(b"\n"), done.stderr) == (0, 1, b"")
