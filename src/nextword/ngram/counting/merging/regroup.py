"""Trees of n-grams over several vocabularies as one tree over another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.compile import available_threads, run_shards
from nextword.errors import InputError
from nextword.ngram.counting.counts import MAX_NODES, NgramCounts
from nextword.ngram.counting.merging import kernels
from nextword.text.vocabulary import SENTENCE_START

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
MAX_COUNT = 2**31 - 1


def regroup(
    trees: Sequence[NgramCounts],
    new_ids: Sequence[Ints],
    vocabulary_size: int,
    *,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> NgramCounts:
    """Unite trees of one order; word w of tree t becomes ``new_ids[t][w]``, and n-grams that become equal add up.

    The result is the tree of all the texts at once, counted with the new words. Words may become the same word
    (``<unk>``, say); ``<s>`` and ``</s>`` stay what they are. Time and memory are linear in the n-grams, but for
    the sorting of each context's children. ``progress`` is told the order that comes next.

    Raises InputError where counts, or the number of n-grams, no longer fit into 32 bits.
    """
    order = trees[0].order
    capacity = 1 + vocabulary_size + sum(int(tree.starts[-1] - tree.starts[2]) for tree in trees)
    united = _Tree(*(np.empty(1 + capacity, dtype=np.int32) for _ in range(4)))
    starts = np.zeros(order + 2, dtype=np.int64)
    starts[1:3] = 1, 1 + vocabulary_size
    level = _plant(united, trees, new_ids, vocabulary_size)
    for length in range(2, order + 1):
        if progress is not None:
            progress(length)
        sources = _Sources.of(trees, new_ids, length)
        level = _next_level(united, sources, level, starts, length, threads or available_threads())
    nodes, contexts = int(starts[-1]), int(starts[-2])
    united.children[contexts] = nodes
    return NgramCounts(
        order,
        starts,
        united.words[:nodes],
        united.children[: contexts + 1],
        united.suffixes[:nodes],
        united.counts[:nodes],
    )


@dataclass(frozen=True, slots=True)
class _Tree:
    words: Ints
    children: Ints
    suffixes: Ints
    counts: Ints


@dataclass(frozen=True, slots=True)
class _Level:
    """Which sources of one order became which nodes."""

    nodes: Ints
    """(sources,): the node of each source."""
    members: Ints
    """(sources,): the sources, those of one node after those of another."""
    groups: Longs
    """(nodes + 1,): where the members of each node begin."""


@dataclass(frozen=True, slots=True)
class _Sources:
    """The n-grams of one order in all trees, tree after tree."""

    words: Ints
    """(sources,): the last word, by its new id."""
    counts: Ints
    """(sources,)"""
    suffixes: Ints
    """(sources,): the source one order below that lacks the first word."""
    firsts: Longs
    """(sources one order below + 1,): where the children of each begin."""

    @classmethod
    def of(cls, trees: Sequence[NgramCounts], new_ids: Sequence[Ints], order: int) -> "_Sources":
        words, counts, suffixes, firsts, before, shorter = [], [], [], [], 0, 0
        for tree, ids in zip(trees, new_ids, strict=True):
            nodes, contexts = tree.nodes(order), tree.nodes(order - 1)
            words.append(ids[tree.words[nodes]])
            counts.append(tree.counts[nodes])
            suffixes.append(tree.suffixes[nodes] + np.int32(shorter - contexts.start))
            firsts.append(tree.children[contexts].astype(np.int64) + (before - nodes.start))
            before += nodes.stop - nodes.start
            shorter += contexts.stop - contexts.start
        firsts.append(np.array([before]))
        if max(before, shorter) > MAX_NODES:
            raise InputError(f"more than {MAX_NODES:,} {order}-grams in all; unite fewer counts at once")
        return cls(*(np.concatenate(parts) for parts in (words, counts, suffixes, firsts)))


def _plant(
    united: _Tree, trees: Sequence[NgramCounts], new_ids: Sequence[Ints], vocabulary_size: int
) -> _Level:
    """Write the root and the words."""
    ids = np.concatenate(new_ids)
    totals = np.zeros(vocabulary_size, dtype=np.int64)
    np.add.at(totals, ids, np.concatenate([tree.counts[tree.nodes(1)] for tree in trees]))
    tokens = int(totals.sum() - totals[SENTENCE_START])
    check_largest(max(tokens, int(totals.max())))
    united.words[0], united.children[0], united.suffixes[0], united.counts[0] = -1, 1, 0, tokens
    words = slice(1, 1 + vocabulary_size)
    united.words[words] = np.arange(vocabulary_size)
    united.suffixes[words] = 0
    united.counts[words] = totals
    groups = np.zeros(vocabulary_size + 1, dtype=np.int64)
    np.cumsum(np.bincount(ids, minlength=vocabulary_size), out=groups[1:])
    members = np.argsort(ids, kind="stable").astype(np.int32)
    return _Level(ids + np.int32(1), members, groups)


def _next_level(
    united: _Tree, sources: _Sources, level: _Level, starts: Longs, length: int, threads: int
) -> _Level:
    """Unite the children of every (length - 1)-gram."""
    start, first_node = int(starts[length - 1]), int(starts[length])
    bounds = np.zeros((threads + 1, 2), dtype=np.int64)
    kernels.split_contexts(level.members, level.groups, sources.firsts, bounds)
    keys = np.empty(len(sources.words), dtype=np.int64)

    def sort(shard: int, _: int) -> int:
        (begin, offset), (end, _) = bounds[shard], bounds[shard + 1]
        return kernels.sort_children(
            level.members, level.groups, sources.firsts, sources.words, begin, end, offset, keys
        )

    shards = [(shard, shard + 1) for shard in range(threads)]
    sizes = np.array(run_shards(sort, shards), dtype=np.int64)
    before = np.cumsum(sizes) - sizes
    starts[length + 1] = first_node + sizes.sum()
    if starts[length + 1] > MAX_NODES:
        raise InputError(f"more than {MAX_NODES:,} n-grams; give a lower --order")
    nodes, members = (np.empty(len(keys), dtype=np.int32) for _ in range(2))
    groups = np.full(int(sizes.sum()) + 1, len(keys), dtype=np.int64)

    def emit(shard: int, _: int) -> int:
        (begin, offset), (end, _) = bounds[shard], bounds[shard + 1]
        return kernels.emit_children(
            keys, level.members, level.groups, sources.firsts, sources.counts, sources.suffixes, level.nodes,
            begin, end, offset, start, first_node, first_node + before[shard],
            united.words, united.children, united.suffixes, united.counts, nodes, members, groups,
        )  # fmt: skip

    check_largest(max(run_shards(emit, shards)))
    return _Level(nodes, members, groups)


def check_largest(count: int) -> None:
    """Raise InputError for a count that does not fit into 32 bits."""
    if count > MAX_COUNT:
        raise InputError(f"counts go up to {MAX_COUNT:,}, and these add up to {count:,}; take fewer at once")
