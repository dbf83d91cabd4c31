"""Text with and without a header: which rows it may have, and that its numbers are Python's."""

import bz2
import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.embedding.formats import read_vectors
from nextword.errors import InputError, ModelFormatError, SettingError

DECIMALS = st.one_of(
    st.floats(width=32, allow_nan=False, allow_infinity=False).map(repr),
    st.floats(-1e30, 1e30).map(repr),
    st.from_regex(r"[+-]?(\d{1,25}\.?\d{0,25}|\.\d{1,25})([eE][+-]?\d{1,2})?", fullmatch=True).filter(
        str.isascii
    ),
)


def read(tmp_path, data: bytes, **options):
    path = tmp_path / "vectors"
    path.write_bytes(data)
    return read_vectors(path, **options)


def refused(tmp_path, data: bytes, **options) -> str:
    with pytest.raises(ModelFormatError) as caught:
        read(tmp_path, data, **options)
    return str(caught.value)


def single(text: str) -> np.float32:
    with np.errstate(over="ignore"):
        return np.float32(float(text))


@given(numbers=st.lists(DECIMALS, min_size=1, max_size=12))
def test_numbers_are_those_of_python(numbers, tmp_path_factory):
    numbers = [number for number in numbers if np.isfinite(single(number))] or ["0"]
    path = tmp_path_factory.mktemp("numbers") / "vectors.txt"
    path.write_text(f"1 {len(numbers)}\nword {' '.join(numbers)}\n")
    expected = np.array([single(number) for number in numbers])
    assert read_vectors(path).vectors[0].tobytes() == expected.tobytes()


@pytest.mark.parametrize("digits", ["1.00000005960464477539", "1.000000059604644775390625", "0.1" + 40 * "0" + "1",
                                    "3.4028235677973366e38", "7.0064923216240854e-46", "1e-200", "-0.0"])  # fmt: skip
def test_numbers_between_two_floats_are_those_of_python(tmp_path, digits):
    """Halfway between two floats of 32 bits the kernel asks Python."""
    if np.isinf(single(digits)):
        assert "not a finite number" in refused(tmp_path, f"1 1\nword {digits}\n".encode())
    else:
        assert (
            read(tmp_path, f"1 2\nword {digits} 1\n".encode()).vectors[0, 0].tobytes()
            == single(digits).tobytes()
        )


@pytest.mark.parametrize("end", [b"\n", b" \n", b"\r\n", b" \r\n", b"\t\n"])
@pytest.mark.parametrize("header", [b"2 3", b"2 3 ", b"\xef\xbb\xbf2 3", b""])
def test_ends_of_rows(tmp_path, header, end):
    rows = b"the 1 2 -3" + end + b"caf\xc3\xa9 .5  1e-3 +4." + end
    vectors = read(tmp_path, (header + end if header else b"") + rows)
    assert list(vectors.words) == ["the", "café"]
    assert vectors.vectors.tolist() == [[1, 2, -3], [0.5, np.float32(1e-3), 4]]
    assert vectors.settings["source"] == ("word2vec" if header else "glove")
    assert list(read(tmp_path, b"2 3\n" + rows.rstrip()).words) == ["the", "café"]


def test_words_hold_any_character_but_a_space(tmp_path):
    words = ["\u2028", "\x85", "a\tb", "\u3000", "\xa0x", "1", "-0.5", "#", "\r", "日本", "</s>"]
    data = "".join(f"{word} {number}\n" for number, word in enumerate(words))
    assert list(read(tmp_path, f"{len(words)} 1\n{data}".encode()).words) == words


def test_glove_words_with_spaces(tmp_path):
    vectors = read(tmp_path, b"the 1 2\nat name@domain.com 3 4\n. . . 5 6\n")
    assert list(vectors.words) == ["the", "at name@domain.com", ". . ."]
    assert vectors.vectors.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert "more than 2 numbers" in refused(tmp_path, b"the 1 2\nof 3 4 5\n")
    assert "is no number" in refused(tmp_path, b"2 2\nthe 1 2\nat x@domain.com 3 4\n")


def test_of_a_repeated_word_the_first_row_stays(tmp_path):
    vectors = read(tmp_path, b"4 1\na 1\nb 2\na 3\nc 4\n")
    assert (list(vectors.words), vectors.vectors.ravel().tolist()) == (["a", "b", "c"], [1, 2, 4])
    assert vectors.settings == {"source": "word2vec", "repeated_words_dropped": 1}


