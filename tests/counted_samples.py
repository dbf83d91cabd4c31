"""What tests of counts share: texts in parts, and when two counts are the same."""

from collections import Counter

import numpy as np
from hypothesis import strategies as st

ARRAYS = ("starts", "words", "children", "suffixes", "counts")

texts_in_parts = st.lists(
    st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6).map(" ".join), min_size=1, max_size=6).filter(
        any
    ),
    min_size=1,
    max_size=4,
)
"""Texts as lists of parts, each with at least one word; words differ from part to part."""


def assert_same(one, other):
    """Two counts are equal in every byte of their arrays, their vocabularies and their settings."""
    assert one.tokenizer.tokens == other.tokenizer.tokens
    assert one.tokenizer.settings() == other.tokenizer.settings()
    assert one.settings == other.settings
    for name in ARRAYS:
        mine, theirs = getattr(one.tree, name), getattr(other.tree, name)
        assert mine.dtype == theirs.dtype
        assert np.array_equal(mine, theirs), name


def plain_counts(lines, order):
    """Count by dictionary, as words."""
    counts = Counter()
    for line in lines:
        words = ["<s>", *line.split(), "</s>"]
        for length in range(1, order + 1):
            for begin in range(len(words) - length + 1):
                counts[" ".join(words[begin : begin + length])] += 1
    return counts
