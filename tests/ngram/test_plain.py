"""Plain NumPy and the kernels walk the automaton alike, to the last bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nextword.ngram.automaton import kernels, plain
from nextword.ngram.train import train_on_lines
from support import small_lines


@given(small_lines, st.integers(1, 5), st.sampled_from(["modified-kneser-ney", "mle", "additive"]), st.data())
def test_every_state_every_word_every_distribution(lines, order, smoothing, data):
    model = train_on_lines(lines, order, smoothing)
    automaton, tables = model.automaton, model.automaton._tables
    words = data.draw(st.lists(st.integers(0, model.vocabulary_size - 1), max_size=8))
    states = [model.initial_state().nodes[0], 0]
    advanced = np.empty(1, dtype=np.int64)
    for word in words:
        state = states[-1] if len(states) > 2 else data.draw(st.sampled_from(states))
        tokens = np.array([word], dtype=np.int32)
        kernels.advance_each(*tables[:3], np.array([state]), automaton.initial, tokens, advanced)
        going_on = automaton.initial if word == 2 else plain.advance(*tables[:3], int(state), word)
        assert going_on == advanced[0]
        states.append(going_on)
    for state in states:
        rows = np.empty((2, model.vocabulary_size))
        kernels.distribution(*tables, int(state), rows[0])
        plain.distribution(*tables, int(state), rows[1])
        assert np.array_equal(rows[0], rows[1])


@given(small_lines, st.integers(1, 4))
def test_children_and_states(lines, order):
    automaton = train_on_lines(lines, order).automaton
    for node in range(len(automaton.words)):
        state = kernels.state_of(automaton.children, automaton.suffixes, node)
        assert plain.state_of(automaton.children, automaton.suffixes, node) == state
        for word in range(automaton.vocabulary_size):
            found = kernels.find_child(automaton.words, automaton.children, node, word)
            assert plain.find_child(automaton.words, automaton.children, node, word) == found
