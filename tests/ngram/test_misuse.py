"""Wrong arguments are errors of our own family, never a crash and never a silent answer."""

import numpy as np
import pytest

import nextword
from nextword.errors import InputError, SettingError, VocabularyError
from nextword.ngram.counting import counts
from nextword.ngram.model import NgramState


@pytest.mark.parametrize("tokens", [[3], [3] * 7, [[3, 4]]], ids=str)
def test_advance_takes_one_token_a_row(model, tokens):
    with pytest.raises(VocabularyError):
        model.advance(model.initial_state(2), np.array(tokens))


@pytest.mark.parametrize("node", [10**6, -1, 2**40])
def test_a_state_of_another_model_is_refused(model, node):
    state = NgramState(np.array([node]))
    for ask in (model.log_probs, lambda s: model.top_k(s, 3), lambda s: model.advance(s, np.array([3]))):
        with pytest.raises(VocabularyError, match="another model"):
            ask(state)


@pytest.mark.parametrize("k", [0, -1])
def test_k_is_at_least_one(model, k):
    with pytest.raises(SettingError, match="at least 1"):
        model.top_k(model.initial_state(), k)
    with pytest.raises(SettingError, match="at least 1"):
        model.next_words("the", k)


@pytest.mark.parametrize("ids", [[2**32 + 3], [3.7], [[3]], 3])
def test_ids_are_whole_numbers_of_the_vocabulary(model, ids):
    with pytest.raises(VocabularyError):
        model.token_log_probs([np.array(ids)])


@pytest.mark.parametrize(
    "settings",
    [
        {"order": "2"},
        {"order": 2.5},
        {"prune": 1},
        {"prune": [0.5]},
        {"smoothing": "katzz"},
        {"smoothing": 3},
        {"special_tokens": "kep"},
        {"tokenizer": "sentencepiece"},
    ],
    ids=str,
)
def test_settings_of_the_wrong_kind_are_setting_errors(settings):
    with pytest.raises(SettingError):
        nextword.train_on_lines(["a b"], **settings)


def test_limits_are_checked_before_the_text_is_read():
    limits = nextword.VocabularyLimits(min_count=2)
    with pytest.raises(SettingError, match="by --vocabulary-size"):
        nextword.train_ngram(["no such file"], tokenizer="bpe", limits=limits)
    with pytest.raises(SettingError, match="prune from order 2"):
        nextword.train_ngram(["no such file"], tokenizer="bpe", prune=[1])


def test_lines_of_a_file_are_lines():
    plain = nextword.train_on_lines(["a b", "c"], order=2)
    for ending in ("\n", "\r\n"):
        read = nextword.train_on_lines([f"a b{ending}", f"c{ending}"], order=2)
        assert read.settings["sentences"] == plain.settings["sentences"] == 2
        assert read.score("a b") == plain.score("a b")


@pytest.mark.parametrize("line", ["a\nb", "a\0b", "a \ud800", 3, None, b"a"], ids=repr)
def test_what_is_no_line_is_an_input_error_that_names_it(line):
    with pytest.raises(InputError, match="line 2"):
        nextword.train_on_lines(["fine", line])


def test_a_string_is_no_list_of_lines():
    with pytest.raises(SettingError, match="splitlines"):
        nextword.train_on_lines("the cat sat")


def test_a_smoothing_may_be_named():
    assert nextword.train_on_lines(["a b"], 2, "mle").settings["smoothing"]["name"] == "mle"


def test_more_ngrams_than_can_be_numbered_are_an_input_error(monkeypatch):
    monkeypatch.setattr(counts, "MAX_NODES", 20)
    with pytest.raises(InputError, match="n-grams"):
        nextword.train_on_lines(["a b c d e f", "b d f a c"], order=4)
    monkeypatch.setattr(counts, "MAX_NODES", 3)
    with pytest.raises(InputError, match="tokens"):
        nextword.train_on_lines(["a b c d e f"], order=2)


def test_a_model_tells_what_it_is(model):
    assert "order 3" in repr(model)


def test_additive_smoothing_explains_that_shorter_contexts_have_no_say():
    model = nextword.train_on_lines(["a b c", "b a"], 3, "additive")
    assert model.why("c b", "c") == 'never saw "c b": all words are equally likely'
    assert model.why("a b", "c") == 'saw "a b" once; "c" followed once'


def test_a_word_is_explained_as_the_tokenizer_reads_it():
    model = nextword.train_on_lines(["The cat"], 2, lowercase=True)
    assert model.why("THE", "Cat") == 'saw "the" once; "cat" followed once'
    assert model.probability("CAT", after="the") == model.probability("cat", after="the")


def test_the_tokenizer_of_another_model_is_taken_as_it_is():
    first = nextword.train_on_lines(["The cat sat", "the dog"], 2, tokenizer="words", lowercase=True)
    second = nextword.train_on_lines(["a dog SAT"], 2, tokenizer=first.tokenizer)
    assert second.tokenizer.same_vocabulary(first.tokenizer)
    mixture = nextword.LinearMixture([first, second], [0.5, 0.5])
    assert mixture.score("the dog sat") > min(first.score("the dog sat"), second.score("the dog sat"))
