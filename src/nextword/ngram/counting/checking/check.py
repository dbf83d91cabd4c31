"""Check counts that come from a file before any kernel trusts them."""

import numpy as np

from nextword.compile import available_threads, run_shards, shard_bounds
from nextword.errors import ModelFormatError
from nextword.ngram.counting.checking import kernels
from nextword.ngram.counting.counts import NgramCounts
from nextword.text.vocabulary import SENTENCE_START, SPECIAL_TOKENS


def check_tree(tree: NgramCounts) -> None:
    """Raise ModelFormatError unless arrays of the right lengths are a tree of n-grams, every number of them.

    Each prefix and each suffix of an n-gram is in the tree, so that no kernel leaves the arrays.
    """
    if tree.vocabulary_size < len(SPECIAL_TOKENS):
        raise ModelFormatError(f"the counts know {tree.vocabulary_size} words, fewer than the special tokens")
    _check_words(tree)
    first, node = 0, 1  # the words are the children of the root
    for order in range(1, tree.order + 1):
        nodes = tree.nodes(order)
        bad = kernels.first_bad_context(tree.children, first, node, nodes.start, nodes.stop)
        if bad >= 0:
            raise ModelFormatError(f"the tree of counts is not closed at node {bad}; the file is damaged")
        first, node = nodes.start, nodes.stop
    for order in range(2, tree.order + 1):
        _check_nodes(tree, order)


def _check_words(tree: NgramCounts) -> None:
    words, counts = tree.words[tree.nodes(1)], tree.counts[tree.nodes(1)]
    tokens = int(counts.sum(dtype=np.int64)) - int(counts[SENTENCE_START])
    is_flat = not tree.suffixes[: int(tree.starts[2])].any()
    if not (
        is_flat and tree.words[0] == -1 and np.array_equal(words, np.arange(len(words))) and counts.min() >= 0
    ):
        raise ModelFormatError("the words of the counts are not 0 to V - 1 in order; the file is damaged")
    if int(tree.counts[0]) != tokens:
        raise ModelFormatError(
            f"the counts of the words add up to {tokens:,}, not {tree.counts[0]:,}; the file is damaged"
        )


def _check_nodes(tree: NgramCounts, order: int) -> None:
    contexts = tree.nodes(order - 1)

    def check(begin: int, end: int) -> int:
        return kernels.first_bad_node(
            tree.words, tree.children, tree.suffixes, tree.counts, tree.vocabulary_size,
            contexts.start + begin, contexts.start + end,
        )  # fmt: skip

    bad = max(run_shards(check, shard_bounds(contexts.stop - contexts.start, available_threads())))
    if bad >= 0:
        raise ModelFormatError(
            f"node {bad} of the counts, of order {order}, is no n-gram of a text; the file is damaged"
        )
