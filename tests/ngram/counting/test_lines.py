"""Counts as text: written as SRILM does, read back as they were, restored where lines are missing."""

import bz2
import gzip
import io
import lzma
import random

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from counted_samples import assert_same, plain_counts
from nextword.errors import InputError, SettingError, StorageError
from nextword.ngram.arpa.tokenizer import TokenizerSettings
from nextword.ngram.counting.checking.check import check_tree
from nextword.ngram.counting.counted import count_lines
from nextword.ngram.counting.lines.read import read_counts, read_with_remark
from nextword.ngram.counting.lines.write import write_counts
from nextword.text.vocabulary import VocabularyLimits
from support import small_lines

GOLDEN = """<s>\t2
</s>\t2
a\t2
b\t1
<s> a\t2
a </s>\t1
a b\t1
b </s>\t1
"""

words = st.text(
    st.characters(exclude_characters="\0\t\n\r ", exclude_categories=["Cs"]), min_size=1, max_size=4
).filter(lambda word: word not in ("<s>", "</s>", "<unk>"))
lines_of_any_words = st.lists(st.lists(words, max_size=5).map(" ".join), min_size=1, max_size=6).filter(any)


def text_of(counted, order=None) -> str:
    file = io.BytesIO()
    write_counts(counted, file, order)
    return file.getvalue().decode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("lines")


def read(folder, text, *args, **settings):
    path = folder / "counts.txt"
    path.write_bytes(text.encode())
    return read_counts([path], *args, **settings)


def read_restoring(folder, text):
    (folder / "counts.txt").write_bytes(text.encode())
    return read_with_remark([folder / "counts.txt"], TokenizerSettings())


def test_the_layout_is_that_of_srilm():
    assert text_of(count_lines(["a b", "a"], 2)) == GOLDEN


@given(small_lines, st.integers(1, 5))
def test_every_ngram_has_a_line(lines, order):
    found = dict(line.split("\t") for line in text_of(count_lines(lines, order)).splitlines())
    assert found == {ngram: str(count) for ngram, count in plain_counts(lines, order).items()}


@given(small_lines | lines_of_any_words, st.integers(1, 5), st.randoms(use_true_random=False))
def test_a_round_trip_gives_the_same_bytes_in_any_order_of_lines(folder, lines, order, chance):
    counted = count_lines(lines, order)
    text = text_of(counted)
    assert_same(read(folder, text, order), counted)
    shuffled = text.split("\n")[:-1]
    chance.shuffle(shuffled)
    assert_same(read(folder, "\n".join(shuffled) + "\n", order), counted)


@pytest.mark.parametrize(
    "settings",
    [
        {"tokenizer": "words", "lowercase": True, "special_tokens": "skip"},
        {"special_tokens": "keep", "lowercase": True},
    ],
    ids=str,
)
def test_a_round_trip_takes_the_settings_that_the_lines_lack(folder, lines, settings):
    counted = count_lines(lines, 3, **settings)
    assert_same(read(folder, text_of(counted), **settings), counted)


def test_words_that_were_not_seen_survive(folder):
    counted = count_lines(["a b"], 2, limits=VocabularyLimits(words=("gnu", "a", "b")))
    assert "gnu\t0\n" in text_of(counted)
    back = read(folder, text_of(counted))
    assert back.tokenizer.tokens == counted.tokenizer.tokens == ["<unk>", "<s>", "</s>", "a", "b", "gnu"]
    limited = count_lines(["a b"], 2, limits=VocabularyLimits(words=("b",)))
    assert not read(folder, text_of(limited)).is_open


def test_one_order_alone(folder):
    counted = count_lines(["a b", "a"], 2)
    assert text_of(counted, 1) + text_of(counted, 2) == GOLDEN
    for order in (0, 3):
        with pytest.raises(SettingError, match=f"order 1 to 2, got order {order}"):
            text_of(counted, order)


@given(st.integers(2, 5), st.data())
def test_lower_orders_are_derived_from_one(folder, order, data):
    line = st.lists(st.sampled_from("abcd"), min_size=order - 2, max_size=7).map(" ".join)
    lines = data.draw(st.lists(line, min_size=1, max_size=8).filter(any))
    counted = count_lines(lines, order)
    back, restored = read_restoring(folder, text_of(counted, order))
    assert_same(back, counted)
    assert restored == len(plain_counts(lines, order - 1))


@given(small_lines, st.integers(2, 4), st.data())
def test_any_lines_give_a_tree_that_keeps_what_they_say(folder, lines, order, data):
    """Drop lines and change counts: whatever is left is read, closed, and as stated."""
    kept = data.draw(st.sets(st.sampled_from(sorted(plain_counts(lines, order))), min_size=1))
    stated = {ngram: data.draw(st.integers(1, 9)) for ngram in sorted(kept)}
    text = "".join(f"{ngram}\t{count}\n" for ngram, count in stated.items())
    if kept <= {"<s>", "</s>", "<s> </s>"}:
        with pytest.raises(InputError, match="no words"):
            read(folder, text)
        return
    counted, restored = read_restoring(folder, text)
    check_tree(counted.tree)
    assert {ngram: counted.count(ngram) for ngram in stated} == stated
    assert len(text_of(counted).splitlines()) == len(stated) + restored


