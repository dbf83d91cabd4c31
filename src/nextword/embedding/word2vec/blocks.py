"""Work in blocks, on threads: in order, and always a whole number of them."""

import math
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event, Lock, Semaphore
from time import sleep
from typing import NamedTuple, TypeVar, cast

from nextword.errors import DivergedError

PAUSE = 1e-4
"""Seconds between two looks at whether all blocks that were begun have ended."""

Block = TypeVar("Block")
Result = TypeVar("Result")

AHEAD = 4
"""Blocks handed out for each thread before the first of them is done: short enough to stop soon."""


class BlockResult(NamedTuple):
    """What came of one block of sentences."""

    words: int
    kept: int
    examples: int
    loss: float
    """The sum over the examples measured, in nats."""
    measured: int


def check_loss(loss: float, rate: float) -> None:
    """Raise DivergedError for a loss that is not finite, of a training that began with this rate."""
    if not math.isfinite(loss):
        raise DivergedError(
            f"the loss is {loss}: the vectors have grown without bound at a rate of {rate}; try a lower --rate"
        )


def run_blocks(
    work: Callable[[Block], Result], blocks: Sequence[Block], threads: int
) -> Generator[Result, None, None]:
    """Yield the results of ``work`` on every block, in order; threads take the next block when they are free.

    Whoever stops reading, or is interrupted, stops the work: blocks that were begun are done, later ones are not, so
    that those done are always the first ones, some of them beyond the last result that was read.
    """
    lock, is_over = Lock(), Event()
    permits = Semaphore(AHEAD * threads)
    finished: SimpleQueue[tuple[int, Result | None, BaseException | None]] = SimpleQueue()
    begun = ended = 0

    def labour() -> None:
        nonlocal begun, ended
        while True:
            permits.acquire()
            with lock:
                if is_over.is_set() or begun == len(blocks):
                    return
                place = begun
                begun += 1
            try:
                finished.put((place, work(blocks[place]), None))
            except BaseException as error:  # raised again where the results are read
                finished.put((place, None, error))
            with lock:
                ended += 1

    # One thread is a thread of its own too: a signal interrupts the main thread, and never a block half done.
    with ThreadPoolExecutor(threads) as pool:
        try:
            for _ in range(threads):
                pool.submit(labour)
            early: dict[int, tuple[Result | None, BaseException | None]] = {}
            for place in range(len(blocks)):
                while place not in early:
                    number, result, error = finished.get()
                    early[number] = result, error
                result, error = early.pop(place)
                if error is not None:
                    raise error
                yield cast(Result, result)
                permits.release()
        finally:
            with lock:
                is_over.set()
            permits.release(threads)
            # A signal may have come while the pool started a thread, which the pool then does not know and wait for.
            while ended < begun:
                sleep(PAUSE)
