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
    tagger = LSTMTagger(size=12, hidden=10, epochs=8, batch=8, rate=0.02)
    assert tagger.fit(words, tags) is tagger
    assert tagger.score(words, tags) > 0.9
    assert list(map(len, tagger.predict(words))) == list(map(len, words))
    np.testing.assert_allclose(tagger.predict_proba(words)[0].sum(axis=1), 1)


def test_a_clone_has_the_settings_and_nothing_learned(data):
    words, _ = data
    tagger = clone(LSTMTagger(hidden=7))
    assert tagger.get_params()["hidden"] == 7
    with pytest.raises(NotFittedError):
        tagger.predict(words)


def test_what_makes_no_sense_is_said_when_it_is_fitted(data):
    words, tags = data
    with pytest.raises(SettingError, match="hidden is a whole number"):
        LSTMTagger(hidden=0).fit(words, tags)
    with pytest.raises(InputError, match="need as many lists of tags"):
        LSTMTagger().fit(words, tags[1:])
    with pytest.raises(InputError, match="a list of words with a tag for each"):
        LSTMTagger().fit([["a", "b"]], [["O"]])
