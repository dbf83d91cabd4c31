"""Where large arrays live, and how work on them is cut: in memory here, in files in `nextword.scratch`."""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import IntArray
from nextword.compile import available_threads, run_shards, shard_bounds

Result = TypeVar("Result")
Number = TypeVar("Number", bound=np.generic)


class Workspace:
    """Arrays in memory: all of them may be touched anywhere, and each thread takes one shard of the work.

    What is estimated here is estimated in files by the same code: it asks for arrays, for shards that read and
    write one after the other, and for windows, the part of an array that may be touched at random.
    """

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads or available_threads()

    def empty(self, size: int, dtype: type[Number]) -> NDArray[Number]:
        """Return an array of any content."""
        return np.empty(size, dtype=dtype)

    def run(self, work: Callable[[int, int], Result], first: int, last: int) -> list[Result]:
        """Run ``work(begin, end)`` on shards of first..last, on all threads; results in no order."""
        bounds = shard_bounds(last - first, self.threads)
        return run_shards(lambda begin, end: work(first + begin, first + end), bounds)

    def run_contexts(
        self, work: Callable[[int, int], object], children: IntArray, first: int, last: int
    ) -> None:
        """Run ``work(begin, end)`` on shards of the contexts first..last, which touch their children as well."""
        self.run(work, first, last)

    def walk(self, work: Callable[[int, int], object], first: int, last: int) -> None:
        """Run ``work(begin, end)`` on shards of first..last, one after the other."""
        work(first, last)

    def windows(self, first: int, last: int, item_bytes: int) -> list[tuple[int, int]]:
        """Cut first..last into the parts that may be touched at random at one time."""
        return [(first, last)]

    def context_windows(self, children: IntArray, first: int, last: int) -> list[tuple[int, int]]:
        """Cut the contexts first..last into parts whose children may be touched at random at one time."""
        return [(first, last)]

    def copy(self, source: NDArray[Any], target: NDArray[Any]) -> None:
        """Copy one array into another of the same length."""

        def copy(first: int, last: int) -> None:
            target[first:last] = source[first:last]

        self.walk(copy, 0, len(source))
