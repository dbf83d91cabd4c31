"""The price of every n-gram."""

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.pruning.entropy import kernels
from nextword.ngram.pruning.entropy.contexts import ContextProbability, context_log_probs
from nextword.ngram.pruning.rebuilding.shards import over_contexts


def perplexity_changes(
    automaton: Automaton, unseen: FloatArray, source: ContextProbability
) -> NDArray[np.float64]:
    """Return, (nodes,), by what part the perplexity would rise if each n-gram alone were removed.

    That is exp(D) - 1, with D the relative entropy between the model and the model without the n-gram (Stolcke
    1998). The empty n-gram and the words, which stay, have infinity. ``unseen`` is of `unseen_masses`.
    """
    changes = np.full(len(automaton.words), np.inf)
    weights = context_log_probs(automaton, source)

    def fill(begin: int, end: int) -> None:
        kernels.perplexity_changes(
            begin, end, automaton.children, automaton.suffixes, automaton.log_probs, automaton.backoffs,
            unseen, weights, changes,
        )  # fmt: skip

    over_contexts(automaton, 1, len(automaton.backoffs), fill)
    return changes


def prices(automaton: Automaton, unseen: FloatArray, source: ContextProbability) -> NDArray[np.float64]:
    """Return, (nodes,), the threshold from which on each n-gram goes: the largest change of all that need it.

    An n-gram is needed by those it is the prefix or the suffix of: without it they could not be reached.
    """
    values = perplexity_changes(automaton, unseen, source)
    kernels.hand_down(automaton.children, automaton.suffixes, values)
    return values
