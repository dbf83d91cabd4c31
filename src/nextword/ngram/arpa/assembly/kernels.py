"""Sections of n-grams into nodes: find each one's context, sort, and link each to its longest suffix."""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel
from nextword.ngram.automaton.kernels import find_child


@kernel
def rows_rise(words: IntArray) -> bool:
    """Whether each row comes after the row before it, compared word by word from the left."""
    rows, columns = words.shape
    for row in range(1, rows):
        column = 0
        while column < columns and words[row, column] == words[row - 1, column]:
            column += 1
        if column == columns or words[row, column] < words[row - 1, column]:
            return False
    return True


@kernel
def numbers_rise(numbers: IntArray) -> bool:
    """Whether each number is larger than the one before it."""
    rising = True
    for place in range(1, len(numbers)):
        rising &= numbers[place] > numbers[place - 1]
    return rising


@kernel
def find_contexts(
    words: IntArray,
    children: IntArray,
    rows: IntArray,
    first: int,
    last: int,
    contexts: IntArray,
    found: IntArray,
) -> None:
    """Write the node of all words but the last of each row first..last, and how many of these words were found.

    Rows that stand one after the other often share their first words, and with them the nodes on the path. A
    context that is not in the tree is -1.
    """
    depth = rows.shape[1] - 1
    path = np.zeros(depth + 1, dtype=np.int64)
    known = 0  # path[: known + 1] belongs to the row before
    for row in range(first, last):
        shared = 0
        while shared < known and rows[row, shared] == rows[row - 1, shared]:
            shared += 1
        known = shared
        while known < depth:
            child = find_child(words, children, path[known], rows[row, known])
            if child < 0:
                break
            known += 1
            path[known] = child
        found[row] = known
        contexts[row] = path[known] if known == depth else -1


@kernel
def link_children(contexts: IntArray, first: int, last: int, node: int, children: IntArray) -> None:
    """Write where the children of the contexts first..last begin: those of ``contexts``, sorted, from ``node``."""
    place = 0
    for context in range(first, last):
        children[context] = node + place
        while place < len(contexts) and contexts[place] == context:
            place += 1
    children[last] = node + place


@kernel
def link_suffixes(
    words: IntArray,
    children: IntArray,
    suffixes: IntArray,
    contexts: IntArray,
    start: int,
    first: int,
    last: int,
) -> None:
    """Link the nodes ``start + first`` to ``start + last`` to the longest of their suffixes in the tree.

    That is a child of the longest suffix of the context that has one by this word: where x w is in the tree, its
    context x is, too. All words are in the tree, so the search ends.
    """
    for place in range(first, last):
        node = start + place
        suffix = suffixes[contexts[place]]
        child = find_child(words, children, suffix, words[node])
        while child < 0:
            suffix = suffixes[suffix]
            child = find_child(words, children, suffix, words[node])
        suffixes[node] = child


@kernel
def fill_missing(
    words: IntArray,
    suffixes: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    contexts: IntArray,
    start: int,
    children: IntArray,
) -> None:
    """Give the nodes from ``start`` on whose log-probability is NaN what backing off gives, so nothing changes.

    log P(w | h) = backoffs(h) + log P(w | h without its first word), down to the longest suffix in the tree.
    """
    for place in range(len(contexts)):
        node = start + place
        if not np.isnan(log_probs[node]):
            continue
        price = backoffs[contexts[place]]
        suffix = suffixes[contexts[place]]
        while find_child(words, children, suffix, words[node]) < 0:
            price += backoffs[suffix]
            suffix = suffixes[suffix]
        log_probs[node] = price + log_probs[suffixes[node]]


@kernel
def first_repeat(sorted_numbers: IntArray) -> int:
    """Return the first place whose number is that of the place before it, or -1."""
    for place in range(1, len(sorted_numbers)):
        if sorted_numbers[place] == sorted_numbers[place - 1]:
            return place
    return -1