def test_words_cut_inside_a_character(tmp_path):
    data = b"4 1\na\xc3 1\nb\xe6\x97 2\n\xff 3\na 4\n"
    assert "word 1, b'a\\xc3', is not UTF-8" in refused(tmp_path, data)
    assert list(read(tmp_path, data, errors="replace").words) == ["a\ufffd", "b\ufffd", "\ufffd", "a"]
    ignored = read(tmp_path, data, errors="ignore")
    assert (list(ignored.words), ignored.vectors.ravel().tolist()) == (["a", "b"], [1, 2])
    assert ignored.settings["empty_words_dropped"] == ignored.settings["repeated_words_dropped"] == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"2 2\nthe 1 2\n", "promises 2 words, and the file ends after 1"),
        (b"1 2\nthe 1 2\nof 3 4\n", "line 3: the header promises 1 words, and here follows another"),
        (b"2 2\nthe 1 2\nof 3\n", "line 3: 1 numbers stand behind the word, not 2"),
        (b"2 2\nthe 1 2\nof 3 4 5\n", "line 3: more than 2 numbers"),
        (b"2 2\nthe 1 2\nof 3 x\n", "line 3: b'x' is no number"),
        (b"1 2\nthe 1 1_0\n", "b'1_0' is no number"),
        (b"1 2\nthe 1 0x1\n", "b'0x1' is no number"),
        (b"1 2\nthe 1 nan\n", "b'nan' is not a finite number"),
        (b"1 2\nthe 1 -inf\n", "not a finite number"),
        (b"1 2\nthe 1 1e39\n", "not a finite number"),
        (b"1 2\n 1 2\n", "line 2: the row begins with a space"),
        (b"1 2\nt\0e 1 2\n", "NUL"),
        (b"0 2\n", "at least one"),
        (b"1000000000000 2\nthe 1 2\n", "promises 1,000,000,000,000 words"),
        (b"1 1000000000000\nthe 1 2\n", "cut short"),
        (b"1 1\n" + 70_000 * b"x" + b" 1\n", "word of more than 65,536 bytes"),
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"just some text\n", "begins no file of word vectors"),
        (b"the 1 2\nof 3\n", "line 2: 1 numbers"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(tmp_path, data, message):
    assert message in refused(tmp_path, data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x80\x04\x95", "save_word2vec_format"),
        (b"\\data\\\nngram 1=3\n", "ARPA"),
        (b"\x93NUMPY\x01\0", "NumPy array"),
        (b"\x10\0\0\0\0\0\0\0{}", "safetensors"),
        (b"PK\x03\x04", "zip"),
        (b"SQLite format 3\0", "SQLite"),
    ],
)
def test_other_kinds_of_file_are_named(tmp_path, data, message):
    assert message in refused(tmp_path, data)


def test_folders_and_missing_files(tmp_path):
    with pytest.raises(ModelFormatError, match="load_vectors"):
        read_vectors(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        read_vectors(tmp_path / "missing")


def test_settings(tmp_path):
    data = b"3 1\na 1\nb 2\nc 3\n"
    assert list(read(tmp_path, data, limit=2).words) == ["a", "b"]
    assert list(read(tmp_path, data, limit=9).words) == ["a", "b", "c"]
    assert list(read(tmp_path, b"2 1\n3 4\n", format="glove").words) == ["2", "3"]
    for wrong in ({"limit": 0}, {"format": "text"}, {"errors": "loose"}):
        with pytest.raises(SettingError):
            read(tmp_path, data, **wrong)
    assert "not a header" in refused(tmp_path, b"a 1\n", format="word2vec")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
@pytest.mark.parametrize("header", [b"5000 3\n", b""])
def test_compressed_files_and_tables_that_grow(tmp_path, pack, header, monkeypatch):
    monkeypatch.setattr("nextword.embedding.formats.text.BLOCK", 1000)
    monkeypatch.setattr("nextword.embedding.formats.table._FIRST_BYTES", 1200)
    rows = b"".join(b"w%d %d 0.5 -1\n" % (row, row) for row in range(5000))
    for data in (pack(header + rows), header + rows):
        vectors = read(tmp_path, data)
        assert list(vectors.words) == [f"w{row}" for row in range(5000)]
        assert np.array_equal(vectors.vectors[:, 0], np.arange(5000))


def test_counts(tmp_path):
    path = tmp_path / "counts"
    path.write_bytes(b"b 7\r\na 12\nother 3\na 1")
    assert read(tmp_path, b"2 1\na 1\nb 2\n", counts=path).counts.tolist() == [12, 7]
    for wrong, message in ((b"a 1\n", "'b' has no count"), (b"a x\n", "line 1"), (b"a 1\nb -1\n", "line 2"),
                           (b"a " + b"9" * 19, "line 1"), (b"a\xff 1\n", "UTF-8")):  # fmt: skip
        path.write_bytes(wrong)
        with pytest.raises(ModelFormatError, match=message):
            read(tmp_path, b"2 1\na 1\nb 2\n", counts=path)
