"""The Huffman tree of a vocabulary, as flat arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.word2vec.huffman.kernels import join_nodes, path_lengths, write_paths
from nextword.errors import SettingError


@dataclass(frozen=True, slots=True)
class HuffmanTree:
    """A path from the root to every word: word w has the places ``offsets[w]`` to ``offsets[w + 1]``."""

    offsets: NDArray[np.int64]
    """(V + 1,)"""
    points: NDArray[np.int32]
    """The inner nodes on the paths, 0 to V - 2; the root is V - 2."""
    codes: NDArray[np.int8]
    """The branch taken at each of these nodes: 0 to the rarer side, 1 to the other."""

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many branches lead to each word, (V,)."""
        return np.diff(self.offsets)

    def path(self, word: int) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
        """Return the inner nodes on the way to a word and the branches taken there, from the root down."""
        place = slice(self.offsets[word], self.offsets[word + 1])
        return self.points[place], self.codes[place]


def huffman_tree(counts: NDArray[np.integer]) -> HuffmanTree:
    """Return the Huffman tree of V words with these counts, which may come in any order.

    The mean length of a path, weighted by the counts, is the smallest that a binary tree can have, and lies between
    the entropy of the words and one bit more (Huffman 1952). Of equal counts the later word is joined first; ties and
    numbers of nodes are those of word2vec.c. One word alone has an empty path. Raises SettingError where there are no
    words, for a count below zero, and for counts that sum to 2**63 or more.

    >>> tree = huffman_tree(np.array([4, 2, 1, 1]))
    >>> [tree.path(word)[1].tolist() for word in range(4)]
    [[1], [0, 1], [0, 0, 1], [0, 0, 0]]
    >>> tree.path(2)[0].tolist()  # three inner nodes; the root is node 2
    [2, 1, 0]
    """
    if len(counts) == 0:
        raise SettingError("a Huffman tree needs at least one word, got no counts")
    if counts.min() < 0:
        raise SettingError(f"counts of words are 0 or more, got {counts.min()}")
    if counts.astype(np.float64).sum() >= 2.0**63:
        raise SettingError("the counts sum to 2**63 or more; divide them by a common number")
    V = len(counts)
    falling = np.argsort(-counts.astype(np.int64), kind="stable")
    word_of_leaf = np.ascontiguousarray(falling[::-1])
    parents = np.zeros(2 * V - 1, np.int32)
    branches = np.zeros(2 * V - 1, np.int8)
    join_nodes(counts.astype(np.int64)[word_of_leaf], parents, branches)
    lengths = np.zeros(2 * V - 1, np.int64)
    path_lengths(parents, lengths)
    offsets = np.zeros(V + 1, np.int64)
    offsets[word_of_leaf + 1] = lengths[:V]
    np.cumsum(offsets, out=offsets)
    points = np.empty(offsets[-1], np.int32)
    codes = np.empty(offsets[-1], np.int8)
    write_paths(parents, branches, word_of_leaf, offsets, points, codes)
    return HuffmanTree(offsets, points, codes)
