"""LSTMClassifier keeps scikit-learn's promises."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.utils.estimator_checks import estimator_checks_generator
from sklearn.utils.validation import check_is_fitted, validate_data

from nextword import LSTMClassifier
from nextword.errors import InputError, SettingError

QUICK = {"size": 8, "hidden": 6, "epochs": 6, "rate": 0.03, "random_state": 0}


class OnNumbers(LSTMClassifier):
    """The checks bring rows of numbers: each number becomes a word of its column, and each row a text."""

    def fit(self, X, y):
        return super().fit(self.as_texts(validate_data(self, X, y)[0]), y)

    def predict_proba(self, X):
        check_is_fitted(self)
        return super().predict_proba(self.as_texts(validate_data(self, X, reset=False)))

    def as_texts(self, rows):
        return [" ".join(f"c{place}n{round(number)}" for place, number in enumerate(row)) for row in rows]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = False, True
        return tags


# Of all checks none is expected to fail: texts of words that say what the numbers are make them apply. One is left
# out, which skips itself where NumPy's arrays are the only ones.
CHECKS = [
    pytest.param(estimator, check, id=f"{kind}-{number}-{check.func.__name__}")
    for kind, settings in (("mixture", QUICK), ("lstm", {**QUICK, "bag": 0.0, "epochs": 12}))
    for number, (estimator, check) in enumerate(estimator_checks_generator(OnNumbers(**settings)))
    if check.func.__name__ != "check_array_api_input"
]


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_the_checks_of_scikit_learn_hold(estimator, check):
    check(estimator)


def test_there_are_checks():
    assert len(CHECKS) > 80


def test_it_learns_and_answers_with_classes_of_any_kind(reviews, others):
    texts, labels = reviews
    numbers = np.array([10 if label == "good" else 9 for label in labels])
    fitted = LSTMClassifier(**QUICK).fit(texts, numbers)
    assert fitted.classes_.tolist() == [9, 10]
    assert fitted.score(others[0], [10 if label == "good" else 9 for label in others[1]]) > 0.95
    found = fitted.predict_proba(np.array(["a great phone", "awful case"]))
    assert (found.argmax(axis=1) == [1, 0]).all()
    assert fitted.model_.labels == ["9", "10"]


def test_it_goes_into_searches(reviews):
    search = GridSearchCV(LSTMClassifier(**QUICK), {"bag": [0.0, 1.0]}, cv=2, error_score="raise")
    search.fit(*reviews)
    assert search.best_score_ > 0.9
    assert cross_val_score(LSTMClassifier(**QUICK), *reviews, cv=2).mean() > 0.9


def test_clones_and_pickles(reviews, others):
    fitted = LSTMClassifier(**QUICK)
    fitted.fit(*reviews)
    assert not hasattr(clone(fitted), "model_")
    again = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(again.predict_proba(others[0]), fitted.predict_proba(others[0]))
    repeated = clone(fitted).fit(*reviews)
    assert np.array_equal(repeated.predict_proba(others[0]), fitted.predict_proba(others[0]))


def test_clones_share_what_they_begin_from(reviews, classifier):
    begun = LSTMClassifier(**QUICK, begin=classifier).fit(*reviews)
    copied = clone(begun)
    assert copied.begin is classifier
    assert copied.get_params() == begun.get_params()


def test_other_settings_go_in_a_dictionary(reviews):
    fitted = LSTMClassifier(**QUICK, settings={"lowercase": False, "min_count": 2}).fit(*reviews)
    assert fitted.model_.settings.lowercase is False
    with pytest.raises(SettingError, match=r"no parameter of their own, got \{'size': 3\}"):
        LSTMClassifier(settings={"size": 3}).fit(*reviews)
    with pytest.raises(SettingError, match="no setting 'heden'"):
        LSTMClassifier(settings={"heden": 3}).fit(*reviews)


def test_what_makes_no_sense_is_refused(reviews):
    with pytest.raises(InputError, match=r"try \[text\]"):
        LSTMClassifier().fit("text", ["a"])
    with pytest.raises(InputError, match="got 2 texts and 1 classes"):
        LSTMClassifier().fit(["a", "b"], ["x"])
    with pytest.raises(InputError, match="there is one class"):
        LSTMClassifier().fit(["a", "b"], ["x", "x"])
