"""Rows of words and counts into a tree of n-grams, order by order."""

import numpy as np
from numpy.typing import NDArray

from nextword.compile import available_threads, run_shards, shard_bounds
from nextword.errors import InputError
from nextword.ngram.arpa.assembly import kernels
from nextword.ngram.counting.counts import MAX_NODES, NgramCounts
from nextword.ngram.counting.lines.parse import Section
from nextword.ngram.counting.merging.regroup import check_largest
from nextword.text.vocabulary import SENTENCE_START

Ints = NDArray[np.int32]


class MissingPartError(Exception):
    """An n-gram whose first or last words are no n-gram themselves."""


def build_tree(frequencies: NDArray[np.int64], sections: list[Section]) -> NgramCounts:
    """Build the tree of words with frequencies (V,) and n-grams of order 2 up, over their ids.

    Raises MissingPartError where n-grams are left out that others need, InputError where counts, or the number of
    n-grams, do not fit into 32 bits.
    """
    tree = _Tree(frequencies, sum(len(section.counts) for section in sections))
    for section in sections:
        tree.add(section)
    return tree.finished()


class _Tree:
    """Nodes numbered as in `NgramCounts`, with room for all n-grams from the start."""

    def __init__(self, frequencies: NDArray[np.int64], ngrams: int) -> None:
        capacity = 1 + len(frequencies) + ngrams
        if capacity > MAX_NODES:
            raise InputError(f"more than {MAX_NODES:,} n-grams; give fewer at once")
        self.starts = [0, 1, 1 + len(frequencies)]
        self.words, self.children, self.suffixes, self.counts = (
            np.empty(size, dtype=np.int32) for size in (capacity, capacity + 1, capacity, capacity)
        )
        tokens = int(frequencies.sum() - frequencies[SENTENCE_START])
        check_largest(max(tokens, int(frequencies.max())))
        self.words[0], self.children[0], self.counts[0] = -1, 1, tokens
        last = self.starts[2]
        self.words[1:last] = np.arange(len(frequencies))
        self.children[1 : last + 1] = last
        self.suffixes[:last] = 0
        self.counts[1:last] = frequencies

    def add(self, section: Section) -> None:
        """Add the n-grams of the next order."""
        contexts, words, counts = _sorted(self._contexts(section), section)
        shorter, start = self.starts[-2:]
        end = start + len(words)
        self.starts.append(end)
        self.words[start:end] = words
        self.counts[start:end] = counts
        kernels.link_children(contexts, shorter, start, start, self.children)
        self.children[start : end + 1] = end

        def link(first: int, last: int) -> None:
            kernels.link_suffixes(self.words, self.children, self.suffixes, contexts, start, first, last)

        run_shards(link, shard_bounds(len(words), available_threads()))
        # Where the suffix itself is not in the tree, the link leads to a shorter one.
        if np.any(self.suffixes[start:end] < shorter):
            raise MissingPartError

    def finished(self) -> NgramCounts:
        """Return the tree."""
        nodes, contexts = self.starts[-1], self.starts[-2]
        return NgramCounts(
            len(self.starts) - 2,
            np.array(self.starts, dtype=np.int64),
            self.words[:nodes],
            self.children[: contexts + 1],
            self.suffixes[:nodes],
            self.counts[:nodes],
        )

    def _contexts(self, section: Section) -> Ints:
        """Return the node of all words but the last of each n-gram."""
        contexts, found = (np.empty(len(section.words), dtype=np.int32) for _ in range(2))

        def find(first: int, last: int) -> None:
            kernels.find_contexts(self.words, self.children, section.words, first, last, contexts, found)

        run_shards(find, shard_bounds(len(section.words), available_threads()))
        if np.any(contexts < 0):
            raise MissingPartError
        return contexts


def _sorted(contexts: Ints, section: Section) -> tuple[Ints, Ints, Ints]:
    """Return context, last word and count of each different n-gram, in the order of the nodes."""
    keys = contexts.astype(np.int64) << 32 | section.words[:, -1]
    counts = section.counts
    if not kernels.numbers_rise(keys):
        places = np.argsort(keys)
        keys, counts = keys[places], counts[places]
        firsts = np.flatnonzero(np.diff(keys, prepend=-1))
        keys, counts = keys[firsts], np.add.reduceat(counts, firsts, dtype=np.int64)
        check_largest(int(counts.max()))
    words = (keys & 0xFFFFFFFF).astype(np.int32)
    return (keys >> 32).astype(np.int32), words, counts.astype(np.int32)
