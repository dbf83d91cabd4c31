import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import SettingError
from nextword.lm import Sampling
from nextword.lm.sampling import place_at, tokens_at


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("temperature", -1),
        ("temperature", math.nan),
        ("temperature", math.inf),
        ("temperature", None),
        ("temperature", "1"),
        ("top_k", 0),
        ("top_k", 2.5),
        ("top_k", True),
        ("top_p", 1.5),
        ("top_p", math.nan),
        ("min_p", -0.1),
        ("min_p", math.nan),
        ("repetition_penalty", 0),
        ("repetition_penalty", math.nan),
        ("repetition_penalty", 10_000),
        ("no_repeat_ngram", 0),
        ("seed", -1),
        ("seed", 1.5),
    ],
)
def test_settings_that_make_no_sense_say_which_and_what_was_seen(setting, value):
    with pytest.raises(SettingError) as caught:
        Sampling(**{setting: value})
    assert setting in str(caught.value)
    assert repr(value) in str(caught.value)


def test_numpy_numbers_are_numbers():
    Sampling(temperature=np.float32(0.5), top_k=np.int64(3), seed=np.uint8(4))


@given(
    st.floats(0, 1e6),
    st.none() | st.integers(1, 20),
    st.none() | st.floats(0, 1),
    st.none() | st.floats(0, 1),
    st.floats(1e-6, 1000),
    st.none() | st.integers(1, 4),
    st.booleans(),
)
def test_any_settings_leave_a_distribution(
    temperature, top_k, top_p, min_p, penalty, no_repeat_ngram, allow_unknown
):
    sampling = Sampling(
        temperature=temperature,
        top_k=top_k,
        top_p=top_p,
        min_p=min_p,
        repetition_penalty=penalty,
        no_repeat_ngram=no_repeat_ngram,
        allow_unknown=allow_unknown,
    )
    rows = np.random.default_rng(0).dirichlet(np.full(8, 0.05), size=3)
    rows[1] = [1, 0, 0, 0, 0, 0, 0, 0]
    with np.errstate(divide="ignore"):
        shaped = sampling.reshape(np.log(rows), [[3, 4, 3], list(range(8)), []])
    assert np.exp(shaped).sum(axis=1) == pytest.approx(1)
    assert np.isneginf(shaped[:, 1]).all()
    assert allow_unknown or np.isneginf(shaped[:, 0]).all()


def test_the_default_changes_nothing_but_the_special_tokens(model):
    log_probs = model.log_probs(model.initial_state())
    expected = np.exp(log_probs[0])
    expected[:2] = 0
    assert np.exp(Sampling().reshape(log_probs, [[]]))[0] == pytest.approx(expected / expected.sum())


def test_draws_follow_the_probabilities():
    probabilities = np.array([0.0, 0.5, 0.3, 0.0, 0.2, 0.0])
    with np.errstate(divide="ignore"):
        rows = np.tile(np.log(probabilities), (20_000, 1))
    tokens = tokens_at(rows, np.random.default_rng(7).random(len(rows)))
    # Five standard deviations of a share of 20,000 draws are below 0.018.
    assert np.bincount(tokens, minlength=6) / len(rows) == pytest.approx(probabilities, abs=0.018)
    assert set(tokens) == {1, 2, 4}


def test_a_draw_at_the_very_end_is_possible_and_never_impossible():
    with np.errstate(divide="ignore"):
        rows = np.log(np.array([[0.1] * 10 + [0.0], [1 / 3, 2 / 3] + [0.0] * 9]))
    assert tokens_at(rows, [1 - 2**-53] * 2).tolist() == [9, 1]


@given(
    st.lists(st.sampled_from([0.0, 1e-300, 0.1, 0.5, 3.0]), min_size=1).filter(any), st.floats(0, 1 - 2**-53)
)
def test_a_place_is_found_where_its_length_is(lengths, share):
    place, passed = place_at(np.array(lengths), share)
    assert lengths[place] > 0
    assert 0 <= passed < 1
    assert sum(lengths[:place]) + passed * lengths[place] == pytest.approx(share * sum(lengths), abs=1e-9)


def test_lengths_that_are_no_numbers_lead_to_no_place_outside():
    for lengths in ([math.nan, 1.0], [1.0, math.nan], [math.inf, math.inf], [0.0, 0.0]):
        with np.errstate(all="ignore"):
            assert place_at(np.array(lengths), 0.5)[0] in (0, 1)


def test_plain_sampling_is_told_from_any_other():
    assert Sampling().is_plain
    assert Sampling(seed=3, allow_unknown=True).is_plain
    assert Sampling().forbidden == [0, 1]
    assert Sampling(allow_unknown=True).forbidden == [1]
    for other in ({"temperature": 0.5}, {"top_k": 3}, {"top_p": 0.5}, {"min_p": 0.1}, {"no_repeat_ngram": 2}):
        assert not Sampling(**other).is_plain
    assert not Sampling(repetition_penalty=1.5).is_plain
