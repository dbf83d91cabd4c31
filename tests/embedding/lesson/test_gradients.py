"""Every objective's gradient is the slope of its loss, by finite differences, and the forward pass is its equation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.embedding.lesson import (
    dense_gradients,
    hierarchical_softmax_example,
    negative_sampling_example,
    softmax,
    softmax_example,
    take_step,
)
from nextword.embedding.word2vec.huffman import huffman_tree
from nextword.errors import SettingError, VocabularyError

STEP = 1e-5


@st.composite
def problems(draw):
    """A small network, some inputs (one of which may stand twice), a target, and an objective."""
    V, E = draw(st.integers(2, 6)), draw(st.integers(1, 4))
    words = st.integers(0, V - 1)
    chance = np.random.default_rng(draw(st.integers(0, 10**6)))
    inputs = draw(st.lists(words, min_size=1, max_size=5))
    target = draw(words)
    hidden = draw(st.sampled_from(["mean", "sum"]))
    objective = draw(st.sampled_from(["softmax", "negative-sampling", "hierarchical-softmax"]))
    W = chance.normal(0, 1, (V, E))
    W_out = chance.normal(0, 1, (V - (objective == "hierarchical-softmax"), E))
    if objective == "softmax":
        return W, W_out, lambda W, W_out: softmax_example(W, W_out, inputs, target, hidden)
    if objective == "negative-sampling":
        negatives = draw(st.lists(words, max_size=4))
        return (
            W,
            W_out,
            lambda W, W_out: negative_sampling_example(W, W_out, inputs, target, negatives, hidden),
        )
    tree = huffman_tree(np.array(draw(st.lists(st.integers(1, 99), min_size=V, max_size=V))))
    return W, W_out, lambda W, W_out: hierarchical_softmax_example(W, W_out, inputs, target, tree, hidden)


def slopes(loss, matrix):
    """The slope of a loss by every number of a matrix, from both sides."""
    found = np.empty_like(matrix)
    for place in np.ndindex(matrix.shape):
        old = matrix[place]
        matrix[place] = old + STEP
        above = loss()
        matrix[place] = old - STEP
        found[place] = (above - loss()) / (2 * STEP)
        matrix[place] = old
    return found


@given(problems())
def test_gradients_are_slopes(problem):
    W, W_out, example = problem
    of_inputs, of_outputs = dense_gradients(W, W_out, [example(W, W_out)])
    np.testing.assert_allclose(of_inputs, slopes(lambda: example(W, W_out).loss, W), atol=1e-6)
    np.testing.assert_allclose(of_outputs, slopes(lambda: example(W, W_out).loss, W_out), atol=1e-6)


@given(problems())
def test_a_small_step_lowers_the_loss(problem):
    W, W_out, example = problem
    before = example(W, W_out)
    gradients = dense_gradients(W, W_out, [before])
    steepness = sum((gradient**2).sum() for gradient in gradients)
    after = example(*take_step(W, W_out, [before], 1e-4))
    assert after.loss <= before.loss - 0.9e-4 * steepness + 1e-12


def test_the_full_softmax_is_the_equation_of_the_lecture():
    W = np.array([[0.5, -1.0], [2.0, 0.0], [1.0, 1.0]])
    W_out = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 2.0]])
    example = softmax_example(W, W_out, [0, 1], target=2)
    v = [(0.5 + 2.0) / 2, (-1.0 + 0.0) / 2]
    scores = [v[0] * u[0] + v[1] * u[1] for u in W_out.tolist()]
    chances = [math.exp(score) / sum(map(math.exp, scores)) for score in scores]
    assert example.hidden.tolist() == v
    assert example.probabilities == pytest.approx(chances)
    assert example.loss == pytest.approx(-math.log(chances[2]))
    assert example.errors == pytest.approx([chances[0], chances[1], chances[2] - 1])


@given(st.integers(1, 9), st.integers(0, 10**6))
def test_hierarchical_softmax_is_a_distribution(V, seed):
    chance = np.random.default_rng(seed)
    tree = huffman_tree(chance.integers(1, 100, V))
    W, W_out = chance.normal(0, 2, (V, 3)), chance.normal(0, 2, (V - 1, 3))
    losses = [hierarchical_softmax_example(W, W_out, [0], word, tree).loss for word in range(V)]
    assert sum(math.exp(-loss) for loss in losses) == pytest.approx(1.0)


def test_losses_of_certain_models_do_not_overflow():
    W, W_out = np.array([[1000.0]]), np.array([[1000.0], [-1000.0]])
    assert softmax(np.array([1e4, -1e4])).tolist() == [1.0, 0.0]
    assert softmax_example(W, W_out, [0], 1).loss == 2e6
    assert negative_sampling_example(W, W_out, [0], 1, [0]).loss == 2e6


def test_a_negative_that_is_the_target_is_left_out_and_one_drawn_twice_counts_twice():
    W, W_out = np.ones((3, 2)), np.ones((3, 2))
    example = negative_sampling_example(W, W_out, [0], 1, [2, 1, 2])
    assert example.outputs.tolist() == [1, 2, 2]
    _, of_outputs = dense_gradients(W, W_out, [example])
    assert of_outputs[2] == pytest.approx(2 * example.output_gradients[1])


def test_word2vec_steps_every_row_by_the_whole_gradient_of_the_mean():
    chance = np.random.default_rng(0)
    W, W_out = chance.normal(size=(4, 3)), chance.normal(size=(4, 3))
    example = softmax_example(W, W_out, [0, 1], 2, hidden="mean")
    divided, _ = take_step(W, W_out, [example], 0.1)
    undivided, _ = take_step(W, W_out, [example], 0.1, undivided=True)
    assert undivided - W == pytest.approx(2 * (divided - W))


@pytest.mark.parametrize(
    ("error", "message", "call"),
    [
        (SettingError, "at least one input", lambda m: softmax_example(m, m, [], 0)),
        (SettingError, "mean or the sum", lambda m: softmax_example(m, m, [0], 0, hidden="max")),
        (VocabularyError, "0 to 2, got 3", lambda m: softmax_example(m, m, [3], 0)),
        (VocabularyError, "0 to 2, got -1", lambda m: softmax_example(m, m, [0], -1)),
        (VocabularyError, "0 to 2, got 1 to 5", lambda m: negative_sampling_example(m, m, [0], 1, [5])),
        (
            SettingError,
            "has 2 inner nodes",
            lambda m: hierarchical_softmax_example(m, m, [0], 1, huffman_tree(np.arange(3))),
        ),
        (
            VocabularyError,
            "0 to 3, got 4",
            lambda m: hierarchical_softmax_example(m, m, [0], 4, huffman_tree(np.arange(4))),
        ),
    ],
)
def test_examples_that_make_no_sense_are_refused(error, message, call):
    with pytest.raises(error, match=message):
        call(np.ones((3, 2)))
