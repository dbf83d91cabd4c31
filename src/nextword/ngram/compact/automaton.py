"""The compact automaton: the same n-grams in four bytes each, mapped from the file as they are.

No links to shorter contexts are stored, since the chain of a text's contexts moves on word by word; of the tree no more
than bits; and of an n-gram its last word and 8 bits. These say what its context adds to the shorter one's probability,
not what comes out: so rows sum to one, and a context with one child has its back-off weight for nothing.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray, IntArray, TokenIds
from nextword.compile import available_threads, is_cold, run_shards, shard_bounds
from nextword.errors import ModelFormatError
from nextword.ngram.automaton.automaton import LANES, Automaton, sentence_bounds
from nextword.ngram.automaton.interface import BackoffAutomaton
from nextword.ngram.compact import kernels, plain
from nextword.ngram.compact.likeliest import kernels as likeliest
from nextword.ngram.compact.tables import CODE_BITS, CODES, Tables, entry_words, word_bits
from nextword.ngram.compact.tree.tree import Tree
from nextword.ngram.compact.walking import kernels as walking
from nextword.text.vocabulary import SENTENCE_END, SENTENCE_START


@dataclass(frozen=True, eq=False)
class CompactAutomaton(BackoffAutomaton):
    """An automaton whose arrays are those of `Tables`; raises ModelFormatError where they do not fit together."""

    order: int
    starts: NDArray[np.int64]
    """(order + 2,): order k is the nodes starts[k] to starts[k + 1]."""
    unigrams: NDArray[np.float64]
    bits: NDArray[np.uint64]
    entries: NDArray[np.uint64]
    share_book: NDArray[np.float64]
    scales: NDArray[np.float32]
    gamma_codes: NDArray[np.uint8]
    gamma_book: NDArray[np.float64]

    def __post_init__(self) -> None:
        # One array type, read-only, for models in memory and models mapped from a file: kernels compile once.
        for field in fields(self):
            array = getattr(self, field.name)
            if isinstance(array, np.ndarray) and array.flags.writeable:
                view = array.view()
                view.flags.writeable = False
                object.__setattr__(self, field.name, view)
        self._check_sizes()

    def _check_sizes(self) -> None:
        """Raise ModelFormatError where any array is not as long as the tree says, or orders are mixed in the tree."""
        first, entries = int(self.starts[2]), int(self.starts[-1] - self.starts[2])
        books = (self.order - 1) * CODES
        several = int(self.tables.several[-1])
        for name, wanted in (
            ("unigrams", first - 1),
            ("entries", entry_words(entries, self.tables.width)),
            ("share_book", books),
            ("gamma_book", books),
            ("scales", several),
            ("gamma_codes", several),
        ):
            if len(getattr(self, name)) != wanted:
                raise ModelFormatError(
                    f"{name} has length {len(getattr(self, name))}, not {wanted}; the file is damaged"
                )
        for order in range(1, self.order):
            last = int(self.starts[order + 1]) - 1
            end = plain.children_of(self.tables, last)[1] if last >= self.starts[order] else None
            if end is not None and first + end != self.starts[order + 2]:
                raise ModelFormatError(f"the tree mixes orders {order} and {order + 1}; the file is damaged")

    @cached_property
    def counts(self) -> NDArray[np.int32]:  # type: ignore[override]
        """None: a compact model does not know them."""
        return np.empty(0, dtype=np.int32)

    @cached_property
    def tables(self) -> Tables:
        """What the kernels read; what helps them to find their way in the tree is made here."""
        words = self.vocabulary_size if self.order > 1 else 0
        entries = int(self.starts[-1] - self.starts[2])
        tree = Tree.from_bits(self.bits, words, self.contexts - 1, entries)
        return Tables(
            self.unigrams, tree.bits, tree.ranks, tree.several, tree.hints, tree.firsts, self.entries,
            word_bits(self.vocabulary_size) + CODE_BITS, self.share_book, self.scales, self.gamma_codes,
            self.gamma_book, self.order, self.contexts,
        )  # fmt: skip

    @cached_property
    def initial(self) -> int:
        """The state after ``<s>``."""
        return plain.state_of(self.tables, [1 + SENTENCE_START] if self.order > 1 else [])

    @cached_property
    def _by_probability(self) -> IntArray:
        return np.argsort(-self.unigrams, kind="stable").astype(np.int32)

    def last_word(self, node: int) -> int:
        """Return the id of a node's last word."""
        return plain.last_word(self.tables, node)

    def parent(self, node: int) -> int:
        """Return the node without its last word."""
        return plain.parent(self.tables, node)

    def find(self, node: int, word: int) -> int:
        """Return the node one word longer, or -1 where it was not seen."""
        return plain.find_child(self.tables, node, word)

    def expanded(self) -> Automaton:
        """Return the automaton with the same n-grams, probabilities and back-off weights, without counts."""
        from nextword.ngram.compact.building.expand import expanded

        return expanded(self)

    def advance(self, states: IntArray, tokens: TokenIds) -> IntArray:
        """Return the states after one more token each, (B,); after ``</s>`` the next sentence begins."""
        if len(states) == 1 and is_cold():
            going_on = plain.advance(self.tables, self.path(int(states[0])), int(tokens[0]))
            return np.array([self.initial if tokens[0] == SENTENCE_END else going_on])
        advanced = np.empty(len(states), dtype=np.int64)
        kernels.advance_each(self.tables, states, self.initial, tokens, advanced)
        return advanced

    def distribution(self, state: int, row: FloatArray, *, cold: bool = False) -> None:
        """Write log P of every word after a state into ``row`` (V,); ``cold``, without the compiled kernels."""
        if cold:
            plain.distribution(self.tables, self.path(state), row)
        else:
            kernels.distribution(self.tables, state, row)
        _to_logarithms(row)

    def likeliest(self, state: int, tokens: IntArray, log_probs: FloatArray) -> None:
        """Write the k likeliest words after a state, and their log P, into arrays (k,)."""
        likeliest.likeliest(self.tables, self._by_probability, state, tokens, log_probs)
        _to_logarithms(log_probs)

    def total(self, sentence: TokenIds) -> float:
        """Return log P of a sentence given without its ``</s>``, which is counted."""
        return float(self.walk(np.append(sentence, np.int32(SENTENCE_END))).sum())

    def walk(self, tokens: TokenIds) -> FloatArray:
        """Return log P of each token of a text that begins after ``<s>``, (T,)."""
        return self._walk(tokens, np.array([0, len(tokens)]))[0]

    def walk_stream(self, stream: TokenIds) -> FloatArray:
        """Return log P of each token of a long text of many sentences, (T,), on all threads."""
        return self._walk(stream, sentence_bounds(stream, available_threads() * LANES))[0]

    def matched_orders(self, tokens: TokenIds) -> IntArray:
        """Return the length of the longest seen n-gram that each token of a sentence completes, (T,)."""
        return self._walk(tokens, np.array([0, len(tokens)]))[1]

    def _walk(self, tokens: TokenIds, bounds: IntArray) -> tuple[FloatArray, IntArray]:
        """Return log P of each token of the pieces of a text, and the length of the n-gram that it completes."""
        scores, lengths = np.empty(len(tokens)), np.empty(len(tokens), dtype=np.int64)
        if len(tokens) == 0:
            return scores, lengths

        def read(first: int, last: int) -> None:
            begin, end = bounds[first], bounds[last]
            walking.walk(self.tables, tokens[begin:end], scores[begin:end], lengths[begin:end])
            _to_logarithms(scores[begin:end])

        pieces = len(bounds) - 1
        run_shards(read, shard_bounds(pieces, available_threads() if pieces > LANES else 1))
        return scores, lengths


def _to_logarithms(probabilities: FloatArray) -> None:
    with np.errstate(divide="ignore", invalid="ignore"):  # log 0 is minus infinity
        np.log(probabilities, out=probabilities)
