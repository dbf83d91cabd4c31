"""A model of counts is the model of the text, bit for bit."""

import math
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import SettingError, VocabularyError
from nextword.lm import check_language_model
from nextword.ngram.counting.counted import count_lines
from nextword.ngram.counting.lines.read import read_counts
from nextword.ngram.counting.merging.merge import merge_counts
from nextword.ngram.estimation.smoothing import SMOOTHINGS
from nextword.ngram.train import train_on_lines
from nextword.ngram.train_counts import train_on_counts
from nextword.text.vocabulary import VocabularyLimits
from support import small_lines


def assert_same(one, other):
    assert one.tokenizer.tokens == other.tokenizer.tokens
    assert one.settings == other.settings
    for field in fields(one.automaton):
        assert np.array_equal(getattr(one.automaton, field.name), getattr(other.automaton, field.name))


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("prune", [(), (0, 1), (1, 1, 2)], ids=str)
def test_every_smoothing_gives_the_model_of_the_text(lines, smoothing, prune):
    parts = [count_lines(lines[:100], 4), count_lines(lines[100:], 4)]
    merged = merge_counts(parts)
    for order in (4, 3):
        model = train_on_counts(merged, order, smoothing, prune=prune)
        assert_same(model, train_on_lines(lines, order, smoothing, prune=prune))


@given(small_lines, st.integers(1, 5), st.integers(1, 5), st.integers(1, 3))
def test_lower_orders_and_limits(lines, order, lower, min_count):
    lower, limits = min(order, lower), VocabularyLimits(min_count=min_count)
    model = train_on_counts(count_lines(lines, order), lower, limits=limits)
    assert_same(model, train_on_lines(lines, lower, limits=limits))


def test_the_vocabulary_of_another_model(lines):
    other = train_on_lines(["the cat saw a unicorn"], 2)
    model = train_on_counts(count_lines(lines, 3), vocabulary=other.tokenizer)
    assert_same(model, train_on_lines(lines, 3, tokenizer=other.tokenizer))
    closed = count_lines(lines, 3, limits=VocabularyLimits(min_count=30))
    with pytest.raises(VocabularyError, match="'unicorn' may have become <unk>"):
        train_on_counts(closed, vocabulary=other.tokenizer)


def test_settings_that_counts_cannot_have(lines):
    with pytest.raises(SettingError, match="up to order 2, got order 3"):
        train_on_counts(count_lines(lines, 2), 3)
    with pytest.raises(SettingError, match="3 pruning thresholds for order 2"):
        train_on_counts(count_lines(lines, 2), prune=[0, 0, 1])
    with pytest.raises(SettingError, match="cannot lose tokens"):
        train_on_counts(count_lines(lines, 2, tokenizer="bpe"), prune=[1])


FOREIGN = {
    "more than what follows": "a\t9\nb\t9\na b\t2\na a\t1\n</s>\t1\n<s>\t1\n<s> a\t1\nb </s>\t1\n",
    "less than what follows": "a\t1\nb\t1\na b\t20\na c\t3\nc\t1\n",
    "without sentences": "the cat sat\t7\ncat sat on\t3\nsat on the\t2\n",
    "longer n-grams alone": "a b c\t1\nb c d\t5\n<s> a b\t2\nc d </s>\t1\n",
    "words alone": "a\t3\nb\t1\n",
    "unseen words": "a\t3\na a\t1\nb\t0\n",
}


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_counts_that_no_text_has_give_distributions_too(tmp_path, text, smoothing):
    """Elsewhere counts are cut off, or a file holds one order: c(h) is not the sum of c(h w) then."""
    (tmp_path / "counts").write_text(text)
    counted = read_counts([tmp_path / "counts"])
    model = train_on_counts(counted, smoothing=smoothing)
    check_language_model(model, contexts=10)
    assert math.isfinite(train_on_counts(counted, smoothing="additive").score("a b c"))
    train_on_counts(counted, smoothing=smoothing, prune=[0, *[1] * (counted.order - 1)][: counted.order])
