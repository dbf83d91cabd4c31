"""Backing off: a seen word has its share of the context's count, an unseen one asks the shorter context."""

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel

CANCELLATION = 0.01
"""One less a sum so near to one has lost digits: what is left is then summed itself."""


@kernel
def discount(
    first: int,
    last: int,
    children: IntArray,
    adjusted: IntArray,
    occurrences: IntArray,
    threshold: int,
    ratios: FloatArray,
    types: int,
    probabilities: FloatArray,
    backoffs: FloatArray,
) -> None:
    """Discount what follows the contexts first..last; ``backoffs`` receives what is left for unseen words.

    p(w | h) = d(c) c / c(h) for the words kept, with c = c(hw) and d = ``ratios``, the last for all larger counts;
    0 marks the others. If nothing is left, c(h) + 1 takes the place of c(h); if all ``types`` are seen, the
    sum of their counts.
    """
    largest = len(ratios) - 1
    for context in range(first, last):
        begin, end = children[context], children[context + 1]
        total, kept, left, seen = 0.0, 0.0, 0.0, 0
        for node in range(begin, end):
            count = adjusted[node]
            total += count
            if count > 0 and occurrences[node] > threshold:
                seen += 1
                kept += count
                left += (1.0 - ratios[min(count, largest)]) * count
            else:
                left += count
        takes_nothing = seen == types
        if takes_nothing:
            total, left = kept, 0.0
        elif left == 0.0:
            total, left = total + 1.0, 1.0
        backoffs[context] = left / total
        for node in range(begin, end):
            count = adjusted[node]
            if count > 0 and occurrences[node] > threshold:
                ratio = 1.0 if takes_nothing else ratios[min(count, largest)]
                probabilities[node] = ratio * count / total
            else:
                probabilities[node] = 0.0


@kernel
def back_off(
    first: int,
    last: int,
    children: IntArray,
    suffixes: IntArray,
    shorter_probabilities: FloatArray,
    offset: int,
    probabilities: FloatArray,
    backoffs: FloatArray,
) -> None:
    """Divide what the contexts first..last have left by what it is to be shared over.

    alpha(h) = left(h) / (1 - sum over seen w of p(w | shorter h)). Where that sum is nearly one, the denominator is
    summed without cancellation: left(shorter h), and p(w | shorter h) of what it has seen and h has not.
    ``shorter_probabilities`` are those p(w | shorter h) of the order's n-grams, from node ``offset`` on.
    """
    for context in range(first, last):
        begin, end = children[context], children[context + 1]
        share = 1.0
        for node in range(begin, end):
            if probabilities[node] > 0.0:
                share -= shorter_probabilities[node - offset]
        if share < CANCELLATION:
            shorter = suffixes[context]
            share = backoffs[shorter]
            node = begin
            for other in range(children[shorter], children[shorter + 1]):
                while node < end and suffixes[node] < other:
                    node += 1
                if node == end or suffixes[node] != other or probabilities[node] == 0.0:
                    share += probabilities[other]
        left = backoffs[context]
        backoffs[context] = left / share if left > 0.0 else 1.0


@kernel
def rate(
    first: int,
    last: int,
    children: IntArray,
    adjusted: IntArray,
    occurrences: IntArray,
    threshold: int,
    alpha: float,
    probabilities: FloatArray,
    backoffs: FloatArray,
) -> None:
    """Rate what follows the contexts first..last: S(w | h) = c(hw) / c(h), or alpha S(w | shorter h) if unseen.

    ``probabilities`` holds what the order below says, and then what this one does. A context of which nothing is kept
    is passed over at no cost. What is to be pruned is rated too: the automaton leaves it out, and with it its rating.
    """
    for context in range(first, last):
        begin, end = children[context], children[context + 1]
        total, is_kept = 0.0, False
        for node in range(begin, end):
            total += adjusted[node]
            is_kept |= occurrences[node] > threshold
        backoffs[context] = alpha if is_kept else 1.0
        for node in range(begin, end):
            count = adjusted[node]
            probabilities[node] = count / total if count > 0 else alpha * probabilities[node]
