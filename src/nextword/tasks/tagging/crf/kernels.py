"""The best path through a chain of tags, and the weight of all paths together.

A path y(1) ... y(T) through scores e(t, k) of each word and tag weighs exp of

    s(y) = start(y1) + sum_t e(t, yt) + sum_t steps(y(t-1), yt) + end(yT)

Of N words, the sentences lie one after the other: words starts[s] to starts[s + 1] are those of sentence s, of S. There
are K tags.
"""

from typing import TYPE_CHECKING

import numpy as np

from nextword.compile import kernel

if TYPE_CHECKING:
    from nextword.arrays import FloatArray, IntArray

_NEVER = -np.inf


@kernel
def best_paths(
    scores: "FloatArray",
    starts: "IntArray",
    steps: "FloatArray",
    start: "FloatArray",
    end: "FloatArray",
    best: "IntArray",
    weights: "FloatArray",
) -> None:
    """Write the path of most weight to ``best`` (N,), and s of it to ``weights`` (S,): Viterbi (1967).

    ``scores`` is (N, K) over all words, ``steps`` (K, K) with a row for the tag before. Equals go to the first tag.
    """
    size = scores.shape[1]
    longest = 1
    for sentence in range(len(starts) - 1):
        longest = max(longest, starts[sentence + 1] - starts[sentence])
    came_from = np.zeros((longest, size), np.int32)
    weight, after = np.zeros(size), np.zeros(size)
    for sentence in range(len(starts) - 1):
        begin, T = starts[sentence], starts[sentence + 1] - starts[sentence]
        if T == 0:
            weights[sentence] = 0.0
            continue
        for k in range(size):
            weight[k] = start[k] + scores[begin, k]
        for t in range(1, T):
            # The best way to tag k at t is the best way to some tag at t - 1, and one step from there.
            for k in range(size):
                most, which = _NEVER, 0
                for before in range(size):
                    way = weight[before] + steps[before, k]
                    if way > most:
                        most, which = way, before
                after[k] = most + scores[begin + t, k]
                came_from[t, k] = which
            weight, after = after, weight
        most, which = _NEVER, 0
        for k in range(size):
            if weight[k] + end[k] > most:
                most, which = weight[k] + end[k], k
        weights[sentence] = most
        for t in range(T - 1, -1, -1):
            best[begin + t] = which
            which = came_from[t, which]


@kernel
def all_paths(
    scores: "FloatArray",
    starts: "IntArray",
    steps: "FloatArray",
    start: "FloatArray",
    end: "FloatArray",
    log_totals: "FloatArray",
    marginals: "FloatArray",
    step_counts: "FloatArray",
) -> None:
    """Write log of the weight of all paths (S,), P(tag k at t) (N, K), and add up the steps expected (K, K).

    The marginals are the gradient of the log-weight by the scores, the counts of steps its gradient by ``steps``.
    A weight is kept as a logarithm, and summed as exp of what is left after the largest was taken away: K exponentials
    a word, not K times K, since exp(steps) is the same for all words.
    """
    size = scores.shape[1]
    longest = 1
    for sentence in range(len(starts) - 1):
        longest = max(longest, starts[sentence + 1] - starts[sentence])
    # exp(steps - their largest): no sum overflows.
    top = _NEVER
    for before in range(size):
        for k in range(size):
            top = max(top, steps[before, k])
    if top == _NEVER:
        top = 0.0
    factors = np.exp(steps - top)
    transposed = np.ascontiguousarray(factors.T)
    forward, shares = np.zeros((longest, size)), np.zeros((longest, size))
    behind, rest = np.zeros(size), np.zeros(size)
    for sentence in range(len(starts) - 1):
        begin, T = starts[sentence], starts[sentence + 1] - starts[sentence]
        if T == 0:
            log_totals[sentence] = 0.0
            continue
        # forward(t, k) = log of the weight of all ways to tag k at t, its score included
        # shares(t, k) = the same without the logarithm, over the largest of them
        for k in range(size):
            forward[0, k] = start[k] + scores[begin, k]
        for t in range(1, T):
            most = _largest(forward[t - 1])
            for k in range(size):
                shares[t - 1, k] = np.exp(forward[t - 1, k] - most)
            for k in range(size):
                total = 0.0
                for before in range(size):
                    total += shares[t - 1, before] * transposed[k, before]
                forward[t, k] = most + top + np.log(total) + scores[begin + t, k]
        for k in range(size):
            behind[k] = end[k]
        most = _largest(forward[T - 1] + end)
        total = 0.0
        for k in range(size):
            total += np.exp(forward[T - 1, k] + end[k] - most)
        log_total = most + np.log(total)
        log_totals[sentence] = log_total
        # behind(k) = log of the weight of all ways on from tag k at t, its score not included
        for t in range(T - 1, -1, -1):
            for k in range(size):
                marginals[begin + t, k] = np.exp(forward[t, k] + behind[k] - log_total)
            if t == 0:
                break
            # P(before at t - 1, k at t) = exp(forward(t - 1, before) + steps + score + behind(k) - log_total)
            most = _largest(forward[t - 1])
            ahead = _NEVER
            for k in range(size):
                rest[k] = scores[begin + t, k] + behind[k]
                ahead = max(ahead, rest[k])
            scale = np.exp(most + top + ahead - log_total)
            for k in range(size):
                rest[k] = np.exp(rest[k] - ahead)
            for before in range(size):
                share = shares[t - 1, before] * scale
                total = 0.0
                for k in range(size):
                    way = factors[before, k] * rest[k]
                    total += way
                    step_counts[before, k] += share * way
                behind[before] = ahead + top + np.log(total)


@kernel
def _largest(values: "FloatArray") -> float:
    most = values[0]
    for value in values:
        most = max(most, value)
    return most
