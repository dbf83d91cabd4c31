"""The examples of a block of sentences."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.word2vec.softmax.kernels import find_windows


class Windows(NamedTuple):
    """Centre words with their contexts: word b stands among ``contexts[bounds[b]:bounds[b + 1]]``."""

    centres: NDArray[np.int32]
    """(B,)"""
    contexts: NDArray[np.int32]
    bounds: NDArray[np.int64]
    """(B + 1,)"""


def draw_windows(
    tokens: NDArray[np.int32],
    sentence_bounds: NDArray[np.int64],
    keep: NDArray[np.float64],
    window: int,
    *,
    shrink: bool = True,
    seed: int = 1,
    epoch: int = 0,
    first_sentence: int = 0,
) -> Windows:
    """Return the centre words of some sentences that have a context, each with its context.

    Sentence s is ``tokens[sentence_bounds[s]:sentence_bounds[s + 1]]``, number ``first_sentence`` + s of the text.
    ``keep``, (V,), is the probability with which subsampling keeps each word. The draws depend on nothing but the seed,
    the epoch, the number of the sentence and the place in it, so neither blocks nor threads change them.

    >>> windows = draw_windows(np.array([5, 6, 7], np.int32), np.array([0, 3]), np.ones(8), 1, shrink=False)
    >>> windows.centres.tolist(), windows.contexts.tolist(), windows.bounds.tolist()
    ([5, 6, 7], [6, 5, 7, 6], [0, 1, 3, 4])
    """
    total = len(tokens)
    longest = int(np.diff(sentence_bounds).max(initial=0))
    kept, centres = np.empty(longest, np.int32), np.empty(total, np.int32)
    reach = min(window, longest)
    contexts, bounds = np.empty(2 * reach * total, np.int32), np.zeros(total + 1, np.int64)
    found = find_windows(
        tokens,
        sentence_bounds.astype(np.int64),
        first_sentence,
        keep,
        window,
        shrink,
        seed,
        epoch,
        kept,
        centres,
        contexts,
        bounds,
    )
    return Windows(centres[:found], contexts[: bounds[found]].copy(), bounds[: found + 1])
