"""The loops of external counting: merging runs that are sorted by n-gram, and finding suffix links by merging."""

import numpy as np

from nextword.arrays import IntArray
from nextword.compile import kernel

EXHAUSTED = 2**63 - 1
"""The key of a run that has no more n-grams of an order."""


@kernel
def read_key(
    run: int,
    nodes: IntArray,
    parents: IntArray,
    ends: IntArray,
    shorter: IntArray,
    shorter_bases: IntArray,
    words: IntArray,
    node_bases: IntArray,
    children: IntArray,
    child_bases: IntArray,
) -> int:
    """Return the key of a run's next n-gram: (merged node of its context, last word) packed as one integer."""
    node = nodes[run]
    if node == ends[run]:
        return EXHAUSTED
    parent = parents[run]
    while children[child_bases[run] + parent + 1] <= node:  # that context has no more children
        parent += 1
    parents[run] = parent
    return (np.int64(shorter[shorter_bases[run] + parent]) << 32) | words[node_bases[run] + node]


@kernel
def merge_ngrams(
    keys: IntArray,
    nodes: IntArray,
    parents: IntArray,
    ends: IntArray,
    shorter: IntArray,
    shorter_bases: IntArray,
    words: IntArray,
    node_bases: IntArray,
    children: IntArray,
    child_bases: IntArray,
    counts: IntArray,
    merged: IntArray,
    bases: IntArray,
    context: int,
    last_context: int,
    node: int,
    merged_words: IntArray,
    merged_counts: IntArray,
    merged_children: IntArray,
) -> tuple[int, int]:
    """Merge the n-grams of one order, numbered from ``node`` on, until all runs or a buffer are at their end.

    The smallest key comes next; runs that hold the same n-gram have the same key, and their counts are added.
    ``merged_children`` receives the first child of every context from ``context`` on, and ``merged`` what each
    run's n-grams have become (of length 0 where no longer n-grams will ask).

    Returns (n-grams written, contexts written).
    """
    ngrams, contexts = 0, 0
    while True:
        key = keys[0]
        for run in range(1, len(keys)):
            key = min(key, keys[run])
        parent = last_context - 1 if key == EXHAUSTED else key >> 32
        while context <= parent:
            if contexts == len(merged_children):
                return ngrams, contexts
            merged_children[contexts] = node
            contexts += 1
            context += 1
        if key == EXHAUSTED or ngrams == len(merged_words):
            return ngrams, contexts
        total = 0
        for run in range(len(keys)):
            if keys[run] == key:
                total += counts[node_bases[run] + nodes[run]]
                if len(merged) > 0:
                    merged[bases[run] + nodes[run]] = node
                nodes[run] += 1
                keys[run] = read_key(
                    run,
                    nodes,
                    parents,
                    ends,
                    shorter,
                    shorter_bases,
                    words,
                    node_bases,
                    children,
                    child_bases,
                )
        merged_words[ngrams] = key & 0xFFFFFFFF
        merged_counts[ngrams] = total
        ngrams += 1
        node += 1


@kernel
def link_suffixes(
    first: int, last: int, low: int, high: int, words: IntArray, children: IntArray, suffixes: IntArray
) -> None:
    """Find the suffix of every child of the contexts first..last whose own suffix is in low..high.

    The suffix of hw is the child w of the suffix of h. Both lists of children are sorted, and the second holds
    all words of the first: a search goes on where the last one ended, in steps that double.
    """
    for context in range(first, last):
        shorter = suffixes[context]
        if not low <= shorter < high:
            continue
        place, end = children[shorter], children[shorter + 1]
        for node in range(children[context], children[context + 1]):
            word = words[node]
            step, reach = 1, place
            while reach < end and words[reach] < word:
                place = reach + 1
                reach += step
                step *= 2
            reach = min(reach, end)
            while place < reach:
                middle = (place + reach) // 2
                if words[middle] < word:
                    place = middle + 1
                else:
                    reach = middle
            suffixes[node] = place
