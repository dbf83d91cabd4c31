"""What is drawn at random has the distribution that it should have, and the same draws whoever makes them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from nextword.embedding.word2vec.drawing.kernels import (
    GOLDEN,
    draw_negatives,
    draw_word,
    keep_words,
    mix,
    stream_of,
    window_of,
)
from nextword.embedding.word2vec.draws import alias_table, keep_probabilities, keep_thresholds
from nextword.embedding.word2vec.updates.kernels import GROUP, PLACES
from nextword.errors import SettingError


def streams(count: int, seed: int = 7) -> list[int]:
    state = stream_of(seed, 0, 0)
    numbers = []
    with np.errstate(over="ignore"):
        for _ in range(count):
            state = np.uint64(state) + GOLDEN
            numbers.append(np.uint64(mix(state)))
    return numbers


@pytest.mark.parametrize("exponent", [0.75, 1.0, 0.0, -0.5])
def test_negatives_are_drawn_by_counts_to_a_power(exponent):
    counts = np.array([5000, 1200, 800, 300, 77, 12, 5, 1], dtype=np.int64)
    table = alias_table(counts, exponent)
    drawn = np.bincount([draw_word(bits, table, len(counts)) for bits in streams(30_000)], minlength=8)
    weights = counts.astype(np.float64) ** exponent
    assert chisquare(drawn, 30_000 * weights / weights.sum()).pvalue > 1e-4


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any), st.floats(-2, 2))
@settings(deadline=None)
def test_an_alias_table_gives_each_word_its_share_exactly(counts, exponent):
    table = alias_table(np.array(counts, dtype=np.int64), exponent)
    V = len(counts)
    shares = np.zeros(V)
    for slot, cell in enumerate(table.tolist()):
        own = ((cell >> 32) + 1) / 2**32 if cell & 0xFFFFFFFF == slot else (cell >> 32) / 2**32
        shares[slot] += own / V
        shares[cell & 0xFFFFFFFF] += (1 - own) / V
    powers = np.array([np.float64(count) ** exponent if count else 0.0 for count in counts])
    np.testing.assert_allclose(shares, powers / powers.sum(), atol=1e-8)


def test_without_counts_there_is_nothing_to_draw():
    with pytest.raises(SettingError, match="no counts"):
        alias_table(np.zeros(3, dtype=np.int64), 0.75)


def test_frequent_words_are_read_as_often_as_word2vec_c_reads_them():
    counts = np.array([600_000, 300_000, 90_000, 9_000, 1_000], dtype=np.int64)
    share = counts / counts.sum()
    expected = np.minimum((np.sqrt(share / 1e-3) + 1) * 1e-3 / share, 1)
    np.testing.assert_allclose(keep_probabilities(counts, 1e-3), expected)
    words = np.repeat(np.arange(5, dtype=np.int32), 20_000)
    kept = np.empty(len(words) + 1, np.int64)
    count, _ = keep_words(
        words, 0, len(words), keep_thresholds(counts, 1e-3), kept, np.uint64(stream_of(1, 0, 0))
    )
    found = np.bincount(kept[:count], minlength=5)
    spread = np.sqrt(20_000 * expected * (1 - expected))
    assert np.all(np.abs(found - 20_000 * expected) <= 5 * spread)
    assert found[4] == 20_000  # a rare word is always read


def test_unknown_words_are_dropped_and_their_neighbours_close_up():
    words = np.array([3, -3, 1, -1, 2], dtype=np.int32)
    kept = np.empty(6, np.int64)
    always = np.full(4, 1 << 32, dtype=np.uint64)
    count, _ = keep_words(words, 0, 5, always, kept, np.uint64(stream_of(1, 0, 0)))
    assert kept[:count].tolist() == [3, 1, 2]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30), st.integers(1, 12), st.data())
@settings(deadline=None)
def test_a_window_holds_the_words_within_reach(kept, reach, data):
    centre = data.draw(st.integers(0, len(kept) - 1))
    contexts = np.empty(2 * reach + 2, np.int64)
    found = window_of(np.array(kept), len(kept), centre, reach, 16, contexts)
    expected = [word for place, word in enumerate(kept) if place != centre and abs(place - centre) <= reach]
    assert contexts[:found].tolist() == [16 * word for word in expected]


@given(st.integers(0, 2**63 - 1), st.integers(1, 20), st.integers(2, 6))
@settings(max_examples=60, deadline=None)
def test_rows_that_are_updated_at_once_differ(seed, negative, V):
    """A word drawn twice in a group counts twice, the centre is skipped, and nothing else is lost."""
    width, rate = 16, np.float32(0.5)
    places = -(-(negative + 1) // GROUP) * PLACES
    rows, rates = np.full(places, V * width), np.zeros(places, np.float32)
    matrix = np.zeros((V + 1) * width, np.float32)
    table = alias_table(np.arange(1, V + 1), 0.75)
    stream = np.uint64(stream_of(seed, 0, 0))
    draw_negatives(stream, 0, negative, table, V, width, rate, matrix, rows, rates, 0)
    with np.errstate(over="ignore"):
        words = [
            draw_word(np.uint64(mix(np.uint64(stream) + np.uint64(draw + 1) * GOLDEN)), table, V)
            for draw in range(negative)
        ]
    assert rows[0] == 0
    assert rates[0] == rate
    for first in range(0, places, PLACES):
        taking_part = [
            row for row, step in zip(rows[first:], rates[first : first + PLACES], strict=False) if step
        ]
        assert len(set(taking_part)) == len(taking_part)
    total = dict.fromkeys(range(V), 0.0)
    for row, step in zip(rows.tolist(), rates.tolist(), strict=True):
        if step:
            total[row // width] += step / rate
    assert total[0] == 1
    assert all(total[word] == words.count(word) for word in range(1, V))
