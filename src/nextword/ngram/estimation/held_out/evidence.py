"""What a text says of the weights: for every token, what each order alone makes of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import IntArray, TokenIds
from nextword.errors import InputError, VocabularyError
from nextword.ngram.counting.counts import NgramCounts
from nextword.ngram.estimation.held_out import kernels
from nextword.text.vocabulary import SENTENCE_START

LEFT_OUT = 200_000
"""About so many different n-grams of the training text are left out, one at a time; more change no weight."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """R tokens, or groups of equal tokens, as the N orders see them."""

    ratios: NDArray[np.float64]
    """(R, N): c(hw) / c(h) with h of 0 to N - 1 words."""
    totals: NDArray[np.int32]
    """(R, N): c(h), 0 where h was not seen and so says nothing."""
    tokens: NDArray[np.float64]
    """(R,): how many tokens a row stands for."""


def read_evidence(counts: NgramCounts, ids: TokenIds) -> Evidence:
    """Look the tokens of a held-out text up among the counts.

    Raises InputError for a text without tokens, VocabularyError for ids outside the vocabulary.
    """
    ids = np.asarray(ids)
    if len(ids) == 0:
        raise InputError("the held-out text has 0 tokens; give a text with at least one line")
    if int(ids.min()) < 0 or int(ids.max()) >= counts.vocabulary_size:
        raise VocabularyError(
            f"ids of held-out text go from 0 to {counts.vocabulary_size - 1}, got {ids.min()} to {ids.max()}"
        )
    ratios, totals = _tables(len(ids), counts.order)
    kernels.look_up(
        counts.words, counts.children, counts.suffixes, counts.counts, counts.order, ids, ratios, totals
    )
    return Evidence(ratios, totals, np.ones(len(ids)))


def leave_one_out(counts: NgramCounts, most: int = LEFT_OUT) -> Evidence:
    """Look up each token of the training text among the counts of all the others.

    Tokens with the same context are alike, so a row is an n-gram and stands for as many tokens as it has been seen.
    Of more than ``most`` n-grams, every second, third, ... is taken.
    """
    nodes = _longest_ngrams(counts, most)
    contexts = np.searchsorted(counts.children, nodes, side="right") - 1
    lengths = np.searchsorted(counts.starts, nodes, side="right") - 2
    ratios, totals = _tables(len(nodes), counts.order)
    kernels.leave_out(counts.suffixes, counts.counts, nodes, contexts, lengths, ratios, totals)
    return Evidence(ratios, totals, counts.counts[nodes].astype(np.float64))


def _longest_ngrams(counts: NgramCounts, most: int) -> IntArray:
    """Return the n-grams that tokens complete with all the context they have: full, or from a sentence's start."""
    parts = [counts.sentence_starts(order) for order in range(2, counts.order)] + [counts.nodes(counts.order)]
    step = -(-sum(part.stop - part.start for part in parts) // most)
    nodes = np.concatenate([np.arange(part.start, part.stop, step) for part in parts])
    tokens: IntArray = nodes[(counts.counts[nodes] > 0) & (nodes != 1 + SENTENCE_START)]
    return tokens


def _tables(rows: int, order: int) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    return np.zeros((rows, order)), np.zeros((rows, order), dtype=np.int32)
