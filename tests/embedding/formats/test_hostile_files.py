"""Whatever a file holds, it gives vectors or an error of ours, in bounded memory and time."""

import gzip
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nextword.embedding.formats import read_vectors, write_vectors
from nextword.embedding.formats.detect import FORMATS
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import ModelFormatError, NextwordError

FASTTEXT = Path(__file__).parents[2] / "fixtures" / "fasttext"
BOUNDED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))
from nextword.embedding.formats import read_vectors
from nextword.errors import NextwordError
try:
    read_vectors(sys.argv[1])
except NextwordError as error:
    print("refused:", error)
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A small file of each format."""
    folder = tmp_path_factory.mktemp("sound")
    chance = np.random.default_rng(1)
    vectors = WordVectors(["the", "café", "日本", "a\tb"], chance.normal(0, 1, (4, 3)).astype(np.float32))
    files = {}
    for kind in ("word2vec", "word2vec-binary", "glove"):
        write_vectors(vectors, folder / kind, format=kind)
        files[kind] = (folder / kind).read_bytes()
    files["gzip"] = gzip.compress(files["word2vec"])
    files |= {name: (FASTTEXT / name).read_bytes() for name in ("skipgram.bin", "pruned.ftz")}
    return files


def holds(path: Path, **options) -> bool:
    """Whether a file loads; what loads must be whole, and what does not says so in one line."""
    try:
        vectors = read_vectors(path, **options)
    except NextwordError as error:
        assert 0 < len(str(error)) < 1000
        assert "\n" not in str(error)
        return False
    assert 0 < len(vectors) == len(set(vectors.words)) == len(vectors.vectors)
    assert vectors.vectors.dtype == np.float32
    assert np.isfinite(vectors.vectors).all()
    return True


@pytest.mark.parametrize("kind", ["word2vec", "word2vec-binary", "gzip", "skipgram.bin"])
def test_every_truncation_is_refused(sound, tmp_path, kind):
    data, path = sound[kind], tmp_path / "v"
    whole = len(data) - 1 if kind.startswith("word2vec") else len(data)
    # What stands behind fastText's input matrix, a byte, a shape and the output layer, is not read.
    whole -= 1 + 16 + 4 * 4 * 30 if kind == "skipgram.bin" else 0
    if kind == "word2vec":  # a last number without its last digits is a number
        whole = data.rindex(b" ") + 1
    for end in range(whole):
        path.write_bytes(data[:end])
        assert not holds(path), end
    path.write_bytes(data)
    assert holds(path)


@settings(max_examples=300)
@given(seed=st.integers(0, 1 << 32), times=st.integers(1, 4))
def test_damaged_files_hurt_nobody(sound, seed, times, tmp_path_factory):
    chance = random.Random(seed)
    data = bytearray(sound[chance.choice(sorted(sound))])
    for _ in range(times):
        place = chance.randrange(len(data))
        change = chance.choice(
            [b"", b"\0", b"\n", b" ", b"9", b"-", b"\xff", b"\x7f", b"e", chance.randbytes(4)]
        )
        data[place : place + chance.choice([0, 1, len(change)])] = change
    path = tmp_path_factory.mktemp("damaged") / "v"
    path.write_bytes(data)
    holds(path, errors=chance.choice(["strict", "replace", "ignore"]))


@given(data=st.binary(max_size=300), kind=st.sampled_from([None, *FORMATS]))
def test_any_bytes(data, kind, tmp_path_factory):
    path = tmp_path_factory.mktemp("bytes") / "v"
    path.write_bytes(data)
    holds(path, format=kind)


def bounded(path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BOUNDED, path],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_large_lies_take_little_memory(tmp_path):
    """100 MB without a space, a compressed file of zeros, headers that promise what no file holds."""
    path = tmp_path / "v"
    path.write_bytes(b"1 3\n" + 100_000_000 * b"x")
    assert "refused" in bounded(path)
    path.write_bytes(gzip.compress(b"1 1\n" + 50_000_000 * b"0", 9))
    assert "over 100 times as many" in bounded(path)
    path.write_bytes(gzip.compress(b"999999999999 500000\nword \0\0\1\1\1"))
    assert "cut short" in bounded(path)


def test_a_word_of_many_ngrams_takes_little_time(tmp_path):
    data = bytearray((FASTTEXT / "skipgram.bin").read_bytes())
    data[44:52] = b"\1\0\0\0\xff\0\0\0"  # n-grams of 1 to 255 characters
    first = 92
    end = data.index(0, first)
    data[first:end] = b"x" * 60_000
    path = tmp_path / "v.bin"
    path.write_bytes(data)
    began = time.process_time()
    with pytest.raises(ModelFormatError, match="n-grams"):
        read_vectors(path)
    assert time.process_time() - began < 10


def test_a_pipe_is_read(sound, tmp_path):
    import os
    import threading

    path = tmp_path / "pipe"
    os.mkfifo(path)
    for name in ("word2vec-binary", "skipgram.bin", "gzip"):
        writer = threading.Thread(target=path.write_bytes, args=(sound[name],))
        writer.start()
        assert len(read_vectors(path)) > 1
        writer.join()


def test_memory_is_near_that_of_the_result(tmp_path):
    script = (
        "import resource, sys; from nextword.embedding.formats import read_vectors; read_vectors(sys.argv[2]); "
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; vectors = read_vectors(sys.argv[1]); "
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / vectors.vectors.nbytes)"
    )
    words = [f"w{row}" for row in range(60_000)]
    numbers = np.random.default_rng(1).normal(0, 1, (60_000, 200)).astype(np.float32)
    small = tmp_path / "small.bin"
    path = tmp_path / "v.bin"
    write_vectors(WordVectors(words[:9], numbers[:9]), small, format="word2vec-binary")
    write_vectors(WordVectors(words, numbers), path, format="word2vec-binary")
    done = subprocess.run(
        [sys.executable, "-c", script, path, small], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 1.7