def test_a_missing_count_is_the_smallest_that_is_possible(folder):
    counted = read(folder, "x a b\t2\ny a b\t3\na b c\t4\na b d\t2\n")
    assert counted.count("a b") == 6  # followed by c and d; preceded only 5 times
    assert counted.count("x a") == 2
    assert counted.count("d") == 2


def test_equal_lines_add_up_over_files(folder):
    (folder / "one").write_text("a b\t1\na\t1\nb 2\n\n")
    (folder / "two").write_text("b\t3\r\na b\t4\r\n")
    counted = read_counts([folder / "one", folder / "two"])
    assert [counted.count(ngram) for ngram in ("a", "b", "a b")] == [1, 5, 5]


def test_an_order_of_ones_own(folder):
    text = text_of(count_lines(["a b c"], 3))
    assert_same(read(folder, text, 2), count_lines(["a b c"], 2))
    assert read(folder, text, 6).ngrams == [6, 4, 3, 0, 0, 0]
    with pytest.raises(SettingError, match="from 1 to 32"):
        read(folder, text, 33)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a b", "'b' is not a count"),
        ("a\t-1", "'-1' is not a count; counts are whole numbers from 1 to 2,147,483,647"),
        ("a\t1.5", "'1.5' is not a count"),
        ("a\t٣", "is not a count"),
        ("a\t2147483648", "'2147483648' is not a count"),
        ("a\t" + "9" * 5000, "is not a count"),
        ("a b\t0", "was seen 0 times; leave it out"),
        ("7", "'7' lacks words"),
        ("a", "'a' lacks a count"),
        ("a <s>\t1", "<s> comes first"),
        ("</s> a\t1", "</s> last"),
        ("<s> a </s> b\t1", "</s> last"),
        ("a " * 33 + "\t1", "has 33 words; orders go up to 32"),
    ],
)
def test_a_line_that_is_none_is_named(folder, line, message):
    with pytest.raises(InputError) as error:
        read(folder, f"a\t1\n\nb\t2147483647\n{line}\na b\t1\n")
    assert f"{folder / 'counts.txt'}: line 4: " in str(error.value)
    assert message in str(error.value)
    assert len(str(error.value)) < 400


def test_lines_behind_the_first_block_are_named_too(folder, monkeypatch):
    monkeypatch.setattr("nextword.text.readers.BlockLimits", lambda _, longest: Limits(8, longest))
    from nextword.text.lines import BlockLimits as Limits

    with pytest.raises(InputError, match=r"line 50: 'x' is not a count"):
        read(folder, "a b\t1\n" * 49 + "a b\tx\n")
    assert read(folder, "a b\t1\n" * 49 + "<s> a\t5\n").count("a b") == 49


@pytest.mark.parametrize("text", ["", "\n\n", "<s>\t1\n</s>\t1\n"])
def test_files_without_counts_of_words_are_errors(folder, text):
    with pytest.raises(InputError):
        read(folder, text)


@pytest.mark.parametrize(
    "text", ["a\t2147483647\na\t1\n", "a b\t2147483647\na b\t1\nb\t1\na\t1\n", "a b\t2147483647\na c\t1\n"]
)
def test_sums_that_do_not_fit_are_errors(folder, text):
    with pytest.raises(InputError, match="counts go up to"):
        read(folder, text)


def test_settings_that_no_words_can_have_are_errors(folder):
    with pytest.raises(SettingError, match="no bpe tokenizer"):
        read(folder, GOLDEN, tokenizer="bpe")
    with pytest.raises(SettingError, match="special tokens"):
        read(folder, GOLDEN, special_tokens="kep")


def test_tokens_that_cannot_stand_between_spaces():
    with pytest.raises(SettingError, match="white space"):
        text_of(count_lines(["a b"], 2, tokenizer="characters"))


@pytest.mark.parametrize(
    ("ending", "unpack"),
    [
        ("", bytes),
        (".gz", gzip.decompress),
        (".bz2", bz2.decompress),
        (".xz", lzma.decompress),
        (".zst", lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)),
    ],
)
def test_files_are_packed_by_their_names_and_read_by_their_bytes(tmp_path, lines, ending, unpack):
    counted = count_lines(lines, 3)
    path = tmp_path / f"counts{ending}"
    write_counts(counted, path)
    assert unpack(path.read_bytes()).decode() == text_of(counted)
    path.rename(tmp_path / "renamed")
    assert_same(read_counts([tmp_path / "renamed"]), counted)


def test_many_batches_are_one_text(monkeypatch):
    chance = random.Random(3)
    lines = [" ".join(chance.choices(["a", "bb", "ccc", "dddddddddd"], k=9)) for _ in range(40)]
    counted = count_lines(lines, 4)
    whole = text_of(counted)
    monkeypatch.setattr("nextword.ngram.counting.lines.write.BUFFER_BYTES", 1)
    assert text_of(counted) == whole
    told = []
    write_counts(counted, io.BytesIO(), progress=told.append)
    assert sum(told) == sum(counted.ngrams)
    assert len(told) > 50


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(StorageError, match="it is a folder, not a file"):
        write_counts(count_lines(["a"], 1), tmp_path)
