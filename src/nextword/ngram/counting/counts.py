"""The n-grams of a corpus as a tree: node = n-gram, child = one word more, with counts."""

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import TokenIds
from nextword.compile import available_threads, run_shards, shard_bounds
from nextword.errors import InputError, SettingError
from nextword.ngram.counting import kernels
from nextword.text.vocabulary import SENTENCE_END, SENTENCE_START
from nextword.workspace import Workspace

MAX_ORDER = 32
MAX_NODES = 2**31 - 1

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class NgramCounts:
    """Every n-gram up to an order, numbered breadth first.

    Node 0 is the empty n-gram, node 1 + w the word w, then the bigrams and so on; the children of a node (the
    n-grams that are one word longer) are contiguous and sorted by that word.
    """

    order: int
    starts: NDArray[np.int64]
    """(order + 2,): order k is the nodes starts[k] to starts[k + 1]."""
    words: Ints
    """(nodes,): the last word."""
    children: Ints
    """(contexts + 1,): node h has the children children[h] to children[h + 1]."""
    suffixes: Ints
    """(nodes,): the node without its first word."""
    counts: Ints
    """(nodes,): how often the n-gram occurs; for ``<s>``, the number of sentences."""

    def __post_init__(self) -> None:
        # One array type, read-only, for counts in memory and counts mapped from a file: kernels compile once.
        for field in fields(self):
            array = getattr(self, field.name)
            if isinstance(array, np.ndarray) and array.flags.writeable:
                view = array.view()
                view.flags.writeable = False
                object.__setattr__(self, field.name, view)

    @property
    def vocabulary_size(self) -> int:
        """V."""
        return int(self.starts[2] - self.starts[1])

    def nodes(self, order: int) -> slice:
        """Return the nodes of one order."""
        return slice(int(self.starts[order]), int(self.starts[order + 1]))

    def sentence_starts(self, order: int) -> slice:
        """Return the nodes of one order that begin with ``<s>``."""
        first, last = 1 + SENTENCE_START, 2 + SENTENCE_START
        for _ in range(order - 1):
            first, last = int(self.children[first]), int(self.children[last])
        return slice(first, last)

    def left_counts(self, space: Workspace | None = None) -> Ints:
        """Return Kneser-Ney's counts, (nodes,): in how many different words' company each n-gram is seen.

        The highest order and n-grams that begin with ``<s>`` keep their plain counts; ``<s>`` itself has 0.
        """
        space = space or Workspace()
        left = space.empty(len(self.counts), np.int32)
        left[0] = 0
        for order in range(1, self.order):
            self._count_left_words(order, left, space)
            begin = self.sentence_starts(order)
            space.copy(self.counts[begin], left[begin])
        highest = self.nodes(self.order)
        space.copy(self.counts[highest], left[highest])
        left[1 + SENTENCE_START] = 0
        return left

    def _count_left_words(self, order: int, left: Ints, space: Workspace) -> None:
        """Add up, for the n-grams of an order, those one word longer that end in them.

        These are read in sequence, once for every window of what they add to; the threads share a window.
        """
        nodes, longer = self.nodes(order), self.nodes(order + 1)

        def add(low: int, high: int) -> None:
            left[low:high] = 0
            space.walk(
                lambda first, last: kernels.count_left_words(self.suffixes, first, last, low, high, left),
                longer.start,
                longer.stop,
            )

        for low, high in space.windows(nodes.start, nodes.stop, left.itemsize):
            shares = shard_bounds(high - low, space.threads)
            run_shards(lambda begin, end, low=low: add(low + begin, low + end), shares)  # type: ignore[misc]


