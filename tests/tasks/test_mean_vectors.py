"""Texts become the means of their words' vectors, and the transformer keeps scikit-learn's promises."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import estimator_checks_generator
from sklearn.utils.validation import check_is_fitted, validate_data

from nextword import MeanVectors
from nextword.embedding.handmade import handmade_vectors
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import InputError, SettingError

TABLE = handmade_vectors()
NUMBERS = WordVectors(
    [str(number) for number in range(50)], np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
)


class OnNumbers(MeanVectors):
    """The checks bring rows of numbers: each number becomes a word, and each row a text."""

    def fit(self, X, y=None):
        return super().fit(self.as_texts(validate_data(self, X)), y)

    def transform(self, X):
        check_is_fitted(self)
        return super().transform(self.as_texts(validate_data(self, X, reset=False)))

    def as_texts(self, rows):
        return [" ".join(str(int(abs(number) * 10) % 50) for number in row) for row in rows]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = False, True
        return tags


# What parametrize_with_checks runs, but for a check that skips itself where NumPy's arrays are the only ones.
CHECKS = [
    pytest.param(estimator, check, id=f"{weighting}-{number}-{check.func.__name__}")
    for weighting in ("mean", "idf")
    for number, (estimator, check) in enumerate(
        estimator_checks_generator(OnNumbers(NUMBERS, weighting=weighting))
    )
    if check.func.__name__ != "check_array_api_input"
]


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_the_checks_of_scikit_learn_hold(estimator, check):
    check(estimator)


def test_there_are_checks():
    assert len(CHECKS) > 80


def test_means_of_known_words():
    texts = ["The king and the queen!", "a girl, a girl, a boy", "nobody", ""]
    means = MeanVectors(TABLE).fit_transform(texts)
    assert means.dtype == np.float32
    expected = [[0.5, 0, 1], [2 / 3, 1, 0], [0, 0, 0], [0, 0, 0]]
    np.testing.assert_allclose(means, expected, rtol=1e-6)


@given(st.lists(st.lists(st.sampled_from([*TABLE.words, "stranger"]), max_size=9), min_size=1, max_size=5))
def test_means_are_those_of_numpy(texts):
    transformer = MeanVectors(TABLE).fit(["king"])
    for words, row in zip(texts, transformer.transform([" ".join(words) for words in texts]), strict=True):
        known = [TABLE.vectors[TABLE.key_to_index[word]] for word in words if word != "stranger"]
        np.testing.assert_allclose(row, np.mean(known, axis=0) if known else np.zeros(3), atol=1e-6)


def test_idf_is_that_of_scikit_learn():
    texts = ["king queen", "king man", "king king woman", "stranger king"]
    known = TfidfVectorizer(vocabulary=list(TABLE.words), norm=None).fit_transform(texts).toarray()
    expected = known @ TABLE.vectors / known.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(
        MeanVectors(TABLE, weighting="idf").fit_transform(texts), expected, rtol=1e-5, atol=1e-7
    )


def test_texts_are_cut_as_asked():
    texts = ["King,queen"]
    assert MeanVectors(TABLE).fit_transform(texts).tolist() == [[0.5, 0, 1]]
    with_case = MeanVectors(TABLE, lowercase=False).fit_transform(texts)
    assert with_case.tolist() == [[1, 0, 1]]
    by_hand = MeanVectors(TABLE, tokenizer=lambda text: text.split(",")[:1]).fit_transform(texts)
    assert by_hand.tolist() == [[0, 0, 1]]
    spaces = MeanVectors(TABLE, tokenizer="whitespace").fit_transform(["King,queen king\x00girl"])
    assert spaces.tolist() == [[0.5, 0.5, 0.5]]


def test_texts_are_cut_as_the_text_of_the_vectors_was():
    settings = {"tokenizer": {"kind": "whitespace", "lowercase": False, "special_tokens": "error"}}
    vectors = WordVectors(TABLE.words, TABLE.vectors, settings=settings)
    texts = ["King king, queen"]
    assert MeanVectors(vectors).fit_transform(texts).tolist() == [TABLE["queen"].tolist()]
    assert MeanVectors(vectors, lowercase=True).fit_transform(texts).tolist() == [[0.5, 0, 1]]
    assert MeanVectors(vectors, tokenizer="words").fit_transform(texts).tolist() == [[0.5, 0, 1]]
    pieces = WordVectors(TABLE.words, TABLE.vectors, settings={"tokenizer": {"kind": "bpe"}})
    with pytest.raises(SettingError, match="got 'bpe'"):
        MeanVectors(pieces).fit(texts)


def test_it_serves_a_classifier_and_a_search_over_settings():
    texts = ["a king", "the queen", "princess and prince", "man", "woman", "girl and boy"] * 4
    royal = [1, 1, 1, 0, 0, 0] * 4
    pipeline = make_pipeline(MeanVectors(TABLE), LogisticRegression())
    search = GridSearchCV(pipeline, {"meanvectors__weighting": ["mean", "idf"]}, cv=3, error_score="raise")
    search.fit(texts, royal)
    assert search.predict(["her majesty the monarch", "a woman"]).tolist() == [1, 0]


def test_a_clone_shares_the_vectors_and_forgets_what_was_learned():
    fitted = MeanVectors(TABLE, weighting="idf").set_output(transform="default").fit(["king"])
    copied = clone(fitted)
    assert copied.vectors is TABLE
    assert not hasattr(copied, "idf_")
    assert copied.get_params() == fitted.get_params()


def test_a_pickle_gives_the_same_means():
    fitted = MeanVectors(TABLE, weighting="idf").fit(["king man", "king"])
    again = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(again.transform(["man king"]), fitted.transform(["man king"]))


def test_fit_tells_how_many_words_have_a_vector():
    assert MeanVectors(TABLE).fit(["the king", "a queen and a girl"]).coverage_ == 3 / 7


def test_columns_have_names():
    fitted = MeanVectors(TABLE).fit(["king"])
    assert fitted.get_feature_names_out().tolist() == ["meanvectors0", "meanvectors1", "meanvectors2"]


@pytest.mark.parametrize(
    ("error", "message", "settings", "texts"),
    [
        (SettingError, "load_vectors", {"vectors": "demo/vectors"}, ["king"]),
        (SettingError, "mean or idf, got 'sum'", {"weighting": "sum"}, ["king"]),
        (SettingError, "got 'bpe'", {"tokenizer": "bpe"}, ["king"]),
        (InputError, r"try \[text\]", {}, "king"),
        (InputError, "got 3 at place 1", {}, ["king", 3]),
        (InputError, "at least one", {}, []),
        (InputError, "not one word of the 2 texts", {}, ["KING!", "x"]),
    ],
)
def test_what_makes_no_sense_is_refused(error, message, settings, texts):
    transformer = MeanVectors(**{"vectors": TABLE, "lowercase": False, **settings})
    with pytest.raises(error, match=message):
        transformer.fit(texts)
