"""The automaton walked in plain NumPy, one state at a time.

A process that has just started answers one question faster this way than by loading the compiler first. The results
are those of `kernels`, to the last bit; there the loops are for many words, here for readers.
"""

from collections.abc import Iterator

import numpy as np

from nextword.arrays import FloatArray, IntArray


def find_child(words: IntArray, children: IntArray, node: int, word: int) -> int:
    """Return the child of ``node`` with a word, or -1."""
    if node == 0:
        return 1 + word
    begin, end = children_of(children, node, len(words))
    place = begin + int(np.searchsorted(words[begin:end], word))
    return place if place < end and words[place] == word else -1


def children_of(children: IntArray, node: int, nodes: int) -> tuple[int, int]:
    """Return the slice of a node's children, empty where it has none or would leave the nodes."""
    if node + 1 >= len(children):
        return 0, 0
    begin, end = int(children[node]), int(children[node + 1])
    return (begin, end) if begin >= 0 and end <= nodes else (0, 0)


def suffix_of(suffixes: IntArray, node: int) -> int:
    """Return the node without its first word."""
    shorter = int(suffixes[node])
    return shorter if 0 <= shorter < node else 0


def state_of(children: IntArray, suffixes: IntArray, node: int) -> int:
    """Return the longest suffix of a node that has children: all that the future depends on."""
    while node > 0 and (node + 1 >= len(children) or children[node] == children[node + 1]):
        node = suffix_of(suffixes, node)
    return node


def advance(words: IntArray, children: IntArray, suffixes: IntArray, state: int, word: int) -> int:
    """Return the state after one more word: the longest context that goes on with it, and the word."""
    for context in _chain(suffixes, state):
        child = find_child(words, children, context, word)
        if child >= 0:
            return state_of(children, suffixes, child)
    return 0


def distribution(
    words: IntArray,
    children: IntArray,
    suffixes: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    state: int,
    row: FloatArray,
) -> None:
    """Write log P of every word after ``state`` into ``row`` (V,), from the shortest context to the longest."""
    chain = list(_chain(suffixes, state))[:-1]  # without the empty context
    prices = np.concatenate([[0.0], np.cumsum([backoffs[context] for context in chain])])
    row[:] = prices[-1] + log_probs[1 : 1 + len(row)]
    for context, price in reversed(list(zip(chain, prices, strict=False))):
        begin, end = children_of(children, context, len(words))
        known = words[begin:end]
        valid = (known >= 0) & (known < len(row))
        row[known[valid]] = price + log_probs[begin:end][valid]


def _chain(suffixes: IntArray, state: int) -> Iterator[int]:
    """Yield a context and its suffixes, the empty one last."""
    while state > 0:
        yield state
        state = suffix_of(suffixes, state)
    yield 0
