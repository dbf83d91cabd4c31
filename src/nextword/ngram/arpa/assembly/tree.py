"""The automaton of an ARPA file, order by order from the words up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.compile import available_threads, run_shards, shard_bounds
from nextword.ngram.arpa.assembly import kernels
from nextword.ngram.arpa.parsing.parse import Section
from nextword.ngram.automaton.automaton import Automaton
from nextword.text.vocabulary import SENTENCE_END

Ints = NDArray[np.int32]


class RepeatedNgramError(Exception):
    """An n-gram that stands twice in its section, by the places of both."""

    def __init__(self, section: Section, first: int, second: int) -> None:
        super().__init__()
        self.section, self.first, self.second = section, first, second


@dataclass(slots=True)
class MissingContexts:
    """Contexts of n-grams that are not n-grams of the file themselves."""

    order: int
    """How many words the contexts that are missing have at most."""
    rows: Ints
    """(n, order): the words of each."""
    found: Ints
    """(n,): how many of its first words are in the tree."""


class Tree:
    """Nodes numbered as in `Automaton`, with the arrays for all orders from the start."""

    def __init__(
        self, log_probs: NDArray[np.float64], backoffs: NDArray[np.float64], sections: list[Section]
    ) -> None:
        self.order = 1 + len(sections)
        sizes = [1, len(log_probs), *(len(section.words) for section in sections)]
        self.starts = np.cumsum([0, *sizes])
        nodes, contexts = int(self.starts[-1]), int(self.starts[self.order])
        self.words: Ints = np.empty(nodes, dtype=np.int32)
        self.suffixes: Ints = np.zeros(nodes, dtype=np.int32)
        self.children: Ints = np.zeros(contexts + 1, dtype=np.int32)
        self.log_probs = np.empty(nodes)
        self.backoffs = np.zeros(contexts)
        last = 1 + len(log_probs)
        self.words[0], self.words[1:last] = -1, np.arange(len(log_probs))
        # All words but <s> alike: what the empty n-gram would say, if anyone asked.
        self.log_probs[0], self.log_probs[1:last] = -np.log(len(log_probs) - 1), log_probs
        self.children[0] = 1
        self.children[1:] = last
        self._set_backoffs(1, backoffs)

    def add(self, section: Section) -> MissingContexts | None:
        """Add the n-grams of the next order, or return the contexts that they need first.

        Raises RepeatedNgramError for an n-gram that stands twice.
        """
        order = section.words.shape[1]
        size = len(section.words)
        start = int(self.starts[order])
        contexts = np.empty(size, dtype=np.int32)
        found = np.empty(size, dtype=np.int32)
        shards = shard_bounds(size, available_threads())

        def find(first: int, last: int) -> None:
            kernels.find_contexts(self.words, self.children, section.words, first, last, contexts, found)

        run_shards(find, shards)
        missing = contexts < 0
        if missing.any():
            return MissingContexts(order - 1, section.words[missing, :-1], found[missing])
        places = _sorted_places(section, contexts)
        contexts = contexts[places]
        nodes = slice(start, start + size)
        self.words[nodes] = section.words[:, -1][places]
        self.log_probs[nodes] = section.log_probs[places]
        self._set_backoffs(order, section.backoffs[places])
        kernels.link_children(contexts, int(self.starts[order - 1]), start, start, self.children)
        self.children[start + 1 :] = start + size

        def link(first: int, last: int) -> None:
            kernels.link_suffixes(self.words, self.children, self.suffixes, contexts, start, first, last)

        run_shards(link, shards)
        kernels.fill_missing(
            self.words, self.suffixes, self.log_probs, self.backoffs, contexts, start, self.children
        )
        return None

    def childless(self, order: int, least: float) -> Ints:
        """Return the words, (n, order), of contexts without children whose back-off is at least so large.

        Not those that end in ``</s>``: the next sentence begins there, whatever their back-off.
        """
        contexts = slice(int(self.starts[order]), int(self.starts[order + 1]))
        sizes = np.diff(self.children[contexts.start : contexts.stop + 1])
        weighty = (sizes == 0) & (np.abs(self.backoffs[contexts]) >= least)
        nodes = contexts.start + np.flatnonzero(weighty & (self.words[contexts] != SENTENCE_END))
        rows = np.empty((len(nodes), order), dtype=np.int32)
        for column in range(order - 1, -1, -1):
            rows[:, column] = self.words[nodes]
            nodes = np.searchsorted(self.children, nodes, side="right") - 1
        return rows

    def automaton(self) -> Automaton:
        """Return the finished automaton."""
        return Automaton(
            self.order,
            self.starts,
            self.words,
            self.children,
            self.suffixes,
            np.empty(0, dtype=np.int32),
            self.log_probs,
            self.backoffs,
        )

    def _set_backoffs(self, order: int, backoffs: NDArray[np.float64]) -> None:
        if order < self.order:
            self.backoffs[int(self.starts[order]) : int(self.starts[order + 1])] = backoffs


def _sorted_places(section: Section, contexts: Ints) -> slice | NDArray[np.int64]:
    """Return the places of the n-grams in the order of the nodes: by context, then by last word."""
    keys = contexts.astype(np.int64) << 32 | section.words[:, -1]
    if kernels.numbers_rise(keys):
        return slice(None)
    places = np.argsort(keys)
    repeat = kernels.first_repeat(keys[places])
    if repeat >= 0:
        first, second = sorted(int(place) for place in places[repeat - 1 : repeat + 1])
        raise RepeatedNgramError(section, first, second)
    return places
