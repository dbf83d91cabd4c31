"""Sequences of like lengths side by side: what is filled up with nothing costs as much as what is read."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import IntArray

POOL = 20
"""Batches that are sorted together: of fewer, lengths differ more; of more, the same sequences meet again."""


def shuffled_batches(
    lengths: Sequence[int] | IntArray, batch: int, seed: int, epoch: int = 0
) -> Iterator[IntArray]:
    """Yield the places of all sequences in batches of like lengths, in an order drawn by the seed and the epoch.

    >>> [rows.tolist() for rows in shuffled_batches([3, 9, 2, 8], 2, seed=1)]
    [[1, 3], [0, 2]]
    """
    random = np.random.default_rng((seed, epoch))
    sizes = np.asarray(lengths)
    order = random.permutation(len(sizes))
    batches: list[IntArray] = []
    for begin in range(0, len(order), POOL * batch):
        pool = order[begin : begin + POOL * batch]
        pool = pool[np.argsort(-sizes[pool], kind="stable")]
        batches += [pool[first : first + batch] for first in range(0, len(pool), batch)]
    for place in random.permutation(len(batches)):
        yield batches[place]


def sorted_batches(lengths: Sequence[int] | IntArray, batch: int) -> Iterator[IntArray]:
    """Yield the places of all sequences in batches, the longest first: the order in which nothing is learned.

    >>> [rows.tolist() for rows in sorted_batches([3, 9, 2, 8], 2)]
    [[1, 3], [0, 2]]
    """
    order = np.argsort(-np.asarray(lengths), kind="stable")
    for begin in range(0, len(order), batch):
        yield order[begin : begin + batch]


def padded(sequences: Sequence[NDArray[Any]], filler: int = 0) -> tuple[IntArray, IntArray]:
    """Return sequences of numbers side by side, (T, B), filled up at their ends, and their lengths (B,).

    >>> numbers, lengths = padded([np.array([4, 5]), np.array([6])])
    >>> numbers.tolist(), lengths.tolist()
    ([[4, 6], [5, 0]], [2, 1])
    """
    lengths = np.array([len(sequence) for sequence in sequences], dtype=np.int64)
    numbers = np.full((int(lengths.max(initial=0)), len(sequences)), filler, dtype=np.int64)
    for column, sequence in enumerate(sequences):
        numbers[: len(sequence), column] = sequence
    return numbers, lengths


def turned_steps(T: int, lengths: IntArray) -> IntArray:
    """Return which step stands where when each sequence is read from its end, (T, B): what fills it up stays.

    >>> turned_steps(3, np.array([3, 2])).T.tolist()
    [[2, 1, 0], [1, 0, 2]]
    """
    steps = np.arange(T)[:, None]  # (T, 1)
    return np.where(steps < lengths, lengths - 1 - steps, steps)  # (T, B)
