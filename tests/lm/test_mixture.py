import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import NotADistributionError, SettingError, VocabularyError
from nextword.lm import LinearMixture, check_language_model, evaluate


@pytest.fixture(scope="session")
def models(toy):
    return [toy.random_bigram(seed, concentration=0.3) for seed in range(3)]


def test_a_mixture_keeps_the_promises_of_a_model(models):
    check_language_model(LinearMixture(models, [0.2, 0.5, 0.3]))


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda weights: sum(weights) > 0.1))
def test_probabilities_are_the_weighted_sum(models, weights):
    weights = np.array(weights) / sum(weights)
    mixture = LinearMixture(models, weights)
    state = mixture.advance(mixture.initial_state(3), np.array([3, 0, 2]))
    expected = sum(
        weight * np.exp(model.log_probs(part))
        for weight, model, part in zip(weights, models, state.parts, strict=True)
    )
    assert np.exp(mixture.log_probs(state)) == pytest.approx(expected)


def test_tiny_and_zero_probabilities_are_mixed_without_loss(toy):
    tiny = np.array([[0, 0, 1.0, 1e-300]] * 4)
    zero = np.array([[0, 0, 1.0, 0]] * 4)
    mixture = LinearMixture([toy.Bigram(tiny), toy.Bigram(zero)], [1e-10, 1 - 1e-10])
    log_probs = mixture.log_probs(mixture.initial_state())[0]
    assert log_probs[3] == pytest.approx(math.log(1e-300) + math.log(1e-10))
    assert log_probs[0] == -math.inf
    assert log_probs[2] == pytest.approx(0)


def test_weights_of_one_and_zero_give_back_the_component(models):
    text = [np.array([3, 4, 5, 0, 2, 8, 2], dtype=np.int32)]
    alone, mixed = evaluate(models[1], text), evaluate(LinearMixture(models, [0, 1, 0]), text)
    assert mixed.perplexity == pytest.approx(alone.perplexity)


def test_fast_paths_are_those_of_the_components(toy, models):
    class Fast(toy.Bigram):
        def token_log_probs(self, sequences):
            return [np.full(len(sequence), -1.0) for sequence in sequences]

        def stream_log_probs(self, stream):
            return np.full(len(stream), -2.0)

    mixture = LinearMixture([Fast(models[0].table), Fast(models[1].table)], [0.5, 0.5])
    assert mixture.token_log_probs([np.array([3, 2])])[0] == pytest.approx([-1, -1])
    assert mixture.stream_log_probs(np.array([3, 2])) == pytest.approx([-2, -2])


def test_a_mixture_of_mixtures_is_one_flat_mixture(models):
    inner = LinearMixture(models[:2], [0.25, 0.75])
    outer = LinearMixture([inner, models[2]], [0.4, 0.6])
    assert outer.models == tuple(models)
    assert outer.weights == pytest.approx((0.1, 0.3, 0.6))


def test_weights_are_scaled_to_sum_to_one(models):
    assert math.fsum(LinearMixture(models, [0.3333333, 0.3333333, 0.3333333]).weights) == pytest.approx(
        1, abs=1e-15
    )


@pytest.mark.parametrize(
    "weights", [[0.5, 0.5], [0.5, 0.6, 0], [1.5, -0.5, 0], [math.nan, 0.5, 0.5], [math.inf, 0, 0], [0, 0, 0]]
)
def test_weights_that_make_no_sense_are_refused(models, weights):
    with pytest.raises(SettingError, match="weight"):
        LinearMixture(models, weights)


def test_models_that_do_not_mix_are_refused(toy, models):
    with pytest.raises(SettingError, match="got 0"):
        LinearMixture([], [])
    with pytest.raises(VocabularyError, match="model 2"):
        LinearMixture([models[0], toy.random_bigram(words=4)], [0.5, 0.5])
    scores = toy.random_bigram()
    scores.is_distribution = False
    with pytest.raises(NotADistributionError, match="Bigram"):
        LinearMixture([models[0], scores], [0.5, 0.5])
