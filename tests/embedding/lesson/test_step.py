"""A step on the lecture's sentence shows the lecture's network, and learns."""

import numpy as np
import pytest

from nextword.embedding.lesson import training_pairs, word2vec_step
from nextword.embedding.one_hot import one_hot
from nextword.errors import SettingError

OBJECTIVES = ["softmax", "negative-sampling", "hierarchical-softmax"]


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("architecture", ["cbow", "skipgram"])
@pytest.mark.parametrize("hidden", ["mean", "sum"])
def test_a_step_lowers_the_loss(objective, architecture, hidden):
    for seed in range(5):
        step = word2vec_step(
            objective=objective, architecture=architecture, hidden=hidden, rate=0.05, seed=seed
        )
        assert step.loss_after < step.loss


def test_the_context_of_sat_predicts_sat():
    step = word2vec_step("the cat sat on the floor")
    (example,) = step.examples
    assert step.vocabulary == ("the", "cat", "sat", "on", "floor")
    assert [step.vocabulary[word] for word in example.inputs] == ["the", "cat", "on", "the"]
    assert step.vocabulary[example.target] == "sat"
    # The rows that W gives are one-hot vectors times W.
    assert example.hidden == pytest.approx((one_hot(example.inputs, 5) @ step.W).mean(axis=0))


def test_the_lectures_own_drawing_has_one_word_on_either_side():
    step = word2vec_step("the cat sat on floor", window=1, hidden="sum")
    (example,) = step.examples
    cat, on = step.W[1], step.W[3]
    assert example.hidden == pytest.approx(cat + on)


def test_a_centre_word_predicts_each_word_of_its_context():
    step = word2vec_step(architecture="skipgram")
    assert [step.vocabulary[example.target] for example in step.examples] == ["the", "cat", "on", "the"]
    assert {example.inputs for example in step.examples} == {(step.vocabulary.index("sat"),)}


def test_negatives_are_words_other_than_the_target():
    step = word2vec_step(objective="negative-sampling", negative=50)
    (example,) = step.examples
    assert len(example.outputs) == 51
    assert example.target not in example.outputs[1:]


def test_the_same_seed_gives_the_same_step():
    first, again, other = word2vec_step(seed=3), word2vec_step(seed=3), word2vec_step(seed=4)
    assert np.array_equal(first.W_after, again.W_after)
    assert not np.array_equal(first.W_after, other.W_after)


def test_only_rows_that_take_part_move():
    step = word2vec_step("one two three four five six", position=0, window=1, objective="negative-sampling")
    moved = np.flatnonzero((step.W_after != step.W).any(axis=1))
    assert moved.tolist() == [1]  # "two", the one word in the window of "one"
    assert set(np.flatnonzero((step.W_out != step.W_out_after).any(axis=1))) == set(step.examples[0].outputs)


@pytest.mark.parametrize("direction", ["word2vec", "lecture"])
def test_both_directions_of_skip_gram_make_the_same_pairs_of_a_text(direction):
    words = [3, 1, 4, 1, 5, 9, 2, 6]
    pairs = [pair for place in range(8) for pair in training_pairs(words, place, 3, "skipgram", direction)]
    expected = [((words[i],), words[j]) for i in range(8) for j in range(8) if 0 < abs(i - j) <= 3]
    assert sorted(pairs) == sorted(expected)


@pytest.mark.parametrize(
    ("message", "settings"),
    [
        ("two different words, got 1", {"sentence": "no no no"}),
        ("two different words, got 0", {"sentence": ""}),
        ("go from 0 to 5, got 6", {"position": 6}),
        ("go from 0 to 5, got -1", {"position": -1}),
        ("window is at least 1", {"window": 0}),
        ("size of vectors is at least 1", {"size": 0}),
        ("number of negatives is at least 1", {"negative": 0}),
        ("rate is a number above 0 and at most 1,000, got nan", {"rate": float("nan")}),
        ("at most 1,000, got 1e[+]300", {"rate": 1e300}),
        ("at most 1,000, got 1001", {"size": 1001}),
        ("at most 10,000 words here, got 20,000", {"sentence": "a b " * 10_000}),
        ("seed is 0 or more, got -1", {"seed": -1}),
        ("objective is one of softmax", {"objective": "glove"}),
        ("architecture is one of cbow", {"architecture": "rnn"}),
        ("mean or the sum", {"hidden": "max"}),
    ],
)
def test_settings_that_make_no_sense_are_refused(message, settings):
    with pytest.raises(SettingError, match=message):
        word2vec_step(**settings)
