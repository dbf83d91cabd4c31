"""The back-off automaton: a finished n-gram model as a handful of flat arrays.

A state is a node, the longest context that was seen. Reading a word costs one look-up when that context goes on
with it; else the suffix link leads to the next shorter context, at the price of a back-off weight.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray, IntArray, TokenIds
from nextword.compile import available_threads, is_cold, run_shards, shard_bounds
from nextword.ngram.automaton import kernels, plain
from nextword.ngram.automaton.interface import BackoffAutomaton
from nextword.ngram.automaton.sentences import kernels as sentences
from nextword.ngram.automaton.streams import kernels as streams
from nextword.text.chunks import WordChunks
from nextword.text.vocabulary import SENTENCE_END, SENTENCE_START, SPECIAL_TOKENS

LANES = 32
"""Places of a text that one thread reads side by side: while one waits for memory, others go on."""
FEW_SENTENCES = 100
"""Who asks for more sentences than this, one by one, is worth a table of all pairs of words."""
LONG_LINE = 1 << 16
"""Longer lines, in bytes, are walked from word to word: the places of a line side by side take N numbers each."""
LANE_TOKENS = 256
"""Shorter pieces of text than this are not worth a lane of their own."""


@dataclass(frozen=True, eq=False)
class Automaton(BackoffAutomaton):
    """Nodes are n-grams, numbered breadth first: 0 the empty one, 1 + w the word w, then bigrams and so on."""

    order: int
    starts: NDArray[np.int64]
    """(order + 2,): order k is the nodes starts[k] to starts[k + 1]."""
    words: NDArray[np.int32]
    """(nodes,): the last word."""
    children: NDArray[np.int32]
    """(contexts + 1,): node h has the children children[h] to children[h + 1], sorted by word."""
    suffixes: NDArray[np.int32]
    """(nodes,): the node without its first word."""
    counts: NDArray[np.int32]
    """(nodes,): how often the n-gram was seen, or of length 0 where the counts are not known."""
    log_probs: NDArray[np.float64]
    """(nodes,): log p(last word | the words before it)."""
    backoffs: NDArray[np.float64]
    """(contexts,): log gamma, the price of leaving a context."""

    def __post_init__(self) -> None:
        # One array type, read-only, for models in memory and models mapped from a file: kernels compile once.
        for field in fields(self):
            array = getattr(self, field.name)
            if isinstance(array, np.ndarray) and array.flags.writeable:
                view = array.view()
                view.flags.writeable = False
                object.__setattr__(self, field.name, view)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        """Copy and pickle the fields alone: the tables for scoring are made again where they are needed."""
        return type(self), tuple(getattr(self, field.name) for field in fields(self))

    @cached_property
    def initial(self) -> int:
        """The state after ``<s>``."""
        return plain.state_of(self.children, self.suffixes, 1 + SENTENCE_START)

    def last_word(self, node: int) -> int:
        """Return the id of a node's last word."""
        return int(self.words[node])

    def parent(self, node: int) -> int:
        """Return the node without its last word; in a damaged model too, a smaller number."""
        return min(int(np.searchsorted(self.children, node, side="right")), node) - 1

    def backoff_weight(self, context: int) -> float:
        """Return what leaving a context costs, as a factor; 1 where nothing follows it, or for no context (-1)."""
        is_context = 0 <= context < len(self.backoffs)
        if not is_context or self.children[context] == self.children[context + 1]:
            return 1.0
        return math.exp(self.backoffs[context])

    def find(self, node: int, word: int) -> int:
        """Return the node one word longer, or -1 where it was not seen."""
        return plain.find_child(self.words, self.children, node, word)

    def expanded(self) -> "Automaton":
        """Return the automaton itself, whose arrays have one entry a node."""
        return self

    @cached_property
    def _tables(self) -> tuple[Any, Any, Any, Any, Any]:
        return self.words, self.children, self.suffixes, self.log_probs, self.backoffs

    @cached_property
    def _by_probability(self) -> IntArray:
        unigrams = self.log_probs[1 : 1 + self.vocabulary_size]
        return np.argsort(-unigrams, kind="stable").astype(np.int32)

    def advance(self, states: IntArray, tokens: TokenIds) -> IntArray:
        """Return the states after one more token each, (B,); after ``</s>`` the next sentence begins."""
        if len(states) == 1 and is_cold():
            going_on = plain.advance(self.words, self.children, self.suffixes, int(states[0]), int(tokens[0]))
            return np.array([self.initial if tokens[0] == SENTENCE_END else going_on])
        advanced = np.empty(len(states), dtype=np.int64)
        kernels.advance_each(self.words, self.children, self.suffixes, states, self.initial, tokens, advanced)
        return advanced

    def distribution(self, state: int, row: FloatArray, *, cold: bool = False) -> None:
        """Write log P of every word after a state into ``row`` (V,); ``cold``, without the compiled kernels."""
        (plain if cold else kernels).distribution(*self._tables, state, row)

    def likeliest(self, state: int, tokens: IntArray, log_probs: FloatArray) -> None:
        """Write the k likeliest words after a state, and their log P, into arrays (k,)."""
        kernels.likeliest(*self._tables, self._by_probability, state, tokens, log_probs)

    def total(self, sentence: TokenIds) -> float:
        """Return log P of a sentence given without its ``</s>``, which is counted."""
        return kernels.walk_total(*self._tables, self.initial, sentence)

    def line_total(self, line: bytes, table: WordChunks) -> float:
        """Return log P of a line whose words stand in ``table`` by id; NaN if it holds a special token or is long.

        Returns NaN as well until enough lines were asked for to be worth a table of all pairs of words.
        """
        if self.order == 1 or len(line) > LONG_LINE or next(self._asked) < FEW_SENTENCES:
            return np.nan
        if id(table) not in self._line_tables:
            arrays = (self.words, self.children, self.log_probs, self.backoffs, self._pairs, self.order)
            self._line_tables[id(table)] = (table, (*table.tables, len(SPECIAL_TOKENS), *arrays))
        return sentences.line_total(line, *self._line_tables[id(table)][1])

    @cached_property
    def _asked(self) -> Iterator[int]:
        return count()

    @cached_property
    def _line_tables(self) -> dict[int, tuple[WordChunks, tuple[Any, ...]]]:
        return {}

    @cached_property
    def _pairs(self) -> NDArray[np.int32]:
        """A hash table of all pairs of words."""
        pairs = int(self.starts[3] - self.starts[2])
        slots = np.zeros(1 << (2 * pairs + 2).bit_length(), dtype=np.int32)
        sentences.enter_pairs(self.words, self.children, self.vocabulary_size, slots)
        return slots

    def walk(self, tokens: TokenIds) -> FloatArray:
        """Return log P of each token of a text that begins after ``<s>``, (T,)."""
        scores = np.empty(len(tokens))
        kernels.walk(*self._tables, self.initial, self.initial, tokens, scores)
        return scores

    def walk_stream(self, stream: TokenIds) -> FloatArray:
        """Return log P of each token of a long text of many sentences, (T,), on all threads."""
        threads = available_threads()
        bounds = sentence_bounds(stream, threads * LANES)
        if len(bounds) <= LANES:
            return self.walk(stream)
        scores = np.empty(len(stream))

        def read(first: int, last: int) -> None:
            lanes = bounds[first : last + 1]
            streams.walk_lanes(*self._tables, self.initial, stream, lanes, scores)

        run_shards(read, shard_bounds(len(bounds) - 1, threads))
        return scores

    def matched_orders(self, tokens: TokenIds) -> IntArray:
        """Return the length of the longest seen n-gram that each token of a sentence completes, (T,)."""
        orders = np.empty(len(tokens), dtype=np.int64)
        kernels.matched_orders(
            self.words, self.children, self.suffixes, self.starts, self.initial, tokens, orders
        )
        return orders


def sentence_bounds(stream: TokenIds, pieces: int) -> NDArray[np.int64]:
    """Cut a stream at sentence ends into about ``pieces`` pieces of nearly equal length; returns their bounds.

    >>> sentence_bounds(np.array([3, 2] * 1000), 4).tolist()
    [0, 500, 1000, 1500, 2000]
    """
    pieces = max(1, min(pieces, len(stream) // LANE_TOKENS))
    ends = np.flatnonzero(stream == SENTENCE_END) + 1
    wanted = np.linspace(0, len(stream), pieces + 1)[1:-1]
    cuts = ends[np.minimum(np.searchsorted(ends, wanted), len(ends) - 1)] if len(ends) else ends
    return np.unique(np.concatenate([[0], cuts, [len(stream)]])).astype(np.int64)
