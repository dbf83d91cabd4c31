"""Spearman's correlation is SciPy's, and the test of similarity gensim's."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nextword.embedding.evaluation.questions import read_judgments
from nextword.embedding.evaluation.similarity import evaluate_similarity, ranks, spearman
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import InputError, SettingError


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=30))
def test_ranks_and_correlation_are_those_of_scipy(pairs):
    one, other = np.array(pairs, dtype=np.float64).T
    assert np.array_equal(ranks(one), stats.rankdata(one))
    found = spearman(one, other)
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(stats.spearmanr(one, other).statistic)


def test_a_single_pair_has_no_correlation():
    assert spearman(np.array([1.0]), np.array([2.0])) is None


@pytest.fixture
def store():
    words = [*(f"w{row}" for row in range(30)), "W3"]
    return WordVectors(words, np.random.default_rng(1).standard_normal((31, 6), dtype=np.float32))


@pytest.mark.parametrize("fold_case", [True, False])
@pytest.mark.parametrize("restrict", [20, 31])
def test_the_outcome_is_that_of_gensim(store, tmp_path, fold_case, restrict):
    chance = np.random.default_rng(3)
    rows = chance.integers(0, 35, (60, 2))
    lines = [f"{'W' if a % 3 else 'w'}{a}\tw{b}\t{chance.integers(0, 20) / 2}" for a, b in rows]
    path = tmp_path / "pairs.txt"
    path.write_text("# two words and a score\n" + "\r\n".join(lines) + "\n")
    theirs = KeyedVectors(6)
    theirs.add_vectors(list(store.words), store.vectors)
    _, expected, oov = theirs.evaluate_word_pairs(path, case_insensitive=fold_case, restrict_vocab=restrict)
    report = evaluate_similarity(store, path, fold_case=fold_case, restrict=restrict)
    assert report.spearman == pytest.approx(expected.statistic, abs=1e-6)
    assert report.pairs + report.oov == 60
    assert report.oov / 60 == pytest.approx(oov / 100)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\tb\t1\na\tb\n", "line 2"),
        ("a b 1 2\n", "line 1"),
        ("a,b,high\n", "line 1"),
        ("a b nan\n", "line 1"),
        ("a,,1\n", "line 1"),
        ("# only a remark\n", "no pairs"),
    ],
)
def test_malformed_files_are_refused_by_line(tmp_path, text, message):
    (tmp_path / "pairs.txt").write_text(text)
    with pytest.raises(InputError, match=message):
        read_judgments(tmp_path / "pairs.txt")


def test_tabs_commas_and_spaces(tmp_path):
    (tmp_path / "pairs.txt").write_text("ice cream\tsundae\t9\na,b,1\nc d 2.5\n")
    read = [(pair.first, pair.second, pair.score) for pair in read_judgments(tmp_path / "pairs.txt")]
    assert read == [("ice cream", "sundae", 9), ("a", "b", 1), ("c", "d", 2.5)]


def test_no_words_to_ask(store):
    with pytest.raises(SettingError, match="restrict must be 1 or more"):
        evaluate_similarity(store, [], restrict=0)
