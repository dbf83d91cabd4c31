import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import InputError, SettingError
from nextword.text.corpus import encode_lines, learn_from_lines
from nextword.text.vocabulary import VocabularyLimits

LINES = ["b a c", "a b", "a d"]


def test_the_minimum_count_turns_rare_words_into_the_unknown_one():
    corpus = learn_from_lines(LINES, limits=VocabularyLimits(min_count=2))
    assert corpus.tokenizer.tokens[3:] == ["a", "b"]
    assert corpus.ids.tolist() == [4, 3, 0, 2, 3, 4, 2, 3, 0, 2]
    assert corpus.sentences == 3


def test_the_size_keeps_the_most_frequent_words():
    assert learn_from_lines(LINES, limits=VocabularyLimits(max_size=1)).tokenizer.tokens[3:] == ["a"]


def test_a_list_is_kept_whole_and_nothing_else():
    corpus = learn_from_lines(LINES, limits=VocabularyLimits(words=("d", "x", "a", "d")))
    assert corpus.tokenizer.tokens[3:] == ["a", "d", "x"]
    assert corpus.ids.tolist() == [0, 3, 0, 2, 3, 0, 2, 3, 4, 2]


@given(st.permutations(["b a c", "a b", "a d", "d d e f"]))
def test_ids_do_not_depend_on_the_order_of_the_lines(lines):
    assert learn_from_lines(lines).tokenizer.tokens[3:] == ["a", "d", "b", "c", "e", "f"]


@given(st.lists(st.text(alphabet="ab \t\r\xa0", max_size=10), min_size=1, max_size=6))
def test_learning_and_encoding_agree(lines):
    try:
        corpus = learn_from_lines(lines)
    except InputError as error:
        assert "no words" in str(error)
        return
    assert np.array_equal(encode_lines(lines, corpus.tokenizer), corpus.ids)


@pytest.mark.parametrize(
    "settings", [{"min_count": 0}, {"min_count": -3}, {"max_size": 0}, {"words": ()}], ids=str
)
def test_limits_that_make_no_sense_are_errors(settings):
    with pytest.raises(SettingError):
        VocabularyLimits(**settings)


@pytest.mark.parametrize("lines", [[], [""], ["", "   ", "\t"]])
def test_a_text_without_words_is_an_error(lines):
    with pytest.raises(InputError, match="no words"):
        learn_from_lines(lines)
