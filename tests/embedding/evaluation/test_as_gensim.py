"""gensim's own names for its tests give gensim's own outcomes."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nextword.embedding.evaluation.as_gensim import correlation
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import InputError, SettingError


@pytest.fixture
def stores():
    """Words of which some analogies hold, and gensim's store of the same."""
    chance = np.random.default_rng(2)
    words = [f"w{row}" for row in range(40)]
    vectors = chance.standard_normal((40, 10), dtype=np.float32)
    step = chance.standard_normal(10, dtype=np.float32)
    vectors[1:20:2] = vectors[0:20:2] + step + 0.5 * chance.standard_normal((10, 10), dtype=np.float32)
    theirs = KeyedVectors(10)
    theirs.add_vectors(words, vectors)
    return WordVectors(words, vectors), theirs


@pytest.fixture
def questions(tmp_path):
    lines = [f"w{a} W{a + 1} w{c} w{c + 1}" for a in range(0, 12, 2) for c in range(12, 24, 2)]
    path = tmp_path / "questions.txt"
    path.write_text("\n".join([": pairs", *lines, ": gram1-odd", "w1 w2 w3 w4", "w1 w2 w3 absent"]))
    return path


@pytest.mark.parametrize("settings", [{}, {"dummy4unknown": True}, {"restrict_vocab": 22}])
def test_analogies(stores, questions, settings):
    ours, theirs = (store.evaluate_word_analogies(questions, **settings) for store in stores)
    assert ours[0] == pytest.approx(theirs[0])
    assert 0 < ours[0] < 1
    assert ours[1] == theirs[1]


def test_analogies_by_multiplication_and_by_case(stores, questions):
    ours, _ = stores
    by_mul = ours.evaluate_word_analogies(questions, similarity_function="most_similar_cosmul")
    assert by_mul[1] != ours.evaluate_word_analogies(questions)[1]
    assert ours.evaluate_word_analogies(questions, case_insensitive=False)[1][0]["correct"] == []
    with pytest.raises(SettingError, match="most_similar_cosmul, got 'cosine'"):
        ours.evaluate_word_analogies(questions, similarity_function="cosine")


@pytest.mark.parametrize("settings", [{}, {"dummy4unknown": True}, {"restrict_vocab": 20}])
def test_pairs(stores, tmp_path, settings):
    rows = np.random.default_rng(4).integers(0, 44, (50, 2))
    path = tmp_path / "pairs.txt"
    path.write_text("".join(f"w{a}\tw{b}\t{(a * b) % 9}\n" for a, b in rows))
    ours, theirs = (store.evaluate_word_pairs(path, **settings) for store in stores)
    for mine, other in zip(ours[:2], theirs[:2], strict=True):
        assert mine.statistic == pytest.approx(other.statistic, abs=1e-6)
        assert mine.pvalue == pytest.approx(other.pvalue, rel=1e-3)
    assert ours[2] == pytest.approx(theirs[2])


def test_pairs_of_which_none_is_known(stores, tmp_path):
    (tmp_path / "pairs.txt").write_text("a b 1\nc d 2\n")
    with pytest.raises(InputError, match="not one of 2 pairs"):
        stores[0].evaluate_word_pairs(tmp_path / "pairs.txt")


@given(st.integers(3, 3000), st.floats(0.1, 30), st.integers(0, 1000))
def test_a_chance_is_that_of_the_t_test(size, noise, seed):
    chance = np.random.default_rng(seed)
    one = chance.standard_normal(size)
    other = one + noise * chance.standard_normal(size)
    found, expected = correlation(one, other), stats.pearsonr(one, other)
    assert found.statistic == pytest.approx(expected.statistic)
    assert found.pvalue == pytest.approx(expected.pvalue, rel=2e-3, abs=1e-12)


def test_numbers_that_are_all_alike_have_no_correlation():
    assert np.isnan(correlation(np.ones(5), np.arange(5.0))).all()
    assert correlation(np.array([1.0, 2.0]), np.array([5.0, 3.0])) == pytest.approx((-1, 1))
