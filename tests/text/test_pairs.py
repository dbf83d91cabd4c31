"""Files of minimal pairs, right and wrong."""

import gzip
import json

import pytest

from nextword.errors import InputError
from nextword.text.pairs import Pair, read_pairs


def written(path, *lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def blimp(good, bad, **others):
    return json.dumps({"sentence_good": good, "sentence_bad": bad, **others})


def test_json_lines_keep_their_other_fields_for_grouping(tmp_path):
    path = written(
        tmp_path / "pairs.jsonl",
        blimp("a b", "a c", UID="agreement", distance=3, deep=True),
        "",
        blimp("d", "e"),
    )
    first, second = read_pairs(path)
    assert first == Pair(
        "a b", "a c", {"UID": "agreement", "distance": "3", "deep": "true"}, f"{path}: line 1"
    )
    assert (second.good, second.place) == ("d", f"{path}: line 3")


def test_two_columns_with_a_tab(tmp_path):
    path = written(tmp_path / "pairs.tsv", "the man is tall\tthe man are tall", "a b \t a c")
    assert [(pair.good, pair.bad) for pair in read_pairs(path)] == [
        ("the man is tall", "the man are tall"),
        ("a b", "a c"),
    ]


def test_a_first_row_that_names_the_columns_is_no_pair(tmp_path):
    path = written(tmp_path / "pairs.tsv", "", "sentence_good\tsentence_bad", "a\tb")
    assert list(read_pairs(path)) == [Pair("a", "b", {}, f"{path}: line 3")]
    path = written(tmp_path / "pairs.tsv", "a\tb", "sentence_good\tsentence_bad")
    assert [pair.good for pair in read_pairs(path)] == ["a", "sentence_good"]


def test_whole_surrogate_pairs_are_characters(tmp_path):
    path = written(tmp_path / "pairs.jsonl", blimp("a \U0001f600", "a"))
    assert "\\ud83d" in path.read_text()
    assert [pair.good for pair in read_pairs(path)] == ["a \U0001f600"]


@pytest.mark.parametrize("other", ["w1 w2", "w1  w2", "w1\u2028w2"])
def test_sentences_that_differ_in_white_space_only_do_differ(tmp_path, other):
    path = written(tmp_path / "pairs.tsv", f"w1\xa0w2\t{other}")
    assert [(pair.good, pair.bad) for pair in read_pairs(path)] == [("w1\xa0w2", other)]


def test_json_lines_are_known_by_their_first_line_and_may_be_compressed(tmp_path):
    path = tmp_path / "pairs.gz"
    path.write_bytes(gzip.compress(blimp("a", "b").encode()))
    assert [pair.good for pair in read_pairs(path)] == ["a"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"sentence_good": "a"', "not JSON"),
        ("[1]", "no JSON object"),
        ('{"sentence_good": "a"}', "sentence_bad is missing"),
        ('{"sentence_good": "a", "sentence_bad": 3}', "sentence_bad holds 3"),
        ('{"sentence_good": "", "sentence_bad": "a"}', "sentence_good holds ''"),
        ('{"sentence_good": "a b", "sentence_bad": " a b "}', "both sentences are 'a b'"),
        (
            '{"sentence_good": "w1 \\ud800 w2", "sentence_bad": "a"}',
            r"'sentence_good' holds half of a surrogate pair",
        ),
        ('{"sentence_good": "a", "sentence_bad": "\\udfff"}', r"(\udfff)"),
        ('{"sentence_good": "a", "sentence_bad": "b", "UID": "\\ud83d"}', "'UID' holds half"),
        ('{"sentence_good": "a", "sentence_bad": "b", "\\ud83d": 1}', r"'\ud83d' holds half"),
        ("a\tb", "not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_wrong_with_json_lines_is_said_with_the_line(tmp_path, line, said):
    path = written(tmp_path / "pairs.jsonl", blimp("a", "b"), line)
    with pytest.raises(InputError, match=r"pairs.jsonl: line 2: ") as caught:
        list(read_pairs(path))
    assert said in str(caught.value)


@pytest.mark.parametrize("line", ["one column", "a\tb\tc", "a\t", "\tb", blimp("a", "b")])
def test_what_is_wrong_with_columns_is_said_with_the_line(tmp_path, line):
    path = written(tmp_path / "pairs.tsv", "a\tb", line)
    with pytest.raises(InputError, match=r"line 2: .* TAB"):
        list(read_pairs(path))


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="empty"):
        list(read_pairs(written(tmp_path / "pairs.tsv")))
    with pytest.raises(InputError, match="empty"):
        list(read_pairs(written(tmp_path / "pairs.tsv", " ", "")))
    with pytest.raises(InputError, match=r"none\.tsv"):
        list(read_pairs(tmp_path / "none.tsv"))
