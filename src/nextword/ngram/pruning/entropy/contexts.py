"""How probable each context is: from the counts, or from the model itself."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nextword.errors import SettingError
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.pruning.entropy import kernels
from nextword.ngram.pruning.rebuilding.shards import levels, over_contexts
from nextword.text.vocabulary import SENTENCE_END, SENTENCE_START

ContextProbability = Literal["counts", "model"]
"""Where p(h) comes from: how often h was seen, or the product of the model's own probabilities of its words."""


def choose(automaton: Automaton, wanted: ContextProbability | None) -> ContextProbability:
    """Return where p(h) comes from: as wanted, else the counts where the model has them.

    Raises SettingError for counts that the model does not have.
    """
    if wanted not in (None, "counts", "model"):
        raise SettingError(f"context probabilities come from counts or model, got {wanted!r}")
    if wanted == "counts" and len(automaton.counts) == 0:
        raise SettingError(
            "the model has no counts to take context probabilities from, as one from an ARPA file; take the model's"
        )
    return wanted or ("counts" if len(automaton.counts) else "model")


def context_log_probs(automaton: Automaton, source: ContextProbability) -> NDArray[np.float64]:
    """Return log p(h), (contexts,): the share of the text's tokens that stand after h."""
    if source == "counts":
        counts = automaton.counts[: len(automaton.backoffs)].astype(np.float64)
        with np.errstate(divide="ignore"):
            return np.log(counts / max(1.0, float(counts[0])))
    return _chain_rule(automaton)


def _chain_rule(automaton: Automaton) -> NDArray[np.float64]:
    """Return log p(h) = log p(h1) + log p(h2 | h1) + ..., with p(</s>) for ``<s>``, which is never predicted."""
    log_probs = np.zeros(len(automaton.backoffs))
    if automaton.order == 1:
        return log_probs
    words = slice(1, 1 + automaton.vocabulary_size)
    log_probs[words] = automaton.log_probs[words]
    log_probs[1 + SENTENCE_START] = log_probs[1 + SENTENCE_END]

    def fill(begin: int, end: int) -> None:
        kernels.chain_rule(begin, end, automaton.children, automaton.log_probs, log_probs)

    for first, last in levels(automaton):
        over_contexts(automaton, first, last, fill)
    return log_probs
