import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nextword.lm import filters

LOGS = arrays(
    np.float64, (3, 7), elements=st.one_of(st.floats(-50, 0), st.just(-np.inf), st.sampled_from([-1.0, -2.0]))
).map(lambda rows: filters.normalise(np.where(np.isneginf(rows).all(axis=1, keepdims=True), 0.0, rows)))


def logs(*probabilities):
    with np.errstate(divide="ignore"):
        return np.log(np.array([probabilities]))


def kept(log_probs):
    return [np.flatnonzero(np.isfinite(row)).tolist() for row in log_probs]


@given(LOGS)
def test_normalised_rows_sum_to_one(rows):
    assert np.exp(filters.normalise(rows + 100)).sum(axis=1) == pytest.approx(1)


@given(LOGS, st.integers(1, 9))
def test_top_k_keeps_exactly_the_k_likeliest(rows, k):
    result = filters.keep_top_k(rows, k)
    for row, before in zip(result, rows, strict=True):
        best = np.argsort(-before, kind="stable")[:k]
        expected = np.full(7, -np.inf)
        expected[best] = before[best]
        assert row.tolist() == expected.tolist()


@given(LOGS, st.floats(0, 1))
def test_top_p_keeps_the_fewest_that_reach_the_sum(rows, top_p):
    for row, before in zip(filters.keep_top_p(rows, top_p), rows, strict=True):
        chosen = np.exp(before[np.isfinite(row)])
        assert len(chosen) >= 1
        assert chosen.sum() >= top_p - 1e-9
        assert len(chosen) == 1 or chosen.sum() - chosen.min() <= top_p + 1e-9


@given(LOGS, st.floats(0, 1))
def test_min_p_keeps_the_tokens_near_enough_to_the_likeliest(rows, min_p):
    for row, before in zip(filters.keep_min_p(rows, min_p), rows, strict=True):
        highest = before.max()
        assert row[before.argmax()] == highest
        dropped = np.isfinite(before) & np.isneginf(row)
        assert (np.exp(before[dropped]) <= min_p * np.exp(highest) + 1e-12).all()


@given(LOGS, st.sampled_from([5e-324, 1e-300, 0.1, 0.5, 2.0, 1e308]))
def test_any_temperature_gives_a_distribution_in_the_same_order(rows, temperature):
    result = filters.normalise(filters.apply_temperature(rows, temperature))
    assert np.exp(result).sum(axis=1) == pytest.approx(1)
    for row, before in zip(result, rows, strict=True):
        assert row[before.argmax()] == row.max()


def test_temperature_by_hand():
    cold = np.exp(filters.normalise(filters.apply_temperature(logs(0.8, 0.2), 0.5)))
    assert cold[0] == pytest.approx([0.64 / 0.68, 0.04 / 0.68])
    assert kept(filters.apply_temperature(logs(0.2, 0.4, 0.4), 0)) == [[1]]


def test_top_p_by_hand():
    rows = logs(0.1, 0.5, 0.15, 0.25)
    assert kept(filters.keep_top_p(rows, 0.7)) == [[1, 3]]
    assert kept(filters.keep_top_p(rows, 0.8)) == [[1, 2, 3]]
    assert kept(filters.keep_top_p(rows, 0)) == [[1]]


def test_repetition_penalty_is_a_power_of_the_probability():
    rows = logs(0, 0, 0.5, 0.25, 0.25)
    result = np.exp(filters.penalise_repetition(rows, [[3, 3, 2]], 2.0))
    # 0.25 ** 2 for the token seen; </s> (id 2) is exempt; divided by the new sum.
    assert result[0] == pytest.approx(np.array([0, 0, 0.5, 0.0625, 0.25]) / 0.8125)
    assert filters.penalise_repetition(rows, [[]], 2.0) == pytest.approx(rows)


def test_no_ngram_is_completed_a_second_time():
    rows = logs(0.1, 0.1, 0.2, 0.2, 0.2, 0.2)
    assert kept(filters.forbid_repeated_ngrams(rows, [[3, 4, 3]], 2)) == [[0, 1, 2, 3, 5]]
    assert kept(filters.forbid_repeated_ngrams(rows, [[3, 4, 5, 3, 4]], 3)) == [[0, 1, 2, 3, 4]]
    assert kept(filters.forbid_repeated_ngrams(rows, [[3, 2]], 1)) == [[0, 1, 2, 4, 5]]
    assert kept(filters.forbid_repeated_ngrams(rows, [[]], 3)) == [[0, 1, 2, 3, 4, 5]]


def test_a_row_that_would_be_empty_keeps_its_likeliest_token():
    rows = logs(0, 0, 0, 0.4, 0.6)
    assert kept(filters.forbid_repeated_ngrams(rows, [[3, 4]], 1)) == [[4]]


def test_special_tokens_are_dropped_and_a_row_of_nothing_else_ends():
    rows = np.concatenate([logs(0.5, 0.1, 0.2, 0.2), logs(0.9, 0.1, 0, 0)])
    assert kept(filters.forbid_specials(rows)) == [[2, 3], [2]]
    assert kept(filters.forbid_specials(rows, allow_unknown=True)) == [[0, 2, 3], [0]]


@given(LOGS)
def test_no_filter_edits_what_it_is_given(rows):
    before = rows.copy()
    for reshaped in (
        filters.forbid_specials(rows),
        filters.penalise_repetition(rows, [[3], [4], []], 1.5),
        filters.forbid_repeated_ngrams(rows, [[3], [4], []], 1),
        filters.apply_temperature(rows, 0),
        filters.apply_temperature(rows, 0.3),
        filters.keep_top_k(rows, 99),
        filters.keep_top_p(rows, 0.5),
        filters.keep_min_p(rows, 0),
    ):
        reshaped[:] = 7
    assert np.array_equal(rows, before)
