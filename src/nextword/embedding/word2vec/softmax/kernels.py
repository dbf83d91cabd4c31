"""Which words stand in whose window: subsampled, and shrunk at random."""

import numpy as np
from numpy.typing import NDArray

from nextword.compile import kernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


@kernel
def scrambled(number: np.uint64) -> np.uint64:
    """Return 64 random-looking bits of a number: the finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    number = (number ^ (number >> np.uint64(30))) * _FIRST
    number = (number ^ (number >> np.uint64(27))) * _SECOND
    return number ^ (number >> np.uint64(31))


@kernel
def sentence_key(seed: int, epoch: int, sentence: int) -> np.uint64:
    """Return where a sentence's draws begin: the same however the text is cut into blocks and threads."""
    key = scrambled(np.uint64(seed) + _GOLDEN)
    key = scrambled(key + np.uint64(epoch) * _GOLDEN + np.uint64(1))
    return scrambled(key + np.uint64(sentence) * _GOLDEN + np.uint64(2))


@kernel
def uniform(key: np.uint64, place: int) -> float:
    """Return the draw of a place, at least 0 and below 1."""
    return np.float64(scrambled(key + np.uint64(place) * _GOLDEN) >> np.uint64(11)) * 2.0**-53


@kernel
def find_windows(
    tokens: NDArray[np.int32],
    sentence_bounds: NDArray[np.int64],
    first_sentence: int,
    keep: NDArray[np.float64],
    window: int,
    shrink: bool,
    seed: int,
    epoch: int,
    kept: NDArray[np.int32],
    centres: NDArray[np.int32],
    contexts: NDArray[np.int32],
    bounds: NDArray[np.int64],
) -> int:
    """Fill the centre words that have a context, their context words and where these begin; return how many.

    Each word w is kept with probability keep[w]; those dropped close up, so that windows widen. A window reaches
    ``window`` words, or with ``shrink`` a number drawn evenly from 1 to ``window``, to either side.
    """
    found = filled = 0
    for sentence in range(len(sentence_bounds) - 1):
        begin, end = sentence_bounds[sentence], sentence_bounds[sentence + 1]
        key = sentence_key(seed, epoch, first_sentence + sentence)
        length = 0
        for place in range(begin, end):
            if uniform(key, 2 * (place - begin)) < keep[tokens[place]]:
                kept[length] = tokens[place]
                length += 1
        for centre in range(length):
            reach = window
            if shrink:
                reach = 1 + int(uniform(key, 2 * centre + 1) * window)
            for place in range(max(0, centre - reach), min(length, centre + reach + 1)):
                if place != centre:
                    contexts[filled] = kept[place]
                    filled += 1
            if filled > bounds[found]:
                centres[found] = kept[centre]
                found += 1
                bounds[found] = filled
    return found
