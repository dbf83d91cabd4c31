"""Work in blocks, on threads: in order, and always a whole number of them."""

import math
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from nextword.errors import DivergedError

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
    # One thread is a thread of its own too: a signal interrupts the main thread, and never a block half done.
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for block in blocks:
                if len(waiting) == AHEAD * threads:
                    yield waiting.popleft().result()
                waiting.append(pool.submit(work, block))
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in reversed(waiting):
                future.cancel()
