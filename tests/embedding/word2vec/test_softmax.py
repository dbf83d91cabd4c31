"""The full softmax by matrix products takes the steps of the reference, one example at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.embedding.lesson import softmax_example, take_step, training_pairs
from nextword.embedding.word2vec.sentences.text import Sentences
from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.embedding.word2vec.softmax import batch, draw_windows, softmax_cost, train_softmax
from nextword.embedding.word2vec.trainer import make_plan
from nextword.errors import SettingError


def bounds_of(groups):
    return np.cumsum([0, *(len(group) for group in groups)])


def flat(groups):
    return np.array([word for group in groups for word in group], np.int32)


@st.composite
def batches(draw):
    V, E = draw(st.integers(2, 9)), draw(st.integers(1, 5))
    group = st.lists(st.integers(0, V - 1), min_size=1, max_size=5)
    examples = draw(st.lists(st.tuples(group, group), min_size=1, max_size=7))
    chance = np.random.default_rng(draw(st.integers(0, 10**6)))
    return chance.normal(0, 0.5, (V, E)), chance.normal(0, 0.5, (V, E)), examples


@given(batches(), st.sampled_from(["mean", "sum"]), st.booleans(), st.integers(1, 8))
def test_steps_are_those_of_the_reference(problem, hidden, undivided, batch_size):
    W, W_out, examples = problem
    fast, fast_out = W.astype(np.float32), W_out.astype(np.float32)
    inputs, targets = zip(*examples, strict=True)
    loss = train_softmax(
        fast,
        fast_out,
        flat(inputs),
        bounds_of(inputs),
        flat(targets),
        bounds_of(targets),
        0.1,
        hidden,
        undivided=undivided,
        batch_size=batch_size,
    )
    expected = 0.0
    for first in range(0, len(examples), batch_size):
        several = [
            softmax_example(W, W_out, words, target, hidden)
            for words, wanted in examples[first : first + batch_size]
            for target in wanted
        ]
        expected += sum(example.loss for example in several)
        W, W_out = take_step(W, W_out, several, 0.1, undivided=undivided and hidden == "mean")
    np.testing.assert_allclose(fast, W, atol=1e-5)
    np.testing.assert_allclose(fast_out, W_out, atol=1e-5)
    assert loss == pytest.approx(expected, rel=1e-5)


def test_scores_that_would_take_too_much_memory_come_in_parts(monkeypatch):
    monkeypatch.setattr(batch, "MOST_BYTES", 4 * 5 * 2)  # two examples of five words
    chance = np.random.default_rng(0)
    words, bounds = chance.integers(0, 5, 7), np.arange(8)
    start = chance.normal(size=(2, 5, 3)).astype(np.float32)
    whole, parts = start.copy(), start.copy()
    train_softmax(*parts, words, bounds, words[::-1], bounds, 0.1, batch_size=64)
    train_softmax(*whole, words, bounds, words[::-1], bounds, 0.1, batch_size=2)
    assert np.array_equal(parts, whole)


def test_it_learns_which_words_go_together():
    """After training, the softmax of a word's vector gives the frequencies of the words beside it."""
    pairs = np.array([(0, 1)] * 6 + [(0, 2)] * 3 + [(1, 0)] * 4 + [(2, 0)] * 1 + [(2, 1)] * 3)
    chance = np.random.default_rng(0)
    W, W_out = (chance.normal(0, 0.3, (3, 4)).astype(np.float32) for _ in range(2))
    bounds = np.arange(len(pairs) + 1)
    losses = [train_softmax(W, W_out, pairs[:, 0], bounds, pairs[:, 1], bounds, 0.05) for _ in range(800)]
    exponentials = np.exp(W @ W_out.T)
    chances = exponentials / exponentials.sum(axis=1, keepdims=True)
    assert losses[-1] < losses[0]
    assert chances[0, 1] == pytest.approx(6 / 9, abs=0.02)
    assert chances[2, 1] == pytest.approx(3 / 4, abs=0.02)


def test_another_hidden_vector_is_refused():
    W = np.ones((2, 2), np.float32)
    one = np.array([0, 1])
    with pytest.raises(SettingError, match="mean or the sum, got 'max'"):
        train_softmax(W, W, one[:1], one, one[:1], one, 0.1, "max")


def test_more_words_cost_more():
    assert softmax_cost(100, 20) > softmax_cost(50_000, 20) > 0


SENTENCES = st.lists(st.lists(st.integers(0, 9), max_size=12), min_size=1, max_size=6)


def draw(sentences, window, keep=1.0, *, shrink=True, seed=1, epoch=0, sentences_before=0):
    settings = Word2VecSettings(
        objective="softmax", window=window, shrink_window=shrink, seed=seed, sample=0.0
    )
    thresholds = np.round(np.broadcast_to(keep, 10) * 2.0**32).astype(np.uint64)
    plan = make_plan(np.ones(10, np.int64), settings, 1)._replace(thresholds=thresholds)
    text = Sentences(flat(sentences), bounds_of(sentences))
    return draw_windows(text, 0, len(sentences), plan, epoch, sentences_before)


def groups(windows):
    return [
        (windows.contexts[begin:end].tolist(), int(centre))
        for centre, begin, end in zip(windows.centres, windows.bounds, windows.bounds[1:], strict=False)
    ]


@given(SENTENCES, st.integers(1, 4))
def test_whole_windows_are_those_of_the_reference(sentences, window):
    expected = [
        (list(pair.inputs), pair.target)
        for words in sentences
        for place in range(len(words))
        for pair in training_pairs(words, place, window, "cbow")
    ]
    assert groups(draw(sentences, window, shrink=False)) == expected


@given(SENTENCES, st.integers(1, 4), st.integers(0, 99))
def test_draws_do_not_depend_on_how_sentences_come_in_blocks(sentences, window, seed):
    together = draw(sentences, window, 0.7, seed=seed)
    apart = [
        group
        for number, words in enumerate(sentences)
        for group in groups(draw([words], window, 0.7, seed=seed, sentences_before=number))
    ]
    assert groups(together) == apart


def test_words_are_kept_with_their_probability():
    sentences = [list(range(10)) * 10] * 200
    keep = np.linspace(0.1, 1.0, 10)
    windows = draw(sentences, 3, keep)
    seen = np.bincount(windows.centres, minlength=10)
    deviation = np.sqrt(2000 * keep * (1 - keep))
    assert (np.abs(seen - 2000 * keep) <= 4 * deviation).all()


def test_windows_shrink_evenly():
    windows = draw([[1] * 5000], 4)
    whole = np.bincount(np.diff(windows.bounds)[4:-4], minlength=9)[2::2]
    assert whole.sum() == 4992
    assert (
        (whole - 1248) ** 2 / 1248
    ).sum() < 16.3  # chi-square with 3 degrees of freedom, one in a thousand


def test_epochs_and_seeds_draw_anew():
    sentences = [[1, 2, 3, 4, 5, 6, 7, 8]] * 5
    first = groups(draw(sentences, 4))
    assert first == groups(draw(sentences, 4))
    assert first != groups(draw(sentences, 4, epoch=1))
    assert first != groups(draw(sentences, 4, seed=2))
