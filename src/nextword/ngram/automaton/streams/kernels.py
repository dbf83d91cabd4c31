"""Walking the automaton in several places of a long text at once.

A walk waits for memory at every step, and each step needs the one before it; but sentences do not need each other.
So a thread reads many pieces of the text in turn, and the processor fetches for all of them while it computes.
"""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel
from nextword.ngram.automaton.kernels import bisect, children_of, suffix_of


@kernel
def walk_lanes(
    words: IntArray,
    children: IntArray,
    suffixes: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    initial: int,
    tokens: IntArray,
    bounds: IntArray,
    scores: FloatArray,
) -> int:
    """Read the pieces ``tokens[bounds[i]:bounds[i + 1]]``, whole sentences each, and write log P of each token.

    The scores are those of `walk`, to the last bit. In each turn a lane looks one word up in one context: it goes on
    with the next word if the context knows this one, else it pays and tries the next shorter context.
    """
    lanes = len(bounds) - 1
    place, stop = bounds[:-1].copy(), bounds[1:].copy()
    state = np.full(lanes, initial, dtype=np.int64)
    price = np.zeros(lanes)
    low, high = np.empty(lanes, dtype=np.int64), np.empty(lanes, dtype=np.int64)
    contexts = len(children) - 1
    touched = np.int64(0)  # returned, so that the loop that fetches is not optimised away
    while lanes > 0:
        for lane in range(lanes):
            low[lane], high[lane] = children_of(children, state[lane], len(words))
        for lane in range(lanes):
            if low[lane] < high[lane]:
                touched += words[(low[lane] + high[lane]) >> 1]
        for lane in range(lanes):
            context, word = state[lane], np.int64(tokens[place[lane]])
            if context == 0:
                child = 1 + word
            elif low[lane] == high[lane]:  # a context that never goes on costs nothing to leave
                state[lane] = suffix_of(suffixes, context)
                continue
            else:
                child = bisect(words, low[lane], high[lane], word)
                if child < 0:
                    price[lane] += backoffs[context]
                    state[lane] = suffix_of(suffixes, context)
                    continue
            scores[place[lane]] = price[lane] + log_probs[child]
            price[lane] = 0.0
            place[lane] += 1
            if word == 2:
                state[lane] = initial
            else:
                state[lane] = child if child < contexts else suffix_of(suffixes, child)
        lane = 0
        while lane < lanes:
            if place[lane] < stop[lane]:
                lane += 1
                continue
            lanes -= 1  # the last lane takes the place of one that has come to its end
            place[lane], stop[lane] = place[lanes], stop[lanes]
            state[lane], price[lane] = state[lanes], price[lanes]
    return touched
