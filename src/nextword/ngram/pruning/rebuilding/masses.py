"""What each context leaves for the words that were not seen after it."""

import numpy as np
from numpy.typing import NDArray

from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.pruning.rebuilding import kernels
from nextword.ngram.pruning.rebuilding.shards import levels, over_contexts


def unseen_masses(automaton: Automaton) -> NDArray[np.float64]:
    """Return unseen(h), (contexts,): the probability, after the shorter h', of all words not seen after h."""
    sums, unseen = np.empty(len(automaton.backoffs)), np.empty(len(automaton.backoffs))
    # After the empty context every word is seen.
    sums[0], unseen[0] = np.exp(automaton.log_probs[1 : 1 + automaton.vocabulary_size]).sum(), 0.0

    def fill(begin: int, end: int) -> None:
        kernels.unseen_masses(
            begin, end, automaton.children, automaton.suffixes, automaton.log_probs, automaton.backoffs,
            sums, unseen,
        )  # fmt: skip

    for first, last in levels(automaton):
        over_contexts(automaton, first, last, fill)
    return unseen
