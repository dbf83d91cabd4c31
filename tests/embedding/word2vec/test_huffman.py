"""Huffman code lengths lie within a bit of the entropy, and the codes are those of a full binary tree."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.embedding.word2vec.huffman import huffman_tree
from nextword.errors import SettingError

COUNTS = st.lists(st.integers(1, 10**6), min_size=1, max_size=60).map(np.array)


def codes_of(tree):
    return ["".join(map(str, tree.path(word)[1])) for word in range(len(tree))]


@given(COUNTS)
def test_the_mean_length_is_within_a_bit_of_the_entropy(counts):
    shares = counts / counts.sum()
    entropy = -(shares * np.log2(shares)).sum()
    mean_length = (shares * huffman_tree(counts).lengths).sum()
    assert entropy - 1e-9 <= mean_length < entropy + 1


@given(COUNTS.filter(lambda counts: len(counts) > 1))
def test_no_code_begins_another_and_none_is_wasted(counts):
    codes = sorted(codes_of(huffman_tree(counts)))
    assert not any(longer.startswith(code) for code, longer in pairwise(codes))
    assert sum(Fraction(1, 2 ** len(code)) for code in codes) == 1  # Kraft's inequality, with equality


@given(COUNTS)
def test_paths_go_from_the_root_down_one_tree(counts):
    tree = huffman_tree(counts)
    V = len(counts)
    child = {}
    for word in range(V):
        points, codes = tree.path(word)
        assert not len(points) or points[0] == V - 2
        below = [*points[1:].tolist(), ("word", word)]
        for node, code, next_node in zip(points.tolist(), codes.tolist(), below, strict=False):
            assert child.setdefault((node, code), next_node) == next_node
    assert {node for node, _ in child} == set(range(V - 1))
    assert len(child) == 2 * (V - 1)


@given(COUNTS)
def test_a_rarer_word_never_has_a_shorter_path(counts):
    lengths = huffman_tree(counts).lengths
    order = np.argsort(counts)
    rising = counts[order]
    for place in np.flatnonzero(np.diff(rising)):
        assert lengths[order[: place + 1]].min() >= lengths[order[place + 1 :]].max()


@given(COUNTS)
def test_the_tree_costs_what_that_of_gensim_costs(counts):
    from gensim.models import Word2Vec

    model = Word2Vec(min_count=1, hs=1, negative=0, vector_size=1)
    model.build_vocab_from_freq({str(word): int(count) for word, count in enumerate(counts)})
    lengths = np.array([len(model.wv.get_vecattr(str(word), "code")) for word in range(len(counts))])
    assert (huffman_tree(counts).lengths * counts).sum() == (lengths * counts).sum()


def test_the_tree_of_one_word_is_its_leaf():
    tree = huffman_tree(np.array([7]))
    assert tree.offsets.tolist() == [0, 0]
    assert len(tree.points) == len(tree.codes) == 0


def test_the_tree_of_two_words_is_one_choice():
    tree = huffman_tree(np.array([3, 9]))
    assert codes_of(tree) == ["0", "1"]
    assert tree.points.tolist() == [0, 0]


def test_the_arrays_have_the_types_that_kernels_expect():
    tree = huffman_tree(np.array([5, 3, 1], np.int32))
    assert (tree.offsets.dtype, tree.points.dtype, tree.codes.dtype) == (np.int64, np.int32, np.int8)


def test_paths_may_be_long():
    counts = [1, 1]
    while len(counts) < 80:  # Fibonacci's numbers make the deepest tree
        counts.append(counts[-1] + counts[-2])
    assert huffman_tree(np.array(counts)).lengths.max() == 79


@pytest.mark.parametrize(
    ("counts", "message"),
    [([], "at least one word"), ([3, -1], "got -1"), ([2**62, 2**62], "sum to")],
)
def test_counts_that_make_no_tree_are_refused(counts, message):
    with pytest.raises(SettingError, match=message):
        huffman_tree(np.array(counts, np.int64))
