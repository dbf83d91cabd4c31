"""Sentences scored one by one: the quick way is the walk, to the last bit."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import InputError
from nextword.ngram.automaton import automaton as automata
from nextword.ngram.estimation.smoothing import SMOOTHINGS
from nextword.ngram.train import train_on_lines
from support import small_lines

sentences = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "never"]), max_size=9).map(" ".join)


@given(
    small_lines, st.lists(sentences, min_size=1, max_size=5), st.integers(1, 5), st.sampled_from([(), (0, 1)])
)
def test_the_quick_score_is_the_walk(lines, asked, order, prune):
    model = train_on_lines(lines, order, prune=prune[:order])
    walked = [model.score(sentence) for sentence in asked]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(automata, "FEW_SENTENCES", 0)
        assert [model.score(sentence) for sentence in asked] == walked


@pytest.mark.parametrize("name", SMOOTHINGS)
def test_it_is_the_sum_over_the_tokens(lines, name, monkeypatch):
    monkeypatch.setattr(automata, "FEW_SENTENCES", 0)
    model = train_on_lines(lines, 4, name)
    for line in [*lines[:20], "", "never seen", " ".join(lines[:9])]:
        tokens = np.append(model.tokenizer.encode(line), 2)
        assert model.score(line) == pytest.approx(model.token_log_probs([tokens])[0].sum(), rel=1e-12)


def test_what_a_table_cannot_say_is_scored_all_the_same(lines, monkeypatch):
    model = train_on_lines(lines, 3)
    slow = [model.score(text) for text in ("a naïve b", "half \ud800 a pair", "")]
    monkeypatch.setattr(automata, "FEW_SENTENCES", 0)
    assert [model.score(text) for text in ("a naïve b", "half \ud800 a pair", "")] == slow
    with pytest.raises(InputError, match="special"):
        model.score("a </s> b")
    words = train_on_lines(lines, 3, tokenizer="words", lowercase=True)
    assert words.score("A b!") == pytest.approx(
        words.token_log_probs([np.append(words.tokenizer.encode("A b!"), 2)])[0].sum()
    )


def test_a_long_line_is_walked(lines, monkeypatch):
    monkeypatch.setattr(automata, "FEW_SENTENCES", 0)
    monkeypatch.setattr(automata, "LONG_LINE", 20)
    model = train_on_lines(lines, 3)
    table = model.tokenizer.word_table
    assert np.isfinite(model.automaton.line_total(b"a" * 20, table))
    assert np.isnan(model.automaton.line_total(b"a" * 21, table))
    assert model.score("a " * 30) == float(model.automaton.total(model.tokenizer.encode("a " * 30)))


def test_the_tables_for_scoring_are_not_copied(lines, monkeypatch):
    monkeypatch.setattr(automata, "FEW_SENTENCES", 0)
    automaton = train_on_lines(lines, 3).automaton
    fresh = len(pickle.dumps(automaton))
    model = train_on_lines(lines, 3)
    scores = [model.score(line) for line in lines]
    assert len(pickle.dumps(model.automaton)) == fresh
    for copied in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert [copied.score(line) for line in lines] == scores
