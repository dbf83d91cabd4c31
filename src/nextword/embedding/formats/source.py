"""The bytes of a file of vectors: opened, decompressed, and never more set aside than there can be."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from nextword.errors import InputError, ModelFormatError
from nextword.text.sources import find_sources
from nextword.text.streams import open_source, reader_of
from nextword.text.unpacking import HARMLESS, MOST_GROWTH, unpacked

BLOCK = 1 << 22
"""Files are read in blocks of about this many bytes."""
_STEP = 1 << 26
"""Where nobody knows how many bytes follow, arrays begin with this many and grow."""


class ByteSource:
    """A stream of bytes that kernels read from where it stands."""

    def __init__(self, name: str, pieces: Iterator[bytes], size: int | None, *, is_packed: bool) -> None:
        self.name = name
        self.data = b""
        self.place = 0
        """Where in `data` the bytes begin that were not yet taken."""
        self.taken = 0
        """How many bytes of the file went before."""
        self.is_exact = size is not None and not is_packed
        """Whether `most_left` is the very number of bytes that follow."""
        self._pieces, self._ended = pieces, False
        self._most = None if size is None else (max(HARMLESS, MOST_GROWTH * size) if is_packed else size)

    @property
    def most_left(self) -> int | None:
        """How many bytes follow at most; None where that is unknown, as through a pipe."""
        return None if self._most is None else self._most - self.taken

    def buffered(self, least: int) -> int:
        """Have this many bytes wait in `data`, or as many as the file still has; return how many wait."""
        waiting = len(self.data) - self.place
        if waiting >= least or self._ended:
            return waiting
        parts: list[bytes | memoryview] = [memoryview(self.data)[self.place :]]
        while waiting < least and not self._ended:
            piece = next(self._pieces, None)
            if piece is None:
                self._ended = True
            else:
                parts.append(piece)
                waiting += len(piece)
        self.data, self.place = b"".join(parts), 0
        return waiting

    def peek(self, size: int) -> bytes:
        """Return the bytes that come next, this many where there are so many."""
        self.buffered(size)
        return self.data[self.place : self.place + size]

    def advance_to(self, place: int) -> None:
        """Take the bytes of `data` up to a place."""
        self.taken += place - self.place
        self.place = place

    def take(self, size: int, what: str) -> bytes:
        """Take this many bytes; ``what`` they are is said where the file ends before."""
        taken = self.peek(size)
        if len(taken) < size:
            self.fail_short(what)
        self.advance_to(self.place + size)
        return taken

    def take_array(self, dtype: str, count: int, what: str) -> NDArray[np.generic]:
        """Take an array of this many numbers, without a second copy of it in memory."""
        size = count * np.dtype(dtype).itemsize
        self.check_left(size, what)
        array = np.empty(size if self.is_exact else min(size, _STEP), dtype=np.uint8)
        filled = 0
        while filled < size:
            if not self.buffered(1):
                self.fail_short(what)
            piece = np.frombuffer(self.data, dtype=np.uint8)[self.place : self.place + size - filled]
            if filled + len(piece) > len(array):
                array.resize(min(size, max(2 * len(array), filled + len(piece))), refcheck=False)
            array[filled : filled + len(piece)] = piece
            filled += len(piece)
            self.advance_to(self.place + len(piece))
        return array.view(np.dtype(dtype))

    def check_left(self, size: int, what: str) -> None:
        """Raise ModelFormatError where fewer than this many bytes can follow."""
        if size < 0 or (self.most_left is not None and size > self.most_left):
            self.fail_short(what, size)

    def fail_short(self, what: str, size: int | None = None) -> NoReturn:
        """Raise ModelFormatError: the file ends inside something."""
        promised = "" if size is None else f", which would take {size:,} bytes"
        self.fail(f"the file ends inside {what}{promised}; it is cut short or damaged: copy it again")

    def fail(self, message: str) -> NoReturn:
        """Raise ModelFormatError for this file."""
        raise ModelFormatError(f"{self.name}: {message}")


@contextmanager
def open_bytes(path: str | Path, progress: Callable[[int], None] | None = None) -> Iterator[ByteSource]:
    """Open a file of vectors, plain or compressed.

    Raises InputError where it cannot be opened, ModelFormatError where it cannot be decompressed or held in memory.
    """
    if Path(path).is_dir():
        raise ModelFormatError(
            f"{path} is a folder, not a file of vectors; nextword.load_vectors loads a model folder"
        )
    [source] = find_sources([path])
    with open_source(source) as file:
        try:
            pieces, is_packed = unpacked(reader_of(file, source, progress), source.name)
            yield ByteSource(source.name, pieces, source.size, is_packed=is_packed)
        except InputError as error:
            raise ModelFormatError(str(error)) from error
        except MemoryError:
            raise ModelFormatError(
                f"{source.name} does not fit into memory; limit=100_000 reads no more than the first 100,000 words"
            ) from None
