"""From the compact automaton back to one array entry a node, for what reads all n-grams in turn."""

from typing import TYPE_CHECKING

import numpy as np

from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.compact.building import kernels

if TYPE_CHECKING:
    from nextword.ngram.compact.automaton import CompactAutomaton


def expanded(compact: "CompactAutomaton") -> Automaton:
    """Return the automaton with the same n-grams, probabilities and back-off weights; counts are not known."""
    starts, tables = compact.starts, compact.tables
    nodes, known, contexts = int(starts[-1]), int(starts[2]), compact.contexts
    words = np.zeros(nodes, dtype=np.int32)
    words[1:known] = np.arange(known - 1)
    codes = np.empty(nodes - known, dtype=np.uint8)
    kernels.unpack(tables, words[known:], codes)
    children = np.empty(contexts + 1, dtype=np.int32)
    children[0] = 1
    ends = np.flatnonzero(np.unpackbits(tables.bits.view(np.uint8), bitorder="little"))
    children[1] = known
    children[2:] = known + ends - np.arange(len(ends))  # before an end lie the other ends, and children
    suffixes = np.zeros(nodes, dtype=np.int32)
    probabilities, backoffs = np.empty(nodes), np.zeros(contexts)
    probabilities[0], probabilities[1:known] = 1 / max(1, known - 2), tables.unigrams
    for length in range(1, compact.order):
        first, last = int(starts[length]), int(starts[length + 1])
        kernels.link(words, children, suffixes, first, last)
        books = (length - 1) << 8
        kernels.expand(tables, children, suffixes, codes, first, last, books, probabilities, backoffs)
    with np.errstate(divide="ignore", invalid="ignore"):
        np.log(probabilities, out=probabilities)
        np.log(backoffs[1:], out=backoffs[1:])
    no_counts = np.empty(0, dtype=np.int32)
    return Automaton(compact.order, starts, words, children, suffixes, no_counts, probabilities, backoffs)