def count_ngrams(
    ids: TokenIds,
    vocabulary_size: int,
    order: int,
    *,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> NgramCounts:
    """Count all n-grams up to ``order`` in a stream of sentences, each ended by ``</s>``.

    Raises SettingError for an order outside 1 to 32, InputError for an empty stream or one with more n-grams
    than 32-bit ids can number.
    """
    check_order(order)
    if len(ids) == 0 or ids[-1] != SENTENCE_END:
        raise InputError("there is no complete sentence to count; give at least one line of text")
    stream = np.concatenate([np.array([SENTENCE_END], dtype=np.int32), ids])
    if len(ids) >= MAX_NODES:
        raise InputError(f"more than {MAX_NODES:,} tokens; split the text")
    # Each order has at most one n-gram a token. Pages that are never touched cost no memory.
    capacity = 1 + vocabulary_size + (order - 1) * len(ids)
    tree = _Tree(*(np.empty(capacity, dtype=np.int32) for _ in range(4)))
    starts = np.zeros(order + 2, dtype=np.int64)
    starts[1:3] = 1, 1 + vocabulary_size
    _plant(tree, ids, vocabulary_size)
    level = _first_level(stream, tree, vocabulary_size)
    for length in range(2, order + 1):
        if progress is not None:
            progress(length)
        level = _next_level(tree, stream, level, starts, length, order, threads or available_threads())
        if starts[length + 1] > MAX_NODES:
            raise InputError(f"more than {MAX_NODES:,} n-grams; lower --order or split the text")
    nodes = int(starts[order + 1])
    contexts = int(starts[order])
    tree.children[contexts] = nodes
    return NgramCounts(
        order,
        starts,
        tree.words[:nodes],
        tree.children[: contexts + 1],
        tree.suffixes[:nodes],
        tree.counts[:nodes],
    )


def check_order(order: int) -> None:
    """Raise SettingError unless an order is from 1 to 32."""
    if not isinstance(order, int | np.integer) or not 1 <= order <= MAX_ORDER:
        raise SettingError(f"the order must be from 1 to {MAX_ORDER}, got {order!r}; 3 to 5 is usual")


@dataclass(frozen=True, slots=True)
class _Tree:
    words: Ints
    children: Ints
    suffixes: Ints
    counts: Ints


@dataclass(frozen=True, slots=True)
class _Level:
    """The places of one order's n-grams in the text."""

    positions: Ints
    """Where an n-gram that goes on ends, grouped by n-gram in the order of the nodes."""
    ids: Ints
    """(T + 1,): the node of the n-gram that ends at each position, where there is one."""


def _plant(tree: _Tree, ids: TokenIds, vocabulary_size: int) -> None:
    """Write the root and the words."""
    tree.words[0], tree.children[0], tree.suffixes[0], tree.counts[0] = -1, 1, 0, len(ids)
    words = slice(1, 1 + vocabulary_size)
    tree.words[words] = np.arange(vocabulary_size)
    tree.suffixes[words] = 0
    tree.counts[words] = np.bincount(ids, minlength=vocabulary_size)
    tree.counts[1 + SENTENCE_START] = tree.counts[1 + SENTENCE_END]


def _first_level(stream: Ints, tree: _Tree, vocabulary_size: int) -> _Level:
    sizes = tree.counts[1 : 1 + vocabulary_size].astype(np.int64)
    sizes[SENTENCE_END] = 0
    positions = np.empty(len(stream) - 1, dtype=np.int32)
    kernels.group_by_first_word(stream, np.cumsum(sizes) - sizes, positions)
    return _Level(positions, stream + np.int32(1))


def _next_level(
    tree: _Tree, stream: Ints, level: _Level, starts: NDArray[np.int64], length: int, order: int, threads: int
) -> _Level:
    """Extend every (length - 1)-gram by the words that follow it."""
    first, last = int(starts[length - 1]), int(starts[length])
    bounds = np.zeros((threads + 1, 2), dtype=np.int64)
    kernels.split_groups(tree.words, tree.counts, first, last, threads, bounds)
    keys = np.empty(len(level.positions), dtype=np.int64)

    def sort(shard: int, _: int) -> tuple[int, int]:
        (begin, offset), (end, _) = bounds[shard], bounds[shard + 1]
        return kernels.sort_groups(stream, level.positions, tree.words, tree.counts, begin, end, offset, keys)

    shards = [(shard, shard + 1) for shard in range(threads)]
    sizes = np.array(run_shards(sort, shards), dtype=np.int64)  # (threads, 2)
    before = np.cumsum(sizes, axis=0) - sizes
    starts[length + 1] = last + sizes[:, 0].sum()
    is_last = length == order
    ids = np.empty(0 if is_last else len(stream), dtype=np.int32)
    positions = np.empty(0 if is_last else int(sizes[:, 1].sum()), dtype=np.int32)

    def emit(shard: int, _: int) -> None:
        (begin, offset), (end, _) = bounds[shard], bounds[shard + 1]
        kernels.emit_ngrams(
            keys,
            begin,
            end,
            offset,
            last + before[shard, 0],
            tree.words,
            tree.children,
            tree.suffixes,
            tree.counts,
            level.ids,
            ids,
            positions,
            before[shard, 1],
            is_last,
        )

    run_shards(emit, shards)
    return _Level(positions, ids)
