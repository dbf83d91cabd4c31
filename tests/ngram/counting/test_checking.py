"""Arrays that are no tree of n-grams are told before a kernel trusts them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counted_samples import ARRAYS
from nextword.errors import ModelFormatError
from nextword.ngram.counting.checking.check import check_tree
from nextword.ngram.counting.counted import count_lines
from support import small_lines

TREE = count_lines(["a b c a b", "b a", "c"], 3).tree


@given(small_lines, st.integers(1, 6))
def test_what_was_counted_is_a_tree(lines, order):
    check_tree(count_lines(lines, order).tree)


def is_tree(tree) -> bool:
    """The same, slowly: follow the children from the root and compare every path with what is stored of it."""
    words, children, suffixes, counts = (getattr(tree, name).tolist() for name in ARRAYS[1:])
    paths, node = {0: ()}, 1
    for context in range(len(children) - 1):
        begin, end = children[context], children[context + 1]
        if not node == begin <= end <= len(words) or context not in paths:
            return False
        path, before = paths[context], -1
        for node in range(begin, end):
            if words[node] <= before or (path and words[node] == 1) or path[-1:] == (2,):
                return False
            paths[node], before = (*path, words[node]), words[node]
        node = end
    levels = [[node for node in paths if len(paths[node]) == length] for length in range(tree.order + 1)]
    if [len(level) for level in levels] != np.diff(tree.starts).tolist() or node != len(words):
        return False
    if words[0] != -1 or [words[node] for node in levels[1]] != list(range(len(levels[1]))):
        return False
    if any(paths.get(suffixes[node]) != path[1:] for node, path in paths.items()):
        return False
    seen = min(counts[node] for level in levels[2:] for node in level) > 0
    tokens = sum(counts[node] for node in levels[1]) - counts[2]
    return seen and min(counts[node] for node in levels[1]) >= 0 and counts[0] == tokens


def outcome(tree) -> bool:
    try:
        check_tree(tree)
    except ModelFormatError:
        return False
    return True


@pytest.mark.parametrize("name", ARRAYS[1:])
def test_any_other_number_at_any_place_is_found_unless_it_makes_another_tree(name):
    array, found = getattr(TREE, name), 0
    values = [-1, 0, 1, 2, 5, len(TREE.words), 2**31 - 1, -(2**31)]
    for place in range(len(array)):
        around = [number for number in (int(array[place]) - 1, int(array[place]) + 1) if abs(number) < 2**31]
        for value in {*values, *around} - {int(array[place])}:
            changed = array.copy()
            changed[place] = value
            tree = replace(TREE, **{name: changed})
            assert outcome(tree) == is_tree(tree), (place, value)
            found += not outcome(tree)
    assert found > len(array)


def test_orders_that_begin_elsewhere_are_found():
    for place in range(2, len(TREE.starts) - 1):
        for step in (-1, 1):
            starts = TREE.starts.copy()
            starts[place] += step
            with pytest.raises(ModelFormatError):
                check_tree(replace(TREE, starts=starts))


def test_fewer_words_than_special_tokens():
    flat = {name: np.array([-1, 0], dtype=np.int32) for name in ARRAYS}
    flat |= {"starts": np.array([0, 1, 2]), "children": np.array([1, 2], dtype=np.int32)}
    with pytest.raises(ModelFormatError, match="fewer than the special tokens"):
        check_tree(replace(TREE, order=1, **flat))
