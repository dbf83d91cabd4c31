"""What is drawn at random, as tables for the kernels."""

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.word2vec.drawing.kernels import fill_aliases
from nextword.errors import SettingError

ALWAYS = 1 << 32
ROWS_AT_ONCE = 1 << 12


def keep_probabilities(counts: NDArray[np.int64], sample: float) -> NDArray[np.float64]:
    """Return the probability with which each occurrence of a word is read, (V,).

    With f the share of a word in the text and t = ``sample``, that is (sqrt(f / t) + 1) t / f, at most 1: word2vec.c's
    formula, which is not quite that of Mikolov et al. 2013b.
    """
    if sample == 0:
        return np.ones(len(counts))
    share = np.maximum(counts, 1) / (counts.sum() * sample)  # f / t
    keep: NDArray[np.float64] = np.minimum((np.sqrt(share) + 1) / share, 1.0)
    return keep


def keep_thresholds(counts: NDArray[np.int64], sample: float) -> NDArray[np.uint64]:
    """Return 2^32 times these probabilities: 32 random bits below it read the word."""
    return np.round(keep_probabilities(counts, sample) * ALWAYS).astype(np.uint64)


def alias_table(counts: NDArray[np.int64], exponent: float) -> NDArray[np.uint64]:
    """Return the alias table by which words are drawn in proportion to their count to a power, (V,).

    Raises SettingError where the powers leave nothing to draw in proportion to.
    """
    logs = exponent * np.log(np.maximum(counts, 1))
    weights = np.where(counts > 0, np.exp(logs - logs.max()), 0.0)
    if not weights.sum() > 0:
        raise SettingError("there are no counts to draw negatives by; give every word a count")
    table = np.empty(len(counts), dtype=np.uint64)
    fill_aliases(weights * (len(counts) / weights.sum()), table)
    return table


def uniform_rows(rows: NDArray[np.float32], *seeds: int) -> None:
    """Fill rows with numbers drawn evenly from -1/E to 1/E, as gensim does (word2vec.c: half as wide)."""
    E = rows.shape[1]
    draw = np.random.default_rng(seeds)
    for first in range(0, len(rows), ROWS_AT_ONCE):  # the numbers need not all stand in memory twice
        part = rows[first : first + ROWS_AT_ONCE]
        part[:] = (2 * draw.random(part.shape, dtype=np.float32) - 1) / E
