"""Dropped words become ``<unk>``."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import BoolArray
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.pruning.rebuilding.rebuild import move, number
from nextword.ngram.pruning.rebuilding.shards import levels, over_contexts
from nextword.ngram.pruning.words import kernels


@dataclass(frozen=True, slots=True)
class _Unknown:
    """What is known of ``<unk>`` and the dropped words after each context, (contexts,)."""

    masses: NDArray[np.float64]
    seen: NDArray[np.int32]
    has_unknown: NDArray[np.bool_]
    inserted: NDArray[np.bool_]


def as_unknown(automaton: Automaton, kept_words: BoolArray) -> Automaton:
    """Return the automaton of some words, ``kept_words`` (V,), in which all others are ``<unk>``.

    Where dropped words were seen after a context of kept words, ``<unk>`` follows it as an n-gram. Then every
    probability and back-off weight of kept words stays as it is.
    """
    kept = np.ones(len(automaton.words), dtype=np.bool_)
    kept[1 : 1 + automaton.vocabulary_size] = kept_words
    for first, last in levels(automaton):
        over_contexts(
            automaton, first, last,
            lambda begin, end: kernels.keep_known(begin, end, automaton.words, automaton.children, kept_words, kept),
        )  # fmt: skip
    unknown = _gathered(automaton, kept_words)
    unknown.inserted[~kept[: len(unknown.inserted)]] = False
    numbering = number(automaton, kept, unknown.inserted)
    new_words = np.cumsum(kept_words, dtype=np.int32) - np.int32(1)
    parts = move(automaton, kept, numbering, automaton.backoffs, new_words)
    kernels.write_unknown(
        0, len(unknown.masses), kept, unknown.has_unknown, unknown.inserted,
        automaton.children, automaton.suffixes, unknown.masses, unknown.seen, numbering.begins,
        parts.words, parts.children, parts.suffixes, parts.counts, parts.log_probs, parts.backoffs,
    )  # fmt: skip
    return parts.automaton(numbering)


def _gathered(automaton: Automaton, kept_words: BoolArray) -> _Unknown:
    """Sum ``<unk>`` and the dropped words after every context, from the shortest to the longest."""
    contexts = len(automaton.backoffs)
    unknown = _Unknown(
        np.zeros(contexts),
        np.zeros(contexts, dtype=np.int32),
        np.zeros(contexts, dtype=np.bool_),
        np.zeros(contexts, dtype=np.bool_),
    )

    def gather(begin: int, end: int) -> None:
        kernels.gather_unknown(
            begin, end, automaton.words, automaton.children, automaton.suffixes, automaton.counts,
            automaton.log_probs, automaton.backoffs, kept_words,
            unknown.masses, unknown.seen, unknown.has_unknown, unknown.inserted,
        )  # fmt: skip

    for first, last in [(0, 1), *levels(automaton)]:
        over_contexts(automaton, first, last, gather)
    return unknown
