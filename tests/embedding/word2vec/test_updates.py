"""One update by the kernels is one step against the gradient that the reference mathematics gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nextword.embedding.lesson.hierarchical_softmax import hierarchical_softmax_example
from nextword.embedding.lesson.negative_sampling import negative_sampling_example
from nextword.embedding.word2vec.huffman import huffman_tree
from nextword.embedding.word2vec.matrices import Matrix
from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.embedding.word2vec.trainer import Trainer, make_plan
from nextword.embedding.word2vec.updates.cbow.kernels import gather_hidden, spread_gradient, update_outputs
from nextword.embedding.word2vec.updates.kernels import GROUP, PLACES, loss_of
from nextword.embedding.word2vec.updates.skipgram.kernels import AT_ONCE, update_window

RATE = np.float32(0.05)


def matrices(seed: int, V: int, E: int) -> tuple[Matrix, Matrix]:
    draw = np.random.default_rng(seed)
    return tuple(Matrix.holding(draw.normal(0, 0.7, (V, E)).astype(np.float32)) for _ in range(2))  # type: ignore[return-value]


def group_of(outputs: list[int], labels: list[float], V: int, width: int):
    """The arrays of one group: rows, labels and rates; row V where fewer than six take part."""
    rows = np.full(PLACES, V * width)
    given_labels, rates = np.zeros(PLACES, np.float32), np.zeros(PLACES, np.float32)
    rows[: len(outputs)] = np.array(outputs) * width
    given_labels[: len(labels)] = labels
    rates[: len(outputs)] = RATE
    return rows, given_labels, rates


cases = st.tuples(
    st.integers(0, 10_000),  # the seed of the numbers
    st.integers(1, 40),  # E
    st.lists(st.integers(0, 11), min_size=1, max_size=10),  # contexts, some of them twice
    st.lists(st.integers(0, 11), min_size=1, max_size=GROUP, unique=True),  # target and negatives
)


@given(cases)
@settings(max_examples=60, deadline=None)
def test_skipgram_moves_the_rows_of_a_window_against_their_gradient(case):
    seed, E, contexts, outputs = case
    V = 12
    W, W_out = matrices(seed, V, E)
    expected, expected_out = W.rows.astype(np.float64), W_out.rows.astype(np.float64)
    rows, labels, rates = group_of(outputs, [1.0], V, W.width)
    window = np.array([*contexts, V]) * W.width
    scores, errors = np.zeros((2, 12 * PLACES), np.float32)
    update_window(W.flat, window, len(contexts), W_out.flat, rows, labels, rates, 0, W.width, scores, errors)
    loss = 0.0
    for begin in range(0, len(contexts), AT_ONCE):
        before, before_out = expected.copy(), expected_out.copy()
        for context in contexts[begin : begin + AT_ONCE]:
            example = negative_sampling_example(before, before_out, [context], outputs[0], outputs[1:])
            v = before[context]
            errors = example.output_gradients @ v / (v @ v)  # (outputs,)
            # A word that stands twice among those taken at once is met changed the second time.
            np.subtract.at(expected_out, example.outputs, RATE * np.outer(errors, expected[context]))
            expected[context] -= RATE * example.input_gradients[0]
            loss += example.loss
    np.testing.assert_allclose(W.rows, expected, atol=3e-5)
    np.testing.assert_allclose(W_out.rows, expected_out, atol=3e-5)
    assert loss_of(scores, len(contexts), labels, rates, 0, RATE) == pytest.approx(loss, rel=1e-4)
    assert not W.padded[V].any()
    assert not W_out.padded[V].any()
    assert not W.padded[:, E:].any()


@given(cases, st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_cbow_moves_them_too(case, is_mean, is_exact):
    seed, E, contexts, outputs = case
    V = 12
    W, W_out = matrices(seed, V, E)
    before, before_out = W.rows.astype(np.float64), W_out.rows.astype(np.float64)
    rows, labels, rates = group_of(outputs, [1.0], V, W.width)
    window = np.array(contexts) * W.width
    hidden, gradient = np.zeros((2, W.width), np.float32)
    scores, errors = np.zeros((2, 2 * PLACES), np.float32)
    share = 1 / len(contexts) if is_mean else 1.0
    gather_hidden(W.flat, window, len(contexts), W.width, share, hidden)
    update_outputs(hidden, gradient, W_out.flat, rows, labels, rates, 0, W.width, scores, errors)
    spread_gradient(W.flat, window, len(contexts), W.width, share if is_exact else 1.0, gradient)
    example = negative_sampling_example(
        before, before_out, contexts, outputs[0], outputs[1:], "mean" if is_mean else "sum"
    )
    expected, expected_out = before.copy(), before_out.copy()
    whole = np.tile(example.hidden_gradient, (len(contexts), 1))  # word2vec.c gives each row all of it
    np.subtract.at(expected, contexts, RATE * (whole * share if is_exact else whole))
    np.subtract.at(expected_out, example.outputs, RATE * example.output_gradients)
    np.testing.assert_allclose(W.rows, expected, atol=3e-5)
    np.testing.assert_allclose(W_out.rows, expected_out, atol=3e-5)
    assert loss_of(scores, 1, labels, rates, 0, RATE) == pytest.approx(example.loss, rel=1e-4)
    assert not gradient.any()


def test_hierarchical_softmax_follows_the_path_of_the_centre():
    """A text of two words, no randomness: one centre predicted, by a path longer than one group."""
    counts = 2 ** np.arange(11, -1, -1)  # the rarest of twelve words has a path of eleven turns
    chosen = Word2VecSettings(
        objective="hierarchical-softmax", size=20, window=1, sample=0, epochs=1, rate=0.05, final_rate=0.05
    )
    W, W_out = matrices(3, 12, 20)
    before, before_out = W.rows.astype(np.float64), W_out.rows.astype(np.float64)
    trainer = Trainer(counts, chosen, 2, threads=1, inputs=W, outputs=W_out)
    tree = huffman_tree(counts)
    assert tree.lengths[11] > GROUP
    from nextword.embedding.word2vec.sentences.text import Sentences

    result = list(trainer.train(Sentences(np.array([11, 4], np.int32), np.array([0, 2]))))
    loss = 0.0
    for centre, context in ((11, 4), (4, 11)):
        for first in range(0, tree.lengths[centre], GROUP):  # the second group meets the moved row
            example = _part_of_path(before, before_out, context, centre, tree, first)
            before[context] -= 0.05 * example[0]
            before_out[example[2]] -= 0.05 * example[1]
            loss += example[3]
    np.testing.assert_allclose(W.rows, before, atol=3e-5)
    np.testing.assert_allclose(W_out.rows[:11], before_out[:11], atol=3e-5)
    assert result[0].loss == pytest.approx(loss, rel=1e-4)


def _part_of_path(W, W_out, context, centre, tree, first):
    """The gradients of six nodes of a path, by the reference for the whole path."""
    example = hierarchical_softmax_example(W, W_out[:11], [context], centre, tree)
    part = slice(first, first + GROUP)
    errors = example.errors[part]
    nodes = example.outputs[part]
    signs = 2 * example.labels[part] - 1
    loss = np.logaddexp(0, -signs * example.scores[part]).sum()
    return errors @ W_out[nodes], np.outer(errors, W[context]), nodes, loss


def test_a_plan_fills_groups_of_six():
    for negative, groups in ((1, 1), (5, 1), (6, 2), (11, 2), (12, 3)):
        assert make_plan(np.array([3, 2]), Word2VecSettings(negative=negative), 10).groups == groups
