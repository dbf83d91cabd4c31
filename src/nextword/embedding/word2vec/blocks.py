"""Work in blocks, on threads: in order, and always a whole number of them."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, TypeVar

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


def run_blocks(work: Callable[[Block], Result], blocks: Sequence[Block], threads: int) -> Iterator[Result]:
    """Yield the results of ``work`` on every block, in order; threads take the next block when they are free.

    Whoever stops reading, or is interrupted, stops the work: blocks that were begun are done, later ones are not, so
    that those done are always the first ones, some of them beyond the last result that was read.
    """
    if threads == 1:
        yield from map(work, blocks)
        return
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
