"""What dropped words leave behind, context by context."""

import numpy as np

from nextword.arrays import BoolArray, FloatArray, IntArray
from nextword.compile import kernel


@kernel
def keep_known(
    first: int, last: int, words: IntArray, children: IntArray, kept_words: BoolArray, kept: BoolArray
) -> None:
    """Mark the children of the contexts first..last, all of one order, that hold no dropped word."""
    for context in range(first, last):
        for node in range(children[context], children[context + 1]):
            kept[node] = kept[context] and kept_words[words[node]]


@kernel
def gather_unknown(
    first: int,
    last: int,
    words: IntArray,
    children: IntArray,
    suffixes: IntArray,
    counts: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    kept_words: BoolArray,
    masses: FloatArray,
    seen: IntArray,
    has_unknown: BoolArray,
    inserted: BoolArray,
) -> None:
    """Sum the probability of ``<unk>`` and of all dropped words after each context first..last, of one order.

    With B the words among them that were seen after h,

        u(h) = sum over w in B of p(w | h) + gamma(h) (u(h') - sum over w in B of p(w | h'))

    ``seen`` receives how often they were seen, ``has_unknown`` whether B is not empty, and ``inserted`` whether
    it is not and lacks ``<unk>``.
    """
    for context in range(first, last):
        own, shorter, times, here = 0.0, 0.0, 0, False
        for node in range(children[context], children[context + 1]):
            if words[node] == 0 or not kept_words[words[node]]:
                own += np.exp(log_probs[node])
                shorter += np.exp(log_probs[suffixes[node]])
                has_unknown[context] = True
                here = here or words[node] == 0
                if len(counts) > 0:
                    times += counts[node]
        # All the words are seen after the empty context.
        rest = max(0.0, masses[suffixes[context]] - shorter) if context > 0 else 0.0
        masses[context] = own + np.exp(backoffs[context]) * rest
        seen[context] = times
        inserted[context] = has_unknown[context] and not here


@kernel
def write_unknown(
    first: int,
    last: int,
    kept: BoolArray,
    has_unknown: BoolArray,
    inserted: BoolArray,
    children: IntArray,
    suffixes: IntArray,
    masses: FloatArray,
    seen: IntArray,
    begins: IntArray,
    moved_words: IntArray,
    moved_children: IntArray,
    moved_suffixes: IntArray,
    moved_counts: IntArray,
    moved_log_probs: FloatArray,
    moved_backoffs: FloatArray,
) -> None:
    """Write ``<unk>``, always the first child, after the kept contexts first..last in which it was gathered."""
    for context in range(first, last):
        if kept[context] and has_unknown[context]:
            node = begins[context]
            moved_words[node] = 0
            # After h' the same words were seen, so <unk> is the first child there too.
            moved_suffixes[node] = begins[suffixes[context]] if context > 0 else 0
            moved_log_probs[node] = min(0.0, np.log(masses[context]))
            if len(moved_counts) > 0:
                moved_counts[node] = seen[context]
            if inserted[context] and node < len(moved_backoffs):  # a context that nothing follows
                moved_children[node] = begins[children[context]]
                moved_backoffs[node] = 0.0
