"""The tagger as scikit-learn's own tools take it."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from nextword.errors import InputError, SettingError
from nextword.tasks.tagging.estimator import LSTMTagger


@pytest.fixture(scope="module")
def data(plain):
    return [list(each.words) for each in plain], [list(each.tags) for each in plain]


def test_fit_predict_score(data):
    words, tags = data
    tagger = LSTMTagger(size=12, hidden=10, epochs=8, batch=8, rate=0.02, random_state=1)
    assert tagger.fit(words, tags) is tagger
    assert tagger.score(words, tags) > 0.9
    assert list(map(len, tagger.predict(words))) == list(map(len, words))
    np.testing.assert_allclose(tagger.predict_proba(words)[0].sum(axis=1), 1)
    assert tagger.classes_ == ["B-LOC", "B-PER", "I-LOC", "I-PER", "O"]
    assert {tag for each in tagger.predict(words) for tag in each} == set(tagger.classes_)
    assert tagger.predict_proba(words)[0].shape[1] == len(tagger.tagger_.tags) == 9


@pytest.mark.parametrize(
    ("words", "tags", "said"),
    [
        (["New\nYork", "is"], ["N", "V"], r"the word 'New\\nYork' holds a line break"),
        (["Rome", "is"], ["N\n", "V"], r"the tag 'N\\n' holds a line break"),
        (["Ro\ud800me", "is"], ["N", "V"], "the word .* holds half of a character"),
        (["Rome", "is"], ["N", "\udfff"], "the tag .* holds half of a character"),
        (["Rome", "is"], ["N", "N"], "all words have the tag 'N'; give sentences with at least two"),
    ],
)
def test_what_could_not_be_saved_or_told_apart_is_not_learned(words, tags, said):
    with pytest.raises(InputError, match=said):
        LSTMTagger(epochs=1).fit([words], [tags])


def test_a_clone_has_the_settings_and_nothing_learned(data):
    words, _ = data
    tagger = clone(LSTMTagger(hidden=7))
    assert tagger.get_params()["hidden"] == 7
    with pytest.raises(NotFittedError):
        tagger.predict(words)


def test_a_random_state_is_a_number_a_generator_or_none(data):
    words, tags = data

    def weights(state):
        tagger = LSTMTagger(size=4, hidden=3, epochs=1, random_state=state).fit(words[:6], tags[:6])
        return tagger.predict_proba(words[:1])[0]

    same = [weights(np.random.RandomState(3)), weights(np.random.RandomState(3))]
    np.testing.assert_array_equal(*same)
    np.testing.assert_array_equal(weights(1), weights(np.int64(1)))
    others = [same[0], weights(1), weights(2), weights(None), weights(None)]
    assert len({each.tobytes() for each in others}) == 5


def test_tags_that_mark_no_spans_are_not_scored_as_spans(data):
    words, tags = data
    tagger = LSTMTagger(size=4, hidden=3, epochs=1, random_state=1).fit(words, tags)
    with pytest.raises(InputError, match="tags that mark none, such as 'NOUN'; name"):
        tagger.score([["Rome"]], [["NOUN"]])


def test_what_makes_no_sense_is_said_when_it_is_fitted(data):
    words, tags = data
    with pytest.raises(SettingError, match="hidden is a whole number"):
        LSTMTagger(hidden=0).fit(words, tags)
    with pytest.raises(SettingError, match="seed is a whole number from 0"):
        LSTMTagger(random_state=-1).fit(words, tags)
    with pytest.raises(InputError, match="need as many lists of tags"):
        LSTMTagger().fit(words, tags[1:])
    with pytest.raises(InputError, match="a list of words with a tag for each"):
        LSTMTagger().fit([["a", "b"]], [["O"]])
