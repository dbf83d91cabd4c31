"""The examples of a block of sentences."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.word2vec.plan import Plan
from nextword.embedding.word2vec.sentences.text import Sentences
from nextword.embedding.word2vec.softmax.kernels import find_windows


class Windows(NamedTuple):
    """Centre words with their contexts: word b stands among ``contexts[bounds[b]:bounds[b + 1]]``."""

    centres: NDArray[np.int32]
    """(B,)"""
    contexts: NDArray[np.int32]
    bounds: NDArray[np.int64]
    """(B + 1,)"""


def draw_windows(
    sentences: Sentences, first: int, last: int, plan: Plan, epoch: int = 0, sentences_before: int = 0
) -> Windows:
    """Return the centre words of the sentences first..last that have a context, each with its context.

    Which words are read and how far each window reaches is drawn as for the other objectives, by the seed, the epoch
    and ``sentences_before`` + the number of the sentence.
    """
    lengths = np.diff(sentences.bounds[first : last + 1])
    total, longest = int(lengths.sum()), int(lengths.max(initial=0))
    kept, centres = np.empty(longest + 1, np.int64), np.empty(total, np.int32)
    reach = min(plan.window, longest)
    contexts, bounds = np.empty(2 * reach * total, np.int32), np.zeros(total + 1, np.int64)
    reached = np.empty(2 * reach + 1, np.int64)
    found = find_windows(
        sentences.words, sentences.bounds, first, last, plan, epoch, sentences_before, kept, reached, centres,
        contexts, bounds,
    )  # fmt: skip
    return Windows(centres[:found], contexts[: bounds[found]].copy(), bounds[: found + 1])
