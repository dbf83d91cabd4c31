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
    X, y = data
    tagger = LSTMTagger(size=12, hidden=10, epochs=8, batch=8, rate=0.02)
    assert tagger.fit(X, y) is tagger
    assert tagger.score(X, y) > 0.9
    assert [len(tags) for tags in tagger.predict(X)] == [len(words) for words in X]
    np.testing.assert_allclose(tagger.predict_proba(X)[0].sum(axis=1), 1)


def test_a_clone_has_the_settings_and_nothing_learned(data):
    X, _ = data
    tagger = clone(LSTMTagger(hidden=7))
    assert tagger.get_params()["hidden"] == 7
    with pytest.raises(NotFittedError):
        tagger.predict(X)


def test_what_makes_no_sense_is_said_when_it_is_fitted(data):
    X, y = data
    with pytest.raises(SettingError, match="hidden is a whole number"):
        LSTMTagger(hidden=0).fit(X, y)
    with pytest.raises(InputError, match="need as many lists of tags"):
        LSTMTagger().fit(X, y[1:])
    with pytest.raises(InputError, match="a list of words with a tag for each"):
        LSTMTagger().fit([["a", "b"]], [["O"]])
