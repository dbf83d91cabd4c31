"""256 numbers stand for all others, and none is far from its own."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nextword.ngram.compact.building.codebook import encode
from nextword.ngram.compact.building.grid import STEP

inner = st.floats(1e-9, 1 - 1e-9)


def log_odds(values):
    return np.log(values / (1 - values))


@given(st.lists(inner, min_size=1, max_size=200))
def test_few_numbers_are_kept(values):
    codes, book = encode(np.array(values))
    assert np.abs(log_odds(book[codes]) - log_odds(np.array(values))).max() <= STEP


@given(st.integers(0, 2**32), st.floats(0.1, 3.5))
def test_no_number_of_many_is_far_from_its_code(seed, spread):
    numbers = np.random.default_rng(seed).normal(-2, spread, 5000)
    values = 1 / (1 + np.exp(-numbers))
    codes, book = encode(values)
    errors = np.abs(log_odds(book[codes]) - numbers)
    assert errors.max() <= np.ptp(numbers) / 127 + 2 * STEP
    assert errors.mean() < np.ptp(numbers) / 254


def test_nothing_and_all_are_kept_as_they_are():
    values = np.concatenate([[0.0, 1.0, 1e-300], np.linspace(0.001, 0.999, 1000)])
    codes, book = encode(values)
    assert book[codes[:3]].tolist() == [0, 1, 0]
    assert (book[codes[3:]] > 0).all()
    assert (book[codes[3:]] < 1).all()


def test_codes_rise_with_the_numbers():
    values = np.linspace(0, 1, 3000)
    codes, book = encode(values)
    assert (np.diff(codes.astype(int)) >= 0).all()
    assert (np.diff(book[codes]) >= 0).all()
    assert len(encode(np.empty(0))[0]) == 0
