import bz2
import gzip
import io
import lzma
import math
import os
import sys

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import SettingError, StorageError
from nextword.ngram.arpa import write_arpa
from nextword.ngram.arpa.kernels import write_number
from nextword.ngram.estimation.smoothing import MaximumLikelihood
from nextword.ngram.model import NgramModel
from nextword.ngram.train import train_on_lines
from support import small_lines

GOLDEN = """\\data\\
ngram 1=5
ngram 2=5

\\1-grams:
-99\t<unk>\t0
0\t<s>\t-99
-0.39794\t</s>\t0
-0.39794\ta\t-99
-0.69897\tb\t-99

\\2-grams:
0\t<s> a
-0.30103\ta </s>
-0.30103\ta b
0\tb </s>

\\end\\
"""


def arpa(model) -> str:
    file = io.BytesIO()
    write_arpa(model, file)
    return file.getvalue().decode()


def test_the_layout_is_that_of_lmplz():
    model = train_on_lines(["a b", "a"], 2, MaximumLikelihood())
    assert arpa(model) == GOLDEN.replace("ngram 2=5", "ngram 2=4")


def test_the_highest_order_alone_lacks_backoffs(model):
    text = arpa(model)
    order, tabs = 0, {1: set(), 2: set(), 3: set()}
    for line in text.splitlines():
        if line.startswith("\\") and "grams" in line:
            order = int(line[1])
        elif "\t" in line:
            tabs[order].add(line.count("\t"))
    # Readers of the 1-grams of wav2vec decoders want exactly three fields.
    assert tabs == {1: {2}, 2: {2}, 3: {1}}
    assert [line for line in text.splitlines() if line.endswith("-0")] == []


@given(small_lines, st.integers(1, 5))
def test_every_line_is_a_node(lines, order):
    model = train_on_lines(lines, order)
    automaton, tokens = model.automaton, model.tokenizer.tokens
    node = 0
    for line in arpa(model).splitlines():
        log_prob, *rest = line.split("\t")
        if rest:
            node += 1
            assert rest[0] == " ".join(tokens[word] for word in automaton.path(node))
            wanted = 0.0 if rest[0] == "<s>" else automaton.log_probs[node] / math.log(10)
            assert float(log_prob) == pytest.approx(wanted, abs=6e-8)
            if len(rest) == 2:
                wanted = automaton.backoffs[node] / math.log(10)
                assert float(rest[1]) == pytest.approx(max(wanted, -99), abs=6e-8)
    assert node == len(automaton.words) - 1


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"), (-0.0, "0"), (-4e-8, "0"), (4e-8, "0"), (-6e-8, "-0.0000001"), (-1.5, "-1.5"),
        (-12.3456789, "-12.3456789"), (-0.30102999, "-0.30103"), (2.25, "2.25"), (-100.0, "-100"),
        (-math.inf, "-99"), (-1e300, "-999"), (1e300, "999"), (-0.0100000, "-0.01"),
    ],
)  # fmt: skip
def test_numbers_have_at_most_seven_decimals(value, written):
    buffer = np.zeros(20, dtype=np.uint8)
    size = write_number(buffer, 0, value * math.log(10))
    assert bytes(buffer[:size]) == written.encode()


def test_batches_join(model, monkeypatch):
    whole = arpa(model)
    monkeypatch.setattr("nextword.ngram.arpa.write.BUFFER_BYTES", 1)
    assert arpa(model) == whole


@pytest.mark.parametrize(
    ("suffix", "unpack"),
    [
        ("", bytes),
        (".gz", gzip.decompress),
        (".bz2", bz2.decompress),
        (".xz", lzma.decompress),
        (".zst", lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)),
    ],
)
def test_the_name_tells_the_compression(model, tmp_path, suffix, unpack):
    path = tmp_path / f"model.arpa{suffix}"
    write_arpa(model, path)
    packed = path.read_bytes()
    assert unpack(packed).decode() == arpa(model)
    assert list(tmp_path.iterdir()) == [path]
    write_arpa(model, str(path))
    assert path.read_bytes() == packed
    shouted = tmp_path / path.name.upper()
    write_arpa(model, shouted)
    assert shouted.read_bytes() == packed


def test_a_dash_is_standard_output(model, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", stream)
    write_arpa(model, "-")
    assert stream.buffer.getvalue().decode() == arpa(model)


def test_progress_counts_the_ngrams(model):
    told = []
    write_arpa(model, io.BytesIO(), told.append)
    assert sum(told) == sum(model.automaton.ngrams)


def test_words_that_cannot_stand_in_a_line_are_refused(tmp_path):
    automaton = train_on_lines(["a b"], 2).automaton
    tokenizer = train_on_lines(["a b"], 2).tokenizer
    for token in (" ", "\t", "new york", "", "<UNK>"):
        tokenizer.tokens[-1] = token
        model = NgramModel(automaton, tokenizer)
        with pytest.raises(SettingError, match="token"):
            write_arpa(model, tmp_path / "model.arpa")
        assert list(tmp_path.iterdir()) == []


def test_places_that_cannot_be_written(model, tmp_path):
    for path in (tmp_path, tmp_path / "missing" / "model.arpa"):
        with pytest.raises(StorageError, match="cannot be written"):
            write_arpa(model, path)


class FailingFile(io.FileIO):
    """A file that takes so many bytes, then fails."""

    def __init__(self, path, room: int, error: BaseException):
        super().__init__(path, "xb")
        self.room, self.error = room, error

    def write(self, data):
        self.room -= len(data)
        if self.room < 0:
            raise self.error
        return super().write(data)


NO_SPACE = OSError(28, "No space left on device")


@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2", ".xz", ".zst"])
@pytest.mark.parametrize(
    ("error", "raised"),
    [(NO_SPACE, StorageError), (KeyboardInterrupt(), KeyboardInterrupt), (SystemExit(143), SystemExit)],
    ids=["full", "interrupted", "terminated"],
)
@pytest.mark.parametrize("place", ["header", "middle", "progress", "os.fsync", "pathlib.Path.replace"])
def test_a_failure_leaves_the_old_file(model, tmp_path, monkeypatch, suffix, error, raised, place):
    path = tmp_path / f"model.arpa{suffix}"
    path.write_text("old")

    def fail(*_):
        raise error

    if place in ("header", "middle"):
        room = 0 if place == "header" else 100
        monkeypatch.setattr("pathlib.Path.open", lambda path, _: FailingFile(path, room, error))
    elif place != "progress":
        monkeypatch.setattr(place, fail)
    with pytest.raises(raised):
        write_arpa(model, path, fail if place == "progress" else None)
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_written_and_not_replaced(model, tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    small = train_on_lines(["a b"], 2)
    write_arpa(small, path)
    assert os.read(reader, 1 << 16).decode() == arpa(small)
    os.close(reader)
    assert path.is_fifo()
