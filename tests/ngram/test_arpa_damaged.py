import gzip
import random

import numpy as np
import pytest

from arpa_samples import SMALL, written
from nextword.errors import InputError, ModelFormatError
from nextword.ngram.arpa import read_arpa
from nextword.ngram.train import train_on_lines


@pytest.fixture
def read(tmp_path):
    """A function that reads a text as an ARPA file."""

    def read_text(text: str | bytes):
        path = tmp_path / "model.arpa"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_arpa(path)

    return read_text


WRONG = [
    ("ngram 2=4", "ngram 2=5", 18, "says that there are 5 2-grams, but the section ends after 4"),
    ("ngram 2=4", "ngram 2=3", 17, "there are more"),
    ("ngram 1=5", "ngram 1=4", 11, "there are more"),
    ("ngram 3=2", "ngram 3=1000000000000", 22, "1,000,000,000,000 3-grams"),
    ("ngram 1=5", "ngram 1=1000000000000", 12, "1,000,000,000,000 1-grams"),
    ("ngram 3=2", "ngram 3=" + "9" * 5000, 4, "expected a line like"),
    ("ngram 2=4", "ngram 3=4", 3, "expected ngram 2="),
    ("ngram 2=4\n", "", 3, "expected ngram 2="),
    ("ngram 2=4", "ngram 2=-4", 3, "expected a line like"),
    ("\\data\\\n", "", 1, "begins with"),
    ("\\end\\\n", "", 22, "cut short"),
    ("\\end\\", "\\end", 23, "expected"),
    ("\\2-grams:", "\\3-grams:", 13, "expected"),
    ("\\1-grams:", "\\2-grams:", 6, "expected"),
    ("\\end\\\n", "\\end\\\nmore\n", 24, "behind"),
    ("-0.5\ta", "0.5\ta", 10, "positive"),
    ("-0.5\ta", "nan\ta", 10, "not a finite"),
    ("-0.5\ta", "-inf\ta", 10, "not a finite"),
    ("-0.5\ta", "-1e999\ta", 10, "not a finite"),
    ("-0.5\ta", "-0.5x\ta", 10, "not a number"),
    ("-0.5\ta", "-\ta", 10, "not a number"),
    ("-0.5\ta", "-1e\ta", 10, "not a number"),
    ("-0.5\ta", "1.2.3\ta", 10, "not a number"),
    ("\t-0.25", "\tnan", 10, "not a finite"),
    ("\t-0.25", "\t1e300", 10, "above 99"),
    ("\t-0.25", "\t-0.25\tb", 10, "behind the back-off"),
    ("a b\t-1", "a c\t-1", 16, "'c' is not among the 1-grams"),
    ("a b\t-1", "a b b\t-1", 16, "'b' is not a number"),
    ("b </s>\n-0.1", "b\n-0.1", 14, "too early"),
    ("-0.3\ta b\t-1", "-0.3", 16, "too early"),
    ("-0.5\ta\t", "-0.5\t", 16, "'a' is not among"),
    ("-0.6\tb a", "-0.6\t<s> b", 17, "'<s> b' stands on line 15 already"),
    ("-0.06\ta b </s>", "-0.06\t<s> b a", 21, "'<s> b a' stands on line 20 already"),
    ("-0.5\ta", "-0.5\tb", 11, "stands twice"),
    ("-0.5\ta", "-0.5\t<UNK>", 10, "stands twice"),
    ("-0.05\t<s> b a", "-0.05\t<s> b a\t-1", 20, "highest order"),
    ("-0.5\ta", "-0.5\t\0", 10, "NUL"),
    ("ngram 1=5", "ngram 1=0", 7, "there are more"),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), WRONG)
def test_what_is_wrong_is_named_by_line(read, old, new, line, message):
    assert old in SMALL
    with pytest.raises(ModelFormatError, match=message) as caught:
        read(SMALL.replace(old, new, 1))
    assert f"model.arpa: line {line}" in str(caught.value)
    with pytest.raises(ModelFormatError) as caught_again:
        read(SMALL.replace(old, new, 1).replace("\n", "\r\n"))
    assert f": line {line}" in str(caught_again.value)


def test_sentences_need_their_ends(read):
    for token, other in (("<s>", "x"), ("</s>", "y")):
        text = SMALL.replace(token, other)
        with pytest.raises(ModelFormatError, match=f"lack {token}"):
            read(text)


def test_orders_above_32(read):
    header = "".join(f"ngram {order}=0\n" for order in range(1, 34))
    with pytest.raises(ModelFormatError, match="line 34: orders go up to 32"):
        read("\\data\\\n" + header)


def test_bytes_that_are_not_utf_8(read):
    with pytest.raises(ModelFormatError, match=r"line 10.* is not UTF-8"):
        read(SMALL.replace("-0.5\ta", "-0.5\té").encode("latin1"))


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"mmap lm http://kheafield.com/code format version 5\n\0" + bytes(100), "KenLM binary"),
        (b"blmt 3 100 200\n" + bytes(100), "IRSTLM"),
        (b"iARPA\n\n\\data\\\n", "IRSTLM"),
        (b"", "begins with"),
        (b"\n\n", "begins with"),
        (b"just some text\n", "begins with"),
        (b"\x89PNG\r\n\x1a\n\0", "PNG"),
        (b"PK\x03\x04" + bytes(50), "zip"),
        ("\\data\\".encode("utf-16"), "UTF-16"),
        (b'{"model_type": "ngram"}', "JSON"),
    ],
)
def test_other_kinds_of_files_are_named(read, head, kind):
    for data in (head, gzip.compress(head)):
        with pytest.raises(ModelFormatError, match=kind):
            read(data)


def test_places_without_a_file(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_arpa(tmp_path / "missing.arpa")
    with pytest.raises(ModelFormatError, match="folder"):
        read_arpa(tmp_path)


@pytest.mark.parametrize("seed", range(4))
def test_any_bytes_give_a_model_or_an_error(lines, read, seed):
    kind = "words" if seed % 2 else "whitespace"
    whole = written(train_on_lines(lines[:40], 3, tokenizer=kind))
    chance = random.Random(seed)
    models = 0
    for _ in range(150):
        data = bytearray(whole)
        match chance.randrange(5):
            case 0:
                for _ in range(chance.randrange(1, 4)):
                    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            case 1:
                del data[chance.randrange(len(data)) :]
            case 2:
                rows = whole.splitlines(keepends=True)
                rows.insert(chance.randrange(len(rows)), chance.choice(rows))
                data = bytearray(b"".join(rows))
            case 3:
                rows = whole.splitlines(keepends=True)
                del rows[chance.randrange(len(rows))]
                data = bytearray(b"".join(rows))
            case 4:
                place = chance.randrange(len(data))
                data[place:place] = chance.choice(
                    [b"\t", b"\n", b"\0", b"-", b"1e9", b"\xff", b"9" * 40, b" a"]
                )
        try:
            model = read(bytes(data))
        except (ModelFormatError, InputError):
            continue
        models += 1
        assert not np.isnan(model.score("the cat sat on the zebra"))
        written(model)
    assert models > 0
