"""A chain of tags that answers, without PyTorch: the best path, and how probable each tag is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import BoolArray, FloatArray, IntArray
from nextword.tasks.tagging.crf.kernels import all_paths, best_paths

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chain:
    """The scores of steps between tags, of which -inf forbids one."""

    steps: Doubles
    """(K, K), a row for the tag before"""
    start: Doubles
    """(K,)"""
    end: Doubles
    """(K,)"""

    @classmethod
    def of(
        cls,
        steps: FloatArray,
        start: FloatArray,
        end: FloatArray,
        allowed: tuple[BoolArray, BoolArray, BoolArray] | None = None,
    ) -> "Chain":
        """Return a chain of these scores, but for what is not allowed; see `allowed_steps`."""
        arrays = [np.asarray(array, dtype=np.float64) for array in (steps, start, end)]
        if allowed is not None:
            arrays = [np.where(may, array, -np.inf) for may, array in zip(allowed, arrays, strict=True)]
        return cls(*(np.ascontiguousarray(array) for array in arrays))

    def best(self, scores: FloatArray, starts: IntArray) -> tuple[IntArray, FloatArray]:
        """Return the best path (N,) for scores (N, K) of sentences that begin at ``starts`` (S + 1,), and s (S,)"""
        best = np.zeros(len(scores), dtype=np.int32)
        weights = np.zeros(len(starts) - 1)
        best_paths(*_checked(scores, starts), self.steps, self.start, self.end, best, weights)
        return best, weights

    def weigh(self, scores: FloatArray, starts: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return log of the weight of all paths (S,), P(tag) of each word (N, K), and the expected steps (K, K)."""
        log_totals = np.zeros(len(starts) - 1)
        marginals = np.zeros(scores.shape)
        step_counts = np.zeros(self.steps.shape)
        words, begins = _checked(scores, starts)
        all_paths(words, begins, self.steps, self.start, self.end, log_totals, marginals, step_counts)
        return log_totals, marginals, step_counts

    def score(self, scores: FloatArray, starts: IntArray, tags: IntArray) -> FloatArray:
        """Return s of given paths, ``tags`` (N,): one number for each sentence, (S,)."""
        # s = start(y1) + sum e(t, yt) + sum steps(y(t-1), yt) + end(yT)
        each = scores[np.arange(len(tags)), tags].astype(np.float64)  # (N,)
        each[1:] += self.steps[tags[:-1], tags[1:]]
        begins = np.asarray(starts[:-1])
        inner = begins[begins > 0]
        each[inner] = scores[inner, tags[inner]]  # no step leads from one sentence to the next
        each[begins] += self.start[tags[begins]]
        ends = np.asarray(starts[1:]) - 1
        each[ends] += self.end[tags[ends]]
        return np.add.reduceat(each, begins)


def _checked(scores: FloatArray, starts: IntArray) -> tuple[Doubles, NDArray[np.int64]]:
    """Return the arrays as kernels take them; raises ValueError for sentences that are not those of the scores."""
    begins = np.ascontiguousarray(starts, dtype=np.int64)
    if begins[0] != 0 or begins[-1] != len(scores) or (np.diff(begins) < 0).any():
        raise ValueError(f"sentences begin at 0 and end with the {len(scores)} words, got {starts}")
    return np.ascontiguousarray(scores, dtype=np.float64), begins
