"""Batched analogies answer as single ones do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.embedding.vectors import analogies
from nextword.embedding.vectors.analogies import answer_analogies
from nextword.embedding.vectors.search import Directions
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import SettingError


@pytest.mark.parametrize("method", ["add", "mul"])
@given(seed=st.integers(0, 1000), restrict=st.integers(4, 60))
def test_answers_are_those_of_single_questions(method, seed, restrict):
    chance = np.random.default_rng(seed)
    store = WordVectors([f"w{row}" for row in range(60)], chance.standard_normal((60, 6), dtype=np.float32))
    questions = chance.integers(0, 60, (40, 3))
    questions = questions[(questions[:, 0] != questions[:, 1]) & (questions[:, 0] != questions[:, 2])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analogies, "BLOCK", 9)
        patch.setattr(analogies, "QUESTIONS_AT_ONCE", 2)
        rows, scores = answer_analogies(store.directions, questions, candidates=restrict, method=method)
    for (a, b, c), row, score in zip(questions.tolist(), rows.tolist(), scores.tolist(), strict=True):
        ask = store.most_similar if method == "add" else store.most_similar_cosmul
        ((word, expected),) = ask([b, c], [a], topn=1, restrict_vocab=restrict)
        assert store.words[row] == word
        if method == "mul":
            assert score == pytest.approx(expected, rel=1e-3)


def test_nobody_answers_where_there_is_nobody_left():
    directions = Directions.of(np.eye(4, 3, dtype=np.float32))  # the last row is zero
    for method in ("add", "mul"):
        rows, _ = answer_analogies(directions, np.array([[0, 1, 2]]), method=method)
        assert rows.tolist() == [-1]
    rows, scores = answer_analogies(directions, np.zeros((0, 3), dtype=np.int64))
    assert (len(rows), len(scores)) == (0, 0)


def test_other_spellings_of_the_question_are_no_answers():
    vectors = np.array([[1, 0], [0, 1], [1, 1], [1, 1.1], [1, -3]], dtype=np.float32)
    directions = Directions.of(vectors)
    question = np.array([[0, 1, 2]])
    assert answer_analogies(directions, question)[0].tolist() == [3]
    assert answer_analogies(directions, question, folded=np.array([0, 1, 2, 2, 4]))[0].tolist() == [4]


def test_an_unknown_method():
    with pytest.raises(SettingError, match="add or mul"):
        answer_analogies(Directions.of(np.eye(3, dtype=np.float32)), np.array([[0, 1, 2]]), method="div")
