"""Whether an n-gram model says what it must: probabilities that sum to one, or scores that are no more than one."""

import numpy as np

from nextword.arrays import FloatArray
from nextword.errors import ModelFormatError, shown
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.automaton.verify import RowSums, verify
from nextword.ngram.model import NgramModel, NgramState

EXACT, COMPACT, ROUNDED = 1e-9, 1e-6, 1e-3
"""How far the probabilities after a context may be from summing to one: as estimated, in codes, and in decimals.

ARPA files have four (CMU) to seven (KenLM, SRILM) digits, and each order adds the rounding of its own.
"""
MOST_QUESTIONS = 10_000
"""So many contexts are asked for their likeliest word; in a file with more doubtful ones, the rest is refused."""


def tolerance_of(model: NgramModel) -> float:
    """Return how far the rows of a model may be from summing to one."""
    if model.settings.get("source") == "arpa":
        return ROUNDED
    return COMPACT if model.settings.get("form") == "compact" else EXACT


def check_model(model: NgramModel) -> RowSums:
    """Verify a model's arrays and what they say; return the sums of its rows.

    Raises ModelFormatError for damaged arrays, for probabilities that do not sum to one after some context, and
    for scores above one.
    """
    sums = verify(model.automaton.expanded())
    if not model.is_distribution:
        check_scores(model, sums)
    elif not sums.error <= tolerance_of(model):
        raise ModelFormatError(describe_sum(model, sums))
    return sums


def describe_sum(model: NgramModel, sums: RowSums) -> str:
    """Say what the probabilities after the worst context sum to."""
    context = _words_of(model, sums.worst)
    where = f"after {context}" if context else "of the words alone"
    return f"the probabilities {where} sum to {sums.totals[sums.worst]:.9g}, not to 1"


def check_scores(model: NgramModel, sums: RowSums) -> None:
    """Raise ModelFormatError where some word has more than probability one after some context."""
    automaton, tolerance = model.automaton.expanded(), tolerance_of(model)
    doubtful = np.flatnonzero((_bounds(automaton) > tolerance) & ~(np.abs(sums.totals - 1.0) <= tolerance))
    for context in doubtful[:MOST_QUESTIONS]:
        words, scores = model.top_k(NgramState(np.array([context])), 1)
        if scores[0, 0] > tolerance:
            raise ModelFormatError(
                f"{shown(model.tokenizer.token(int(words[0, 0])))} after {_words_of(model, int(context))} has the"
                f" probability {np.exp(scores[0, 0]):.4g}, and none is above 1"
            )
    if len(doubtful) > MOST_QUESTIONS:
        raise ModelFormatError(
            f"{len(doubtful):,} contexts have back-off weights that may lift probabilities above 1"
        )


def _bounds(automaton: Automaton) -> FloatArray:
    """Return what no score after a context is above, (contexts,): its own, or its price and the shorter one's."""
    bounds = np.zeros(len(automaton.backoffs))
    for order in range(automaton.order):
        contexts = slice(int(automaton.starts[order]), int(automaton.starts[order + 1]))
        sizes = np.diff(automaton.children[contexts.start : contexts.stop + 1])
        begins = automaton.children[contexts.start : contexts.stop][sizes > 0]
        bound = np.full(len(sizes), -np.inf)
        if len(begins):
            last = int(automaton.children[contexts.stop])
            bound[sizes > 0] = np.maximum.reduceat(automaton.log_probs[:last], begins)
        if order > 0:
            shorter = bounds[automaton.suffixes[contexts]]
            with np.errstate(over="ignore"):  # a damaged file may hold the largest numbers there are
                bound = np.maximum(bound, automaton.backoffs[contexts] + shorter)
        bounds[contexts] = bound
    return bounds


def _words_of(model: NgramModel, node: int) -> str:
    words = [model.tokenizer.token(word) for word in model.automaton.path(node)]
    return shown(" ".join(words)) if words else ""
