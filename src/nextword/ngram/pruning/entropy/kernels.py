"""What removing each n-gram alone would cost: Stolcke's relative entropy, for all n-grams of a model."""

import numpy as np

from nextword.arrays import BoolArray, FloatArray, IntArray
from nextword.compile import kernel


@kernel
def chain_rule(
    first: int, last: int, children: IntArray, log_probs: FloatArray, context_log_probs: FloatArray
) -> None:
    """Write log p(hw) = log p(h) + log p(w | h) for those children of the contexts first..last that are contexts."""
    for context in range(first, last):
        for node in range(children[context], min(children[context + 1], len(context_log_probs))):
            context_log_probs[node] = context_log_probs[context] + log_probs[node]


@kernel
def perplexity_changes(
    first: int,
    last: int,
    children: IntArray,
    suffixes: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    unseen: FloatArray,
    context_log_probs: FloatArray,
    changes: FloatArray,
) -> None:
    """Write exp(D) - 1 for the n-grams hw that continue the contexts first..last.

    Without hw the weight gamma(h) becomes gamma'(h), and the model diverges from the one with it by

        gamma'(h) = (gamma(h) unseen(h) + p(w | h)) / (unseen(h) + p(w | h'))
        D = p(h) (p(w | h) log(p(w | h) / (gamma'(h) p(w | h'))) + gamma(h) unseen(h) log(gamma(h) / gamma'(h)))

    Stolcke, "Entropy-based pruning of backoff language models" (1998), equations 1 to 6.
    """
    for context in range(first, last):
        weight = np.exp(context_log_probs[context])
        left_shorter = unseen[context]
        left = np.exp(backoffs[context]) * left_shorter
        for node in range(children[context], children[context + 1]):
            log_prob, log_prob_shorter = log_probs[node], log_probs[suffixes[node]]
            prob, prob_shorter = np.exp(log_prob), np.exp(log_prob_shorter)
            if left > 0.0:
                # log1p: one rare word hardly moves a large rest.
                rise = np.log1p(prob / left) - np.log1p(prob_shorter / left_shorter)
                log_backoff = backoffs[context] + rise
            else:
                rise = 0.0
                log_backoff = np.log(prob / (left_shorter + prob_shorter))
            divergence = -left * rise
            if prob > 0.0:
                divergence += prob * (log_prob - log_prob_shorter - log_backoff)
            changes[node] = max(0.0, np.expm1(weight * divergence)) if weight > 0.0 else 0.0


@kernel
def hand_down(children: IntArray, suffixes: IntArray, values: FloatArray | BoolArray) -> None:
    """Raise every node's value to the largest of the nodes that need it: those it is the prefix or suffix of.

    These have larger numbers, so one pass from the last node to the first is enough.
    """
    for context in range(len(children) - 2, -1, -1):
        for node in range(children[context], children[context + 1]):
            value = values[node]
            if value > values[context]:
                values[context] = value
            suffix = suffixes[node]
            if value > values[suffix]:
                values[suffix] = value
