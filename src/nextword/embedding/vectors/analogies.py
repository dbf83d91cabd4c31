"""a is to b as c is to what? Thousands of such questions at once."""

from functools import partial
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import IntArray
from nextword.compile import available_threads, run_shards, shard_bounds
from nextword.embedding.vectors.neighbours import SMALLEST_DIVISOR
from nextword.embedding.vectors.search import NO_ROW, Directions, Vectors, unit
from nextword.errors import SettingError, shown

Method = Literal["add", "mul"]
"""3CosAdd: cos(d, b) - cos(d, a) + cos(d, c); 3CosMul: cosines brought to 0..1, (d, b) (d, c) / (d, a)."""
TABLE_CELLS = 1 << 24
"""The cosines of the questions' words to a block of answers are at most so many numbers (64 MiB)."""
BLOCK = 4096
QUESTIONS_AT_ONCE = 256


def answer_analogies(
    directions: Directions,
    questions: IntArray,
    *,
    candidates: int | None = None,
    method: Method = "add",
    folded: IntArray | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the best answer's row (Q,) to each question (Q, 3) of the rows a, b, c, and its score (Q,).

    Answers are the first ``candidates`` rows without the three words of the question, and without the rows that
    ``folded`` (candidates,) gives the same number as one of them: other spellings. Where there is none, -1 and -inf.

    Either method is a sum over the words of a question, of cosines or of their logarithms, so the cosines are computed
    once for each different word and not for each question (3CosAdd: Mikolov et al. 2013; 3CosMul: Levy and Goldberg
    2014, equation 4).
    """
    if method not in get_args(Method):
        raise SettingError(f"the method can be {' or '.join(get_args(Method))}, got {shown(method)}")
    total = len(directions.vectors) if candidates is None else min(candidates, len(directions.vectors))
    numbers = np.arange(len(directions.vectors)) if folded is None else folded
    asked = _Questions(questions)
    units = unit(directions.vectors[asked.words])
    width = max(1, min(BLOCK, TABLE_CELLS // max(1, len(asked.words))))
    for low in range(0, total, width):
        high = min(low + width, total)
        plus, minus = _terms(directions.similarities(units, low, high), method)  # (W, n) each
        plus[:, directions.scales[low:high] == 0] = -np.inf
        is_own = numbers[asked.words][:, None] == numbers[low:high]
        plus[is_own], minus[is_own] = -np.inf, np.inf
        run_shards(partial(asked.answer, low, plus, minus), shard_bounds(asked.n_pairs, available_threads()))
    return asked.rows, asked.scores if method == "add" else np.exp(asked.scores)


class _Questions:
    """Questions grouped by their first two words, which many share, and the best answers so far."""

    def __init__(self, questions: IntArray) -> None:
        self.words, places = np.unique(questions, return_inverse=True)  # (W,), (Q, 3)
        self._places = places.reshape(-1, 3)
        self._pairs, pair_of = np.unique(self._places[:, :2], axis=0, return_inverse=True)  # (P, 2), (Q,)
        pair_of = pair_of.reshape(-1)
        self.n_pairs = len(self._pairs)
        self._ends = np.cumsum(np.bincount(pair_of, minlength=self.n_pairs))
        self._order = np.argsort(pair_of, kind="stable")
        self.rows = np.full(len(questions), NO_ROW, dtype=np.int64)
        self.scores = np.full(len(questions), -np.inf, dtype=np.float32)

    def answer(self, low: int, plus: Vectors, minus: Vectors, first: int, last: int) -> None:
        """Look for better answers to the pairs first..last among the rows from ``low`` on."""
        for pair in range(first, last):
            a, b = self._pairs[pair]
            offset = plus[b] - minus[a]  # (n,)
            begin = self._ends[pair - 1] if pair else 0
            for start in range(begin, self._ends[pair], QUESTIONS_AT_ONCE):
                asked = self._order[start : min(start + QUESTIONS_AT_ONCE, self._ends[pair])]
                found = plus[self._places[asked, 2]]  # (m, n)
                found += offset
                best = found.argmax(axis=1)
                value = found[np.arange(len(asked)), best]
                is_better = value > self.scores[asked]
                self.rows[asked[is_better]] = low + best[is_better]
                self.scores[asked[is_better]] = value[is_better]


def _terms(cosines: Vectors, method: Method) -> tuple[Vectors, Vectors]:
    """Return what a word adds to a score, as a positive word and as a negative one."""
    if method == "add":
        return cosines, cosines.copy()
    closeness: Vectors = np.maximum(cosines + np.float32(1), 0) / np.float32(2)
    with np.errstate(divide="ignore"):
        return np.log(closeness), np.log(closeness + np.float32(SMALLEST_DIVISOR))
