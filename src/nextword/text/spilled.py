"""Streams of numbers that are too long for memory: written to disk block by block, and read again."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from nextword.scratch import Scratch
from nextword.text.numbering import PieceTable
from nextword.text.vocabulary import SENTENCE_END

Ints = NDArray[np.int32]

SPILLED_BLOCK_BYTES = 1 << 21
"""Text is read in blocks of this size where memory is bounded."""


class Streams:
    """What holds blocks of numbers between two readings, and joins ids to one stream: here, memory."""

    def hold(self, blocks: Iterable[Ints]) -> Iterable[Ints]:
        """Return the same blocks, all of them read."""
        return list(blocks)

    def encode(self, table: PieceTable, numbered: Iterable[Ints]) -> Ints:
        """Return the ids of all held blocks as one array."""
        return table.encode_all(list(numbered))

    def join(self, blocks: Iterable[Ints]) -> Ints:
        """Return the blocks as one array."""
        whole = list(blocks)
        return np.concatenate(whole) if whole else np.empty(0, dtype=np.int32)


class SpilledStreams(Streams):
    """The same in temporary files: no more than a block is in memory."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch

    def hold(self, blocks: Iterable[Ints]) -> Iterable[Ints]:
        """Return the same blocks, all of them read, to be read again once."""
        held, lengths = self._scratch.appender(np.int32), []
        for block in blocks:
            held.append(block)
            lengths.append(len(block))
        return self._again(held.mapped(), lengths)

    def encode(self, table: PieceTable, numbered: Iterable[Ints]) -> Ints:
        """Return the ids of all held blocks as one mapped array."""
        return self.join(table.encode(numbers) for numbers in numbered)

    def join(self, blocks: Iterable[Ints]) -> Ints:
        """Return the blocks as one mapped array."""
        joined = self._scratch.appender(np.int32)
        for block in blocks:
            joined.append(block)
        return joined.mapped()

    def _again(self, numbers: Ints, lengths: list[int]) -> Iterator[Ints]:
        begin = 0
        for length in lengths:
            yield numbers[begin : begin + length]
            begin += length
            self._scratch.tidy()


def has_words(ids: Ints) -> bool:
    """Whether a stream holds anything but ends of sentences; it is read no further than the first word."""
    pieces = range(0, len(ids), SPILLED_BLOCK_BYTES)
    return any(np.any(ids[begin : begin + SPILLED_BLOCK_BYTES] != SENTENCE_END) for begin in pieces)
