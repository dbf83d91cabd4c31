"""What a back-off automaton is asked, however it stores its n-grams."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray, IntArray, TokenIds
from nextword.text.chunks import WordChunks

if TYPE_CHECKING:
    from nextword.ngram.automaton.automaton import Automaton


class BackoffAutomaton(ABC):
    """Nodes are n-grams, numbered breadth first: 0 the empty one, 1 + w the word w, then bigrams and so on."""

    order: int
    starts: NDArray[np.int64]
    """(order + 2,): order k is the nodes starts[k] to starts[k + 1]."""
    counts: NDArray[np.int32]
    """(nodes,): how often the n-gram was seen, or of length 0 where the counts are not known."""

    @property
    def vocabulary_size(self) -> int:
        """V."""
        return int(self.starts[2] - self.starts[1])

    @property
    def contexts(self) -> int:
        """The number of n-grams below the highest order, the empty one included: all that can be a state."""
        return int(self.starts[self.order])

    @property
    def ngrams(self) -> list[int]:
        """The number of n-grams of each order, from 1 up."""
        return [int(size) for size in np.diff(self.starts[1:])]

    @property
    @abstractmethod
    def initial(self) -> int:
        """The state after ``<s>``."""

    def order_of(self, node: int) -> int:
        """Return the number of words of a node."""
        return int(np.searchsorted(self.starts, node, side="right")) - 1

    def path(self, node: int) -> list[int]:
        """Return the ids of a node's words."""
        words = []
        while node > 0:
            words.append(self.last_word(node))
            node = self.parent(node)
        return words[::-1]

    @abstractmethod
    def last_word(self, node: int) -> int:
        """Return the id of a node's last word."""

    @abstractmethod
    def parent(self, node: int) -> int:
        """Return the node without its last word."""

    @abstractmethod
    def find(self, node: int, word: int) -> int:
        """Return the node one word longer, or -1 where it was not seen."""

    def backoff_weight(self, context: int) -> float:
        """Return what leaving a context costs, as a factor; 1 where nothing follows it, or for no context (-1)."""
        return 1.0

    @abstractmethod
    def expanded(self) -> Automaton:
        """Return the same probabilities and back-off weights, one array entry a node."""

    @abstractmethod
    def advance(self, states: IntArray, tokens: TokenIds) -> IntArray:
        """Return the states after one more token each, (B,); after ``</s>`` the next sentence begins."""

    @abstractmethod
    def distribution(self, state: int, row: FloatArray, *, cold: bool = False) -> None:
        """Write log P of every word after a state into ``row`` (V,); ``cold``, without the compiled kernels."""

    @abstractmethod
    def likeliest(self, state: int, tokens: IntArray, log_probs: FloatArray) -> None:
        """Write the k likeliest words after a state, and their log P, into arrays (k,)."""

    @abstractmethod
    def total(self, sentence: TokenIds) -> float:
        """Return log P of a sentence given without its ``</s>``, which is counted."""

    def line_total(self, line: bytes, table: WordChunks) -> float:
        """Return log P of a line whose words stand in ``table`` by id; NaN where there is no quick way to it."""
        return np.nan

    @abstractmethod
    def walk(self, tokens: TokenIds) -> FloatArray:
        """Return log P of each token of a text that begins after ``<s>``, (T,)."""

    @abstractmethod
    def walk_stream(self, stream: TokenIds) -> FloatArray:
        """Return log P of each token of a long text of many sentences, (T,), on all threads."""

    @abstractmethod
    def matched_orders(self, tokens: TokenIds) -> IntArray:
        """Return the length of the longest seen n-gram that each token of a sentence completes, (T,)."""
