"""Counting parts and merging is counting the whole: the same ids, the same bytes."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counted_samples import assert_same, texts_in_parts
from nextword.errors import InputError, SettingError, VocabularyError
from nextword.ngram.counting.counted import CountedText, count_lines
from nextword.ngram.counting.merging.merge import merge_counts, with_limits, with_vocabulary
from nextword.ngram.counting.merging.regroup import regroup
from nextword.text.vocabulary import VocabularyLimits
from support import small_lines

SETTINGS = st.sampled_from(
    [
        {},
        {"tokenizer": "words", "lowercase": True},
        {"tokenizer": "characters"},
        {"special_tokens": "skip"},
        {"special_tokens": "keep"},
    ]
)


@given(texts_in_parts, st.integers(1, 5), SETTINGS, st.randoms(use_true_random=False))
def test_merging_parts_is_counting_the_whole(parts, order, settings, chance):
    whole = count_lines([line for part in parts for line in part], order, **settings)
    counted = [count_lines(part, order, **settings) for part in parts]
    chance.shuffle(counted)
    assert_same(merge_counts(counted), whole)


@given(texts_in_parts, st.integers(1, 4))
def test_merging_step_by_step_is_merging_at_once(parts, order):
    counted = [count_lines(part, order) for part in parts]
    total = counted[0]
    for part in counted[1:]:
        total = merge_counts([part, total])
    assert_same(total, merge_counts(counted))


@pytest.mark.parametrize("threads", [1, 3, 8])
def test_threads_and_long_groups_change_nothing(threads):
    chance = random.Random(0)
    words = [f"w{number}" for number in range(400)]
    parts = [
        [" ".join(["the", *chance.choices(words, k=chance.randint(0, 6))]) for _ in range(800)] for _ in "ab"
    ]
    whole = count_lines(parts[0] + parts[1], 4)
    counted = [count_lines(part, 4) for part in parts]
    new_ids = [
        np.array([whole.tokenizer.ids[token] for token in part.tokenizer.tokens], dtype=np.int32)
        for part in counted
    ]
    tree = regroup([part.tree for part in counted], new_ids, len(whole.tokenizer), threads=threads)
    assert_same(CountedText(tree, whole.tokenizer), whole)


def test_texts_of_one_vocabulary_merge_whatever_it_leaves_out():
    first, second = ["the cat sat", "the cat"], ["the zebra sat", "a zebra"]
    pieces = count_lines(first, 2, tokenizer="bpe", limits=VocabularyLimits(max_size=270)).tokenizer
    for tokenizer in (count_lines(["the sat on"], 1).tokenizer, pieces):
        counted = [count_lines(part, 2, tokenizer=tokenizer) for part in (first, second)]
        assert_same(merge_counts(counted), count_lines(first + second, 2, tokenizer=tokenizer))


@given(texts_in_parts, st.integers(1, 4))
def test_texts_counted_with_one_list_merge_into_the_whole_counted_with_it(parts, order):
    limits = VocabularyLimits(words=("gnu", "d", "b", "a"))
    whole = count_lines([line for part in parts for line in part], order, limits=limits)
    assert_same(merge_counts([count_lines(part, order, limits=limits) for part in parts]), whole)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"order": 3}, SettingError, "one has order 2 and two order 3; give --order 2"),
        ({"lowercase": True}, VocabularyError, "two by --tokenizer whitespace --lowercase"),
        ({"tokenizer": "words"}, VocabularyError, "two by --tokenizer words"),
        ({"special_tokens": "skip"}, VocabularyError, "--special-tokens error and two .* skip"),
        ({"limits": VocabularyLimits(min_count=2)}, VocabularyError, "two was counted with a limited"),
    ],
    ids=str,
)
def test_counts_that_do_not_fit_together_are_named(settings, error, message):
    one = count_lines(["a b", "a c"], 2)
    two = count_lines(["a c", "c d"], **{"order": 2, **settings})
    with pytest.raises(error, match=message):
        merge_counts([one, two], ["one", "two"])


def test_other_pieces_of_words_do_not_merge():
    one, two = (count_lines([text], 2, tokenizer="bpe") for text in ("aaaa aaaa bc", "xyxy xyxy"))
    with pytest.raises(VocabularyError, match=r"pieces of words of part 1 .* one --vocabulary"):
        merge_counts([one, two])


def test_nothing_to_merge_is_an_error():
    with pytest.raises(SettingError, match="no counts to merge"):
        merge_counts([])


def test_counts_that_no_longer_fit_are_an_error():
    part = count_lines(["a a a a"], 2)
    many = np.array(part.tree.counts)
    many[many > 0] *= 2**28
    tree = type(part.tree)(2, part.tree.starts, part.tree.words, part.tree.children, part.tree.suffixes, many)
    with pytest.raises(InputError, match="counts go up to 2,147,483,647"):
        merge_counts([CountedText(tree, part.tokenizer)] * 2)


@given(small_lines, st.integers(1, 4), st.integers(1, 4), st.integers(1, 6))
def test_limits_afterwards_are_limits_before(lines, order, min_count, size):
    for limits in (
        VocabularyLimits(min_count=min_count),
        VocabularyLimits(max_size=size),
        VocabularyLimits(words=("e", "b", "gnu")),
    ):
        wanted = count_lines(lines, order, limits=limits)
        assert_same(with_limits(count_lines(lines, order), limits), wanted)


@given(small_lines, st.integers(1, 4))
def test_counts_in_the_vocabulary_of_another_text(lines, order):
    tokenizer = count_lines(["c a x"], 1).tokenizer
    wanted = count_lines(lines, order, tokenizer=tokenizer)
    assert_same(with_vocabulary(count_lines(lines, order), tokenizer), wanted)
    assert_same(with_vocabulary(wanted, tokenizer), wanted)


def test_what_became_unknown_cannot_come_back():
    few = count_lines(["a a b"], 2, limits=VocabularyLimits(min_count=2))
    with pytest.raises(VocabularyError, match="'b' may have become <unk>"):
        with_limits(few, VocabularyLimits(words=("a", "b")))
    with pytest.raises(VocabularyError, match="count the text again with it"):
        with_vocabulary(few, count_lines(["a"], 1, lowercase=True).tokenizer)
    pieces = count_lines(["a a b"], 2, tokenizer="bpe")
    with pytest.raises(SettingError, match="--vocabulary-size"):
        with_limits(pieces, VocabularyLimits(min_count=2))
    assert with_limits(pieces, VocabularyLimits()) is pieces
