"""The tree of bits answers as lists of children do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import ModelFormatError
from nextword.ngram.compact.tree import kernels
from nextword.ngram.compact.tree.tree import Tree, tree_bits

few = st.lists(st.integers(0, 4), min_size=1, max_size=300)
many = st.lists(st.sampled_from([0, 1, 1, 1, 2, 3, 900]), min_size=1, max_size=60)


@given(few | many, st.integers(0, 40))
def test_children_parents_and_contexts_with_several(sizes, words):
    words = min(words, len(sizes))
    bits = tree_bits(np.array(sizes))
    tree = Tree.from_bits(bits, words, len(sizes), sum(sizes))
    first, several = 0, 0
    for context, size in enumerate(sizes, start=1):
        slice_ = kernels.children_of(tree.bits, tree.ranks, tree.hints, tree.firsts, context)
        assert slice_ == (first, first + size)
        assert kernels.end_of(tree.bits, tree.ranks, tree.hints, context) == first + size + context - 1
        for entry in {first, first + size - 1} if size else ():
            assert kernels.parent_of(tree.bits, tree.ranks, entry) == context
        if size > 1:
            assert kernels.several_before(tree.bits, tree.several, first + size + context - 1) == several
            several += 1
        first += size
    assert tree.several[-1] == several


@given(st.lists(st.integers(0, 4), min_size=1, max_size=80), st.data())
def test_bits_that_are_no_tree_are_refused(sizes, data):
    bits = tree_bits(np.array(sizes))
    place = data.draw(st.integers(0, 64 * len(bits) - 1))
    bits[place // 64] ^= np.uint64(1) << np.uint64(place % 64)  # one end too many or too few
    with pytest.raises(ModelFormatError, match="damaged"):
        Tree.from_bits(bits, 0, len(sizes), sum(sizes))


@pytest.mark.parametrize("change", [lambda bits: bits[:-8], lambda bits: np.append(bits, bits[:8])])
def test_bits_of_another_size_are_refused(change):
    sizes = np.full(400, 3)
    with pytest.raises(ModelFormatError, match="has 1600 bits"):
        Tree.from_bits(change(tree_bits(sizes)), 0, 400, 1200)


def test_more_than_can_be_numbered_is_refused():
    with pytest.raises(ModelFormatError, match="more than the 2147483647 that can be numbered"):
        Tree.from_bits(tree_bits(np.array([1])), 1, 1, 2**31)


@given(st.integers(0, 2**64 - 1))
def test_ones_are_counted(number):
    bits = np.uint64(number)
    assert kernels.ones_in(bits) == number.bit_count()
    if number:
        assert kernels.lowest_one(bits) == (number & -number).bit_length() - 1
