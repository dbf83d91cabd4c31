"""Arrays larger than memory: nameless temporary files, mapped, of which no more than a bound is resident."""

import mmap
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet, finalize

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import IntArray
from nextword.compile import shard_bounds
from nextword.errors import NextwordError, StorageError, disk_reason
from nextword.workspace import Number, Workspace

Result = TypeVar("Result")

ASSUMED_RESIDENT = 256_000_000
"""What the interpreter, its libraries and a vocabulary hold, where the system does not say."""
WRITE_BYTES = 1 << 16
"""Linux caches a file in blocks as large as the writes that made it, and maps a whole block at a touch."""
SMALLEST_ROOM = 32_000_000
"""Work goes on with this much even where the process holds as much as it may already."""


class Scratch(Workspace):
    """Arrays in files of one folder, and a bound on the memory of this process, in bytes.

    The files have no names: whatever ends the process, the disk space is free again. A page of a mapped file
    counts as memory of the process while it is resident, so after every shard of work the pages are given back
    once they are too many; what was written stays in the system's cache until the disk has it.

    Raises StorageError where the folder cannot be written or the disk is full.
    """

    SHARD = 1 << 16
    """Items a shard of work reads and writes."""

    def __init__(self, folder: str | Path, memory: int, threads: int | None = None) -> None:
        super().__init__(threads)
        self.folder = Path(folder)
        self.memory = memory
        self._maps: WeakSet[mmap.mmap] = WeakSet()
        self._high = 0

    def empty(self, size: int, dtype: type[Number]) -> NDArray[Number]:
        """Return an array of zeros in a file of its own."""
        with self.refusals(), self.file() as file:
            # Claims the disk space now: a mapped page that finds no room later would end the process.
            zeros = memoryview(bytes(WRITE_BYTES))
            rest = size * np.dtype(dtype).itemsize
            while rest > 0:
                rest -= os.write(file.fileno(), zeros[:rest])
            return self.map(file.fileno(), size, dtype)

    def appender(self, dtype: type[Number]) -> "Appender[Number]":
        """Return an array that is written from its beginning to its end."""
        return Appender(self, dtype)

    def run(self, work: Callable[[int, int], Result], first: int, last: int) -> list[Result]:
        """Run ``work(begin, end)`` on shards of first..last, on all threads; results in no order."""
        return self._work_off(work, self._shards(first, last))

    def run_contexts(
        self, work: Callable[[int, int], object], children: IntArray, first: int, last: int
    ) -> None:
        """Run ``work(begin, end)`` on contexts that have about as many children as a shard has items."""
        self._work_off(work, cut_contexts(children, first, last, self.SHARD))

    def walk(self, work: Callable[[int, int], object], first: int, last: int) -> None:
        """Run ``work(begin, end)`` on shards of first..last, one after the other."""
        for begin, end in self._shards(first, last):
            work(begin, end)
            self.tidy()

    def windows(self, first: int, last: int, item_bytes: int) -> list[tuple[int, int]]:
        """Cut first..last into parts that take a third of the room: the rest is for what is read in sequence."""
        size = max(1, self.room() // 3 // item_bytes)
        return [
            (first + low, first + high)
            for low, high in shard_bounds(last - first, -(-(last - first) // size))
        ]

    def context_windows(self, children: IntArray, first: int, last: int) -> list[tuple[int, int]]:
        """Cut contexts into parts that take, with the words of their children, a third of the room."""
        window_items = max(1, self.room() // 3 // (2 * children.itemsize))
        return list(cut_contexts(children, first, last, window_items))

    def room(self) -> int:
        """Return how many bytes may be touched now, all pages of mapped files given back."""
        self.release()
        held = resident()
        if held is None:
            held = ASSUMED_RESIDENT
        room = max(self.memory - held, SMALLEST_ROOM)
        self._high = held + 2 * room // 3
        return room

    def tidy(self) -> None:
        """Give pages back if more are resident than may be."""
        held = resident()
        if held is None or held > self._high:
            self.release()

    def release(self) -> None:
        """Give all pages of the mapped files back."""
        for mapped in list(self._maps):
            _give_back(mapped)

    def file(self) -> Any:
        """Return a new file without a name, unbuffered."""
        return tempfile.TemporaryFile(dir=self.folder, buffering=0)

    def map(self, descriptor: int, size: int, dtype: type[Number]) -> NDArray[Number]:
        """Return the first ``size`` items of a file as an array; the file lives as long."""
        if size == 0:
            return np.empty(0, dtype=dtype)
        mapped = mmap.mmap(descriptor, size * np.dtype(dtype).itemsize)
        self._maps.add(mapped)
        return np.ndarray(size, dtype=dtype, buffer=mapped)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turn what the disk refuses into a StorageError."""
        try:
            yield
        except OSError as error:
            if isinstance(error, NextwordError):
                raise
            raise StorageError(
                f"cannot keep temporary files in {self.folder}: {disk_reason(error)}"
            ) from None

    def _shards(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        for begin in range(first, last, self.SHARD):
            yield begin, min(begin + self.SHARD, last)

    def _work_off(
        self, work: Callable[[int, int], Result], shards: Iterator[tuple[int, int]]
    ) -> list[Result]:
        """Let all threads take shards until none is left, or until the main thread is interrupted."""
        results: list[Result] = []
        lock, is_over = Lock(), Event()

        def labour() -> None:
            while not is_over.is_set():
                with lock:
                    shard = next(shards, None)
                if shard is None:
                    return
                results.append(work(*shard))
                self.tidy()

        with ThreadPoolExecutor(self.threads) as pool:
            try:
                for hand in [pool.submit(labour) for _ in range(self.threads)]:
                    hand.result()
            finally:
                is_over.set()
        return results


class Appender(Generic[Number]):
    """An array on disk that grows at its end; mapped when it is whole."""

    def __init__(self, scratch: Scratch, dtype: type[Number]) -> None:
        self.size = 0
        self._scratch = scratch
        self._dtype = dtype
        with scratch.refusals():
            self._file = scratch.file()
        finalize(self, self._file.close)

    def append(self, array: NDArray[Number]) -> None:
        """Write an array behind the others."""
        rest = np.ascontiguousarray(array, dtype=self._dtype).data.cast("B")
        with self._scratch.refusals():
            while len(rest):
                rest = rest[os.write(self._file.fileno(), rest[:WRITE_BYTES]) :]
        self.size += len(array)

    def mapped(self) -> NDArray[Number]:
        """Return all that was written as one array; nothing more can be written."""
        with self._scratch.refusals(), self._file as file:
            return self._scratch.map(file.fileno(), self.size, self._dtype)


def cut_contexts(children: IntArray, first: int, last: int, size: int) -> Iterator[tuple[int, int]]:
    """Cut contexts into runs of at most ``size`` contexts and children, or of one context with more.

    >>> list(cut_contexts(np.array([1, 3, 4, 9, 9, 10]), 0, 5, size=3))
    [(0, 2), (2, 3), (3, 5)]
    """
    while first < last:
        end = min(first + size, last)
        limit = min(int(children[first]) + size, 2**31 - 1)
        if children[end] > limit:
            fitting = np.searchsorted(children[first : end + 1], limit, side="right")
            end = first + max(1, int(fitting) - 1)
        yield first, end
        first = end


def resident() -> int | None:
    """Return how many bytes of memory this process has resident, or None where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_bytes().split()[1]
    except (OSError, IndexError):
        return None
    return int(pages) * mmap.PAGESIZE


def release(array: NDArray[Any]) -> None:
    """Give back the resident pages of an array that is mapped from a file; other arrays stay as they are."""
    base: Any = array
    while isinstance(base, np.ndarray):
        if isinstance(base, np.memmap) and base.mode == "c":  # its changes are nowhere else
            return
        base = base.base
    if isinstance(base, mmap.mmap):
        _give_back(base)


def _give_back(mapped: mmap.mmap) -> None:
    """Forget the pages of a shared mapping: the file keeps what was written, and the next touch maps it again."""
    if hasattr(mapped, "madvise"):  # Windows has none, and takes pages back by itself
        mapped.madvise(mmap.MADV_DONTNEED)
