import pytest
from hypothesis import given
from hypothesis import strategies as st

from counted_samples import assert_same, plain_counts
from nextword.errors import SettingError
from nextword.ngram.counting.counted import count_lines, count_text
from support import small_lines


@given(small_lines, st.integers(1, 4))
def test_an_ngram_is_looked_up_as_text(lines, order):
    counted, wanted = count_lines(lines, order), plain_counts(lines, order)
    for ngram, count in wanted.items():
        assert counted.count(ngram) == count
    assert counted.count("e e e e"[: 2 * order - 1]) == wanted["e e e e"[: 2 * order - 1]]


def test_files_are_counted_as_lines_are(tmp_path, lines):
    (tmp_path / "text.txt").write_text("\n".join(lines) + "\n")
    assert_same(count_text([tmp_path / "text.txt"], 3), count_lines(lines, 3))


@given(small_lines, st.integers(1, 5), st.integers(1, 5))
def test_a_lower_order_is_the_upper_part_of_the_tree(lines, order, lower):
    lower = min(order, lower)
    assert_same(count_lines(lines, order).cut_to(lower), count_lines(lines, lower))


def test_an_order_that_was_not_counted_is_an_error(lines):
    counted = count_lines(lines, 3)
    assert counted.cut_to(None) is counted
    with pytest.raises(SettingError, match="up to order 3, got order 4"):
        counted.cut_to(4)
    with pytest.raises(SettingError, match="from 1 to 32, got 0"):
        counted.cut_to(0)


def test_unknown_words_and_the_borders_of_sentences():
    counted = count_lines(["the <unk> sat", "the dog"], 3, special_tokens="keep")
    assert counted.count("the <unk>") == counted.count("the zebra") == 1
    assert counted.count("<s>") == counted.count("</s>") == 2
    assert counted.count("<s> the dog") == counted.count("dog </s>") == 1
    assert counted.count("<s> </s>") == 0
    for ngram in ("", "a b c d"):
        with pytest.raises(SettingError, match="1 to 3 were counted in a row"):
            counted.count(ngram)
    for ngram in ("the <s>", "</s> the"):
        with pytest.raises(SettingError, match="<s> can only come first"):
            counted.count(ngram)


def test_characters_are_looked_up_with_their_spaces():
    counted = count_lines(["a b", "b b"], 3, tokenizer="characters")
    assert counted.count(" b") == counted.count(" ") == 2
    assert counted.count("<s> b ") == 1


@pytest.mark.parametrize(
    ("settings", "is_open"),
    [({}, True), ({"special_tokens": "keep"}, True), ({"tokenizer": "bpe"}, False)],
    ids=str,
)
def test_counts_know_whether_every_word_has_an_id(settings, is_open):
    assert count_lines(["a b"], 2, **settings).is_open == is_open
    assert "order 2: 3 tokens" in repr(count_lines(["a b"], 2))
