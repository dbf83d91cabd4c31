"""From what is kept to an automaton."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import BoolArray, FloatArray, IntArray
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.pruning.rebuilding import kernels
from nextword.ngram.pruning.rebuilding.shards import over_contexts


@dataclass(frozen=True, slots=True)
class Numbering:
    """The new numbers of the nodes that are kept."""

    renumbered: NDArray[np.int32]
    """(nodes,): the number of each node, of a dropped one the number of the next."""
    begins: NDArray[np.int32]
    """(contexts + 1,): the number of each context's first child; the last is the number of nodes."""
    starts: NDArray[np.int64]
    """(order + 2,): the orders of the new automaton, which ends with the last order that has n-grams."""

    @property
    def order(self) -> int:
        """The longest n-gram that is kept."""
        return len(self.starts) - 2


@dataclass(frozen=True, slots=True)
class Parts:
    """The arrays of an automaton that is being made; their meaning is that of `Automaton`."""

    words: NDArray[np.int32]
    children: NDArray[np.int32]
    suffixes: NDArray[np.int32]
    counts: NDArray[np.int32]
    log_probs: NDArray[np.float64]
    backoffs: NDArray[np.float64]

    def automaton(self, numbering: Numbering) -> Automaton:
        """Return the finished automaton."""
        return Automaton(
            numbering.order, numbering.starts, self.words, self.children, self.suffixes, self.counts,
            self.log_probs, self.backoffs,
        )  # fmt: skip


def without(automaton: Automaton, kept: BoolArray, unseen: FloatArray) -> Automaton:
    """Return the automaton of the nodes that are ``kept``, each context's row with the sum that it had.

    Where nothing is left to a context, its shorter one's row is its own.

    ``kept`` (nodes,) holds the words, and with every node its prefix and its suffix; ``unseen`` is of
    `unseen_masses`.
    """
    if np.all(kept):
        return automaton
    backoffs = np.empty(len(automaton.backoffs))

    def renormalise(begin: int, end: int) -> None:
        kernels.renormalise(
            begin, end, automaton.children, automaton.suffixes, automaton.log_probs, automaton.backoffs,
            kept, unseen, backoffs,
        )  # fmt: skip

    over_contexts(automaton, 0, len(backoffs), renormalise)
    numbering = number(automaton, kept, np.zeros(len(backoffs), dtype=np.bool_))
    words = np.arange(automaton.vocabulary_size, dtype=np.int32)
    return move(automaton, kept, numbering, backoffs, words).automaton(numbering)


def number(automaton: Automaton, kept: BoolArray, inserted: BoolArray) -> Numbering:
    """Number what is kept; each ``inserted`` context (contexts,) gets a new first child."""
    renumbered = np.empty(len(automaton.words), dtype=np.int32)
    begins = np.empty(len(automaton.backoffs) + 1, dtype=np.int32)
    kernels.renumber(automaton.children, kept, inserted, renumbered, begins)
    starts = np.append([0], begins[automaton.starts[:-1]]).astype(np.int64)
    longest = max(1, int(np.count_nonzero(np.diff(starts))) - 1)  # the root is no order
    return Numbering(renumbered, begins, starts[: longest + 2])


def move(
    automaton: Automaton, kept: BoolArray, numbering: Numbering, backoffs: FloatArray, new_words: IntArray
) -> Parts:
    """Copy what is kept to its new place."""
    nodes, contexts = int(numbering.starts[-1]), int(numbering.starts[-2])
    parts = Parts(
        words=np.empty(nodes, dtype=np.int32),
        children=np.full(contexts + 1, nodes, dtype=np.int32),
        suffixes=np.empty(nodes, dtype=np.int32),
        counts=np.empty(nodes if len(automaton.counts) else 0, dtype=np.int32),
        log_probs=np.empty(nodes),
        backoffs=np.empty(contexts),
    )

    def move_some(begin: int, end: int) -> None:
        kernels.move_contexts(
            begin, end, kept, numbering.renumbered, numbering.begins, backoffs, parts.children, parts.backoffs
        )
        first = int(automaton.children[begin]) if begin else 0
        kernels.move_nodes(
            first, int(automaton.children[end]), kept, numbering.renumbered, new_words,
            automaton.words, automaton.suffixes, automaton.counts, automaton.log_probs,
            parts.words, parts.suffixes, parts.counts, parts.log_probs,
        )  # fmt: skip

    over_contexts(automaton, 0, len(automaton.backoffs), move_some)
    return parts
