"""The bytes of a model in one file, decompressed; one that grows without end is refused."""

from collections.abc import Callable, Iterator
from itertools import chain

from nextword.errors import ModelFormatError
from nextword.text.compressed import compression_of, decompress
from nextword.text.validation import HEAD_SIZE

CHUNK = 1 << 20
_COMPRESSED_CHUNK = 1 << 16
MOST_GROWTH = 100
"""Models shrink to a fifth; one that shrinks to a hundredth was made to fill the memory."""
HARMLESS = 1 << 24
"""Up to so many bytes a file may grow in any case."""


def unpacked(read: Callable[[int], bytes], name: str) -> tuple[Iterator[bytes], bool]:
    """Return the bytes of a file in pieces, and whether they were compressed.

    The pieces raise InputError where the compressed data is damaged, ModelFormatError where it grows beyond measure.
    """
    head = read(HEAD_SIZE)
    compression = compression_of(head)
    if compression is None:
        return chain([head], iter(lambda: read(CHUNK), b"")), False
    packed = 0

    def chunks() -> Iterator[bytes]:
        nonlocal packed
        for chunk in chain([head], iter(lambda: read(_COMPRESSED_CHUNK), b"")):
            packed += len(chunk)
            yield chunk

    def pieces() -> Iterator[bytes]:
        size = 0
        for piece in decompress(compression, chunks(), name, CHUNK):
            size += len(piece)
            if size > HARMLESS and size > MOST_GROWTH * packed:
                raise ModelFormatError(
                    f"{name}: {packed:,} compressed bytes have become {size:,}, over {MOST_GROWTH} times as many,"
                    " which no model does; if you trust the file, decompress it first"
                )
            yield piece

    return pieces(), True
