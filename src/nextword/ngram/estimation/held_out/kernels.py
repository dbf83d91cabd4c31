"""Weights by held-out text: what each order makes of a token, the steps of EM, and the weights put to use."""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel


@kernel
def look_up(
    words: IntArray,
    children: IntArray,
    suffixes: IntArray,
    counts: IntArray,
    order: int,
    tokens: IntArray,
    ratios: FloatArray,
    totals: IntArray,
) -> None:
    """Write c(hw) / c(h) and c(h) of each token after each of its contexts that was seen, by the length of h.

    The tree of counts is read like the automaton: a state is the longest context that was seen.
    """
    initial, initial_length = (2, 1) if order > 1 else (0, 0)
    context, length = initial, initial_length
    for place in range(len(tokens)):
        word = tokens[place]
        longest, longest_length = -1, 0
        node = -1
        while True:
            if node >= 0:
                node = np.int64(suffixes[node])
            else:
                begin, end = np.int64(children[context]), np.int64(children[context + 1])
                found = begin + np.searchsorted(words[begin:end], word)
                if found < end and words[found] == word:
                    node = longest = found
                    longest_length = length + 1
            totals[place, length] = counts[context]
            ratios[place, length] = counts[node] / counts[context] if node >= 0 else 0.0
            if length == 0:
                break
            context = np.int64(suffixes[context])
            length -= 1
        context, length = longest, longest_length
        if word == 2:
            context, length = initial, initial_length
        while length > 0 and (length >= order or counts[context] == 0):
            context = np.int64(suffixes[context])
            length -= 1


@kernel
def leave_out(
    suffixes: IntArray,
    counts: IntArray,
    nodes: IntArray,
    contexts: IntArray,
    lengths: IntArray,
    ratios: FloatArray,
    totals: IntArray,
) -> None:
    """Write what `look_up` does for one occurrence of each of some n-grams, as if it had not been counted.

    That is (c(hw) - 1) / (c(h) - 1) and c(h) - 1; ``lengths`` are those of the ``contexts``.
    """
    for row in range(len(nodes)):
        node, context = np.int64(nodes[row]), np.int64(contexts[row])
        for length in range(lengths[row], -1, -1):
            total = counts[context] - 1
            totals[row, length] = total
            ratios[row, length] = (counts[node] - 1) / total if total > 0 else 0.0
            node, context = np.int64(suffixes[node]), np.int64(suffixes[context])


@kernel
def expect(
    ratios: FloatArray,
    slots: IntArray,
    tokens: FloatArray,
    uniform: float,
    weights: FloatArray,
    stopped: FloatArray,
    reached: FloatArray,
) -> float:
    """Return the log-likelihood of all tokens, and add up how often each weight decided, and to stop.

    A token comes from the longest context or, failing that, a shorter one: p(k) = weight r(k) + (1 - weight) p(k-1).
    Given the token, an order that is reached is where it came from with probability weight r(k) / p(k).
    """
    orders = ratios.shape[1]
    mixed = np.empty(orders + 1)
    log_likelihood = 0.0
    for row in range(len(ratios)):
        mixed[0] = uniform
        for k in range(orders):
            slot = slots[row, k]
            mixed[k + 1] = mixed[k]
            if slot >= 0:
                mixed[k + 1] = weights[slot] * ratios[row, k] + (1.0 - weights[slot]) * mixed[k]
        log_likelihood += tokens[row] * np.log(mixed[orders])
        reach = tokens[row]
        for k in range(orders - 1, -1, -1):
            slot = slots[row, k]
            if slot >= 0:
                reached[slot] += reach
                stopped[slot] += reach * weights[slot] * ratios[row, k] / mixed[k + 1]
                reach *= (1.0 - weights[slot]) * mixed[k] / mixed[k + 1]
    return log_likelihood


@kernel
def weigh(
    first: int,
    last: int,
    children: IntArray,
    adjusted: IntArray,
    occurrences: IntArray,
    threshold: int,
    lowest: IntArray,
    weights: FloatArray,
    probabilities: FloatArray,
    backoffs: FloatArray,
) -> None:
    """Estimate what follows the contexts first..last: weight c(hw) / c(h) + (1 - weight) p(w | shorter h).

    The weight is that of the last bucket whose ``lowest`` count c(h) reaches; what is pruned adds to the back-off.
    ``probabilities`` holds what the order below says, and then what this one does.
    """
    for context in range(first, last):
        begin, end = children[context], children[context + 1]
        total, pruned = 0, 0
        for node in range(begin, end):
            total += adjusted[node]
            if occurrences[node] <= threshold:
                pruned += adjusted[node]
        weight, own = 0.0, 0.0
        if total > 0:
            weight = weights[np.searchsorted(lowest, total, side="right") - 1]
            own = weight / total
        gamma = (1.0 - weight) + own * pruned
        backoffs[context] = gamma
        for node in range(begin, end):
            probabilities[node] = own * adjusted[node] + gamma * probabilities[node]
