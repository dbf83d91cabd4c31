import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nextword.errors import InputError, NotADistributionError, SettingError
from nextword.lm import LinearMixture, Sampling, evaluate, generate_samples, tune_weights


def text(*ids):
    return np.array(ids, dtype=np.int32)


def written_by(model, sentences, seed):
    """Return a stream that the model itself has made."""
    samples = generate_samples(model, n=sentences, length=30, sampling=Sampling(seed=seed))
    tokens = [[*sample.tokens, 2] if sample.tokens[-1] != 2 else sample.tokens for sample in samples]
    return np.concatenate(tokens).astype(np.int32)


@settings(max_examples=30)
@given(st.integers(0, 1000), st.integers(1, 4))
def test_perplexity_never_rises_and_is_that_of_the_mixture(toy, seed, count):
    models = [toy.random_bigram(seed + place, concentration=0.4) for place in range(count)]
    stream = written_by(toy.random_bigram(seed + 99), 30, seed)
    tuned = tune_weights(models, [stream])
    for before, after in zip(tuned.perplexities, tuned.perplexities[1:], strict=False):
        assert after <= before * (1 + 1e-12)
    assert math.fsum(tuned.weights) == pytest.approx(1)
    assert tuned.tokens == len(stream)
    mixture = LinearMixture(models, tuned.weights)
    assert evaluate(mixture, [stream]).perplexity == pytest.approx(tuned.perplexity)


@settings(max_examples=30)
@given(st.integers(0, 1000))
def test_no_other_weights_do_better(toy, seed):
    models = [toy.random_bigram(seed), toy.random_bigram(seed + 1)]
    stream = np.concatenate([written_by(model, 30, seed) for model in models])
    tuned = tune_weights(models, [stream], tolerance=1e-12, max_iterations=10_000)
    for weight in np.linspace(0, 1, 21):
        other = evaluate(LinearMixture(models, [weight, 1 - weight]), [stream]).perplexity
        assert tuned.perplexity <= other * (1 + 1e-9)


def test_the_weights_that_made_the_text_are_found(toy):
    models = [toy.random_bigram(1, concentration=0.2), toy.random_bigram(2, concentration=0.2)]
    stream = written_by(LinearMixture(models, [0.8, 0.2]), 5000, seed=1)
    assert tune_weights(models, [stream]).weights == pytest.approx((0.8, 0.2), abs=0.03)


def test_one_step_by_hand(toy):
    likes_the = toy.Bigram([[0, 0, 0.25, 0.75]] * 4)
    likes_ends = toy.Bigram([[0, 0, 0.75, 0.25]] * 4)
    tuned = tune_weights([likes_the, likes_ends], [text(3, 3, 3, 2)], max_iterations=1)
    # E step, equal weights: 3/4 of each "the" and 1/4 of "</s>" come from the first model.
    # M step: (3 * 3/4 + 1/4) / 4 = 0.625.
    assert tuned.weights == pytest.approx((0.625, 0.375))
    assert tuned.perplexities[0] == pytest.approx(2)


def test_blocks_do_not_matter(toy):
    models = [toy.random_bigram(1), toy.random_bigram(2)]
    one, two = text(3, 4, 2), text(5, 2)
    whole = tune_weights(models, [np.concatenate([one, two])])
    assert tune_weights(models, iter([one, text(), two])).weights == pytest.approx(whole.weights)


def test_tokens_that_are_impossible_to_all_are_left_out_and_counted(toy):
    likes_the = toy.Bigram([[0, 0, 0.25, 0.75, 0]] * 5)
    likes_ends = toy.Bigram([[0, 0, 0.75, 0.25, 0]] * 5)
    with_impossible = tune_weights([likes_the, likes_ends], [text(3, 4, 3, 0, 3, 2)])
    without = tune_weights([likes_the, likes_ends], [text(3, 3, 3, 2)])
    assert with_impossible.weights == pytest.approx(without.weights)
    assert with_impossible.perplexity == pytest.approx(without.perplexity)
    assert (with_impossible.tokens, with_impossible.zero_probability) == (6, 2)


def test_a_model_alone_with_the_truth_gets_its_share(toy):
    knows = toy.Bigram([[0, 0, 0.5, 0.5, 0]] * 5)
    knows_not = toy.Bigram([[0, 0, 1, 0, 0]] * 5)
    assert tune_weights([knows, knows_not], [text(3, 3, 3, 2)]).weights[0] > 0.99


def test_what_cannot_be_tuned_says_why(toy):
    model = toy.random_bigram()
    with pytest.raises(InputError, match="0 tokens"):
        tune_weights([model], [])
    with pytest.raises(InputError, match="all 2 tokens"):
        tune_weights([toy.Bigram([[0, 0, 1, 0]] * 4)], [text(3, 0)])
    with pytest.raises(SettingError, match="max_iterations"):
        tune_weights([model], [text(2)], max_iterations=0)
    with pytest.raises(SettingError, match="tolerance"):
        tune_weights([model], [text(2)], tolerance=math.nan)
    model.is_distribution = False
    with pytest.raises(NotADistributionError):
        tune_weights([model], [text(2)])
