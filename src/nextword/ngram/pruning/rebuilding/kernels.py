"""Renumbering nodes, moving what is kept, and the mass that contexts leave for their shorter ones.

For a context h with the shorter context h', and "seen" for a word with a node of its own after h:

    unseen(h) = sum over w not seen after h of p(w | h')
    sum(h)    = sum over w seen after h of p(w | h) + gamma(h) unseen(h)

sum(h) is 1 but for the rounding of files. Every n-gram's suffix is a node, so what is seen after h is seen after h'.
"""

import numpy as np

from nextword.arrays import BoolArray, FloatArray, IntArray
from nextword.compile import kernel

CANCELLED = 0.01
"""Where so little of a row is left, subtraction has lost digits, and the rest is summed word by word."""


@kernel
def count_strays(first: int, last: int, words: IntArray, suffixes: IntArray, vocabulary: int) -> int:
    """Return how many of the nodes first..last have a word that is none, or a suffix without a smaller number."""
    strays = 0
    for node in range(first, last):
        strays += not (0 <= words[node] < vocabulary and 0 <= suffixes[node] < node)
    return strays


@kernel
def unseen_masses(
    first: int,
    last: int,
    children: IntArray,
    suffixes: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    sums: FloatArray,
    unseen: FloatArray,
) -> None:
    """Write sum(h) and unseen(h) for the contexts first..last, all of one order; shorter ones are done."""
    for context in range(first, last):
        shorter = suffixes[context]
        seen, seen_shorter = 0.0, 0.0
        for node in range(children[context], children[context + 1]):
            seen += np.exp(log_probs[node])
            seen_shorter += np.exp(log_probs[suffixes[node]])
        left = sums[shorter] - seen_shorter
        if left < CANCELLED * sums[shorter]:
            left = unseen_one_by_one(context, shorter, children, suffixes, log_probs, backoffs, unseen)
        unseen[context] = left
        sums[context] = seen + np.exp(backoffs[context]) * left


@kernel
def unseen_one_by_one(
    context: int,
    shorter: int,
    children: IntArray,
    suffixes: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    unseen: FloatArray,
) -> float:
    """Return unseen(h) as a sum of positive terms: words seen after h' alone, and those not seen there either."""
    total = np.exp(backoffs[shorter]) * unseen[shorter]
    node, end = children[context], children[context + 1]
    for other in range(children[shorter], children[shorter + 1]):
        while node < end and suffixes[node] < other:
            node += 1
        if node == end or suffixes[node] != other:
            total += np.exp(log_probs[other])
    return total


@kernel
def renormalise(
    first: int,
    last: int,
    children: IntArray,
    suffixes: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    kept: BoolArray,
    unseen: FloatArray,
    renewed: FloatArray,
) -> None:
    """Write log gamma'(h) of the contexts first..last once the n-grams that are not ``kept`` are gone.

    gamma'(h) = (gamma(h) unseen(h) + sum over removed w of p(w | h)) / (unseen(h) + sum over removed w of p(w | h'))

    Nothing is subtracted, so nothing cancels; a context that loses nothing keeps its weight to the last bit.
    """
    for context in range(first, last):
        begin, end = children[context], children[context + 1]
        removed, mass, mass_shorter = 0, 0.0, 0.0
        for node in range(begin, end):
            if not kept[node]:
                removed += 1
                mass += np.exp(log_probs[node])
                mass_shorter += np.exp(log_probs[suffixes[node]])
        mass += np.exp(backoffs[context]) * unseen[context]
        mass_shorter += unseen[context]
        if removed == 0 or mass_shorter <= 0.0:
            renewed[context] = backoffs[context]
        elif removed == end - begin:  # the shorter context speaks for it
            renewed[context] = 0.0
        else:
            renewed[context] = np.log(mass / mass_shorter)


@kernel
def renumber(
    children: IntArray, kept: BoolArray, inserted: BoolArray, renumbered: IntArray, begins: IntArray
) -> int:
    """Number what is kept, breadth first, with a new first child in every context that is ``inserted``.

    ``begins[h]`` receives the number of h's first child, and its last entry the number of nodes.
    """
    renumbered[0] = 0
    number = 1
    for context in range(len(begins) - 1):
        begins[context] = number
        number += inserted[context]
        for node in range(children[context], children[context + 1]):
            renumbered[node] = number
            number += kept[node]
    begins[len(begins) - 1] = number
    return number


@kernel
def move_nodes(
    first: int,
    last: int,
    kept: BoolArray,
    renumbered: IntArray,
    new_words: IntArray,
    words: IntArray,
    suffixes: IntArray,
    counts: IntArray,
    log_probs: FloatArray,
    moved_words: IntArray,
    moved_suffixes: IntArray,
    moved_counts: IntArray,
    moved_log_probs: FloatArray,
) -> None:
    """Copy what is kept of the nodes first..last to its new place; ``new_words`` (V,) renames words."""
    for node in range(first, last):
        if kept[node]:
            place = renumbered[node]
            moved_words[place] = new_words[words[node]] if node > 0 else words[node]
            moved_suffixes[place] = renumbered[suffixes[node]]
            moved_log_probs[place] = log_probs[node]
            if len(counts) > 0:
                moved_counts[place] = counts[node]


@kernel
def move_contexts(
    first: int,
    last: int,
    kept: BoolArray,
    renumbered: IntArray,
    begins: IntArray,
    backoffs: FloatArray,
    moved_children: IntArray,
    moved_backoffs: FloatArray,
) -> None:
    """Copy what is kept of the contexts first..last to its new place."""
    for context in range(first, last):
        place = renumbered[context]
        if kept[context] and place < len(moved_backoffs):
            moved_children[place] = begins[context]
            moved_backoffs[place] = backoffs[context]
