"""Binary files, and what is written: gensim reads ours, we read gensim's, and nothing is lost."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nextword.embedding.formats import read_vectors, write_vectors
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import ModelFormatError, SettingError, StorageError

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" \n\0"), min_size=1, max_size=8)
SINGLES = st.floats(width=32, allow_nan=False, allow_infinity=False)


@st.composite
def stores(draw):
    words = draw(st.lists(WORDS, min_size=1, max_size=6, unique=True))
    shape = len(words), draw(st.integers(1, 5))
    return WordVectors(words, draw(arrays(np.float32, shape, elements=SINGLES)))


@pytest.fixture
def sample():
    chance = np.random.default_rng(1)
    numbers = chance.normal(0, 0.3, (300, 7)).astype(np.float32)
    numbers.ravel()[:12] = [0, -0.0, 1e-4, 9.9e-5, 1e16, 123456, 1e-30, 3.4e38, 1e-45, 0.1, 16777216, 1 / 3]
    return WordVectors([f"wörd{row}" for row in range(300)], numbers, np.arange(300, 0, -1))


def gensim_of(vectors: WordVectors) -> KeyedVectors:
    theirs = KeyedVectors(vectors.vector_size)
    theirs.add_vectors(list(vectors.words), vectors.vectors)
    return theirs


def same(one: WordVectors, other) -> bool:
    return list(one.words) == list(other.index_to_key) and one.vectors.tobytes() == other.vectors.tobytes()


@given(vectors=stores(), kind=st.sampled_from(["word2vec", "word2vec-binary", "glove"]))
def test_nothing_is_lost(vectors, kind, tmp_path_factory):
    path = tmp_path_factory.mktemp("written") / "vectors"
    write_vectors(vectors, path, format=kind)
    assert same(read_vectors(path, format=kind), vectors)


@given(numbers=arrays(np.float32, (1, 40), elements=SINGLES))
def test_text_has_the_digits_of_numpy(numbers, tmp_path_factory):
    path = tmp_path_factory.mktemp("digits") / "vectors"
    write_vectors(WordVectors(["word"], numbers), path, format="glove")
    assert path.read_text() == f"word {' '.join(str(number) for number in numbers[0])}\n"


def test_text_is_that_of_gensim(sample, tmp_path):
    write_vectors(sample, tmp_path / "ours.txt")
    gensim_of(sample).save_word2vec_format(str(tmp_path / "theirs.txt"))
    assert (tmp_path / "ours.txt").read_bytes() == (tmp_path / "theirs.txt").read_bytes()


def test_binary_is_that_of_gensim_and_the_line_breaks_of_word2vec(sample, tmp_path):
    write_vectors(sample, tmp_path / "ours.bin", format="word2vec-binary")
    gensim_of(sample).save_word2vec_format(str(tmp_path / "theirs.bin"), binary=True)
    ours, theirs = ((tmp_path / name).read_bytes() for name in ("ours.bin", "theirs.bin"))
    header, size = b"300 7\n", 4 * 7
    assert ours.startswith(header)
    rows, place = [], len(header)
    while place < len(ours):
        end = ours.index(b" ", place) + 1 + size
        assert ours[end : end + 1] == b"\n"
        rows.append(ours[place:end])
        place = end + 1
    assert theirs == header + b"".join(rows)


@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v.txt.gz", "v.bin.gz"])
def test_gensim_and_we_read_one_another(sample, tmp_path, name):
    binary = ".bin" in name
    write_vectors(
        sample, tmp_path / name, format="word2vec-binary" if binary else "word2vec", counts=tmp_path / "c"
    )
    theirs = KeyedVectors.load_word2vec_format(
        str(tmp_path / name), binary=binary, fvocab=str(tmp_path / "c")
    )
    assert same(sample, theirs)
    assert theirs.get_vecattr("wörd0", "count") == 300
    theirs.save_word2vec_format(str(tmp_path / f"2{name}"), binary=binary, fvocab=str(tmp_path / "d"))
    ours = read_vectors(tmp_path / f"2{name}", counts=tmp_path / "d")
    assert same(ours, theirs)
    assert np.array_equal(ours.counts, sample.counts)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # gensim leaves the file open
def test_gensim_reads_our_glove(sample, tmp_path):
    write_vectors(sample, tmp_path / "v", format="glove")
    assert same(sample, KeyedVectors.load_word2vec_format(str(tmp_path / "v"), no_header=True))


def test_rows_over_the_ends_of_blocks(sample, tmp_path, monkeypatch):
    write_vectors(sample, tmp_path / "v.bin", format="word2vec-binary")
    monkeypatch.setattr("nextword.embedding.formats.binary.BLOCK", 5)
    monkeypatch.setattr("nextword.text.unpacking.CHUNK", 3)
    assert same(read_vectors(tmp_path / "v.bin"), sample)
    assert list(read_vectors(tmp_path / "v.bin", limit=3).words) == list(sample.words[:3])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"2 1\na \0\0\x80?", "promises 2 words of 1 numbers, and the file ends after 1"),
        (b"1 1\na \0\0\x80?\nxx", "more bytes follow"),
        (b"1 1\na \0\0\xc0\x7f", "infinite or none"),
        (b"1 1\n \0\0\x80?\n", "word 1 is empty"),
        (b"1 1\na\0b \0\0\x80?", "NUL"),
        (b"1000000000000 300\na " + bytes(2000), "ends after 1"),
        (b"1 1000000000000\na \0\0\x80?", "cut short"),
        (b"1 1\n" + b"\1" * 70_000 + b"\0", "more than 65,536 bytes"),
    ],
)
def test_what_is_wrong_with_binary_is_said(tmp_path, data, message):
    (tmp_path / "v.bin").write_bytes(data)
    with pytest.raises(ModelFormatError) as caught:
        read_vectors(tmp_path / "v.bin")
    assert message in str(caught.value)


@pytest.mark.parametrize("word", ["", "a b", "a\nb", "a\0", "\ud800"])
def test_words_that_no_file_can_hold(tmp_path, word):
    with pytest.raises(SettingError, match="the word"):
        write_vectors(WordVectors([word], np.ones((1, 2), np.float32)), tmp_path / "v")
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written(tmp_path, sample):
    (tmp_path / "old").write_text("old")
    broken = WordVectors(["a", "b"], np.array([[1], [np.nan]], np.float32))
    for vectors, options in (
        (broken, {}),
        (WordVectors([], np.empty((0, 2), np.float32)), {}),
        (WordVectors(["a"], np.ones((1, 1), np.float32)), {"counts": tmp_path / "c"}),
        (sample, {"format": "fasttext"}),
    ):
        with pytest.raises(SettingError):
            write_vectors(vectors, tmp_path / "old", **options)
    with pytest.raises(StorageError):
        write_vectors(sample, tmp_path / "missing" / "v")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("old", "old")]
