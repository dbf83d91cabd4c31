"""Compressed text: gzip, bzip2, xz and zstd, told by their first bytes and never by the file's name."""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from nextword.errors import InputError
from nextword.text.lines import split

_ZSTD_FEED = 1 << 11
"""Zstd grows its input up to 32,768 times and takes no limit, so this many bytes make at most 64 MiB."""

_BZIP2_BLOCK, _BZIP2_END = b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90"


class Decoder(Protocol):
    """One compressed member: bytes in, bytes out, as in the standard library."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...  # noqa: D102
    @property
    def eof(self) -> bool: ...  # noqa: D102
    @property
    def needs_input(self) -> bool: ...  # noqa: D102
    @property
    def unused_data(self) -> bytes: ...  # noqa: D102


class Compression(NamedTuple):
    """A way to compress, and how to undo it."""

    name: str
    test_command: str
    new_decoder: Callable[[], Decoder]


def compression_of(head: bytes) -> Compression | None:
    """Return how a file that begins with these bytes is compressed, or None if it is not.

    >>> compression_of(b"BZhou dynasty") is None
    True
    """
    if head.startswith(b"\x1f\x8b\x08"):
        return Compression("gzip", "gzip -t", _GzipDecoder)
    if head[:3] == b"BZh" and head[4:10] in (_BZIP2_BLOCK, _BZIP2_END):
        return Compression("bzip2", "bzip2 -t", bz2.BZ2Decompressor)
    if head.startswith(b"\xfd7zXZ\0"):
        return Compression("xz", "xz -t", lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ))
    # A zstd file may begin with a frame to skip, whose first byte is 0x50 to 0x5f.
    if head.startswith(b"\x28\xb5\x2f\xfd") or (head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5):
        return Compression("zstd", "zstd -t", _ZstdDecoder)
    return None


def decompress(
    compression: Compression, chunks: Iterable[bytes], name: str, piece_size: int
) -> Iterator[bytes]:
    """Yield the text inside compressed chunks, in pieces of about this size, over all members in a row.

    Raises InputError when the data is damaged or ends too early.
    """
    decoder, inside = compression.new_decoder(), False
    for chunk in chunks:
        data = chunk
        while data or (inside and not decoder.needs_input):
            if not inside:
                data = data.lstrip(b"\0")  # padding between members, as tar and xz write it
                if not data:
                    break
                decoder, inside = compression.new_decoder(), True
            yield from split(_decode(decoder, data, compression, name, piece_size), piece_size)
            data = b""
            if decoder.eof:
                data, inside = decoder.unused_data, False
    if inside:
        raise InputError(
            f"{name}: the {compression.name} data ends in the middle; the file is cut short: copy it again"
        )


def _decode(decoder: Decoder, data: bytes, compression: Compression, name: str, size: int) -> bytes:
    try:
        return decoder.decompress(data, size)
    except (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError, MemoryError, _zstd_error()) as error:
        raise InputError(
            f"{name}: the {compression.name} data is damaged ({error});"
            f" test it with {compression.test_command}, or copy it again"
        ) from error


def _zstd_error() -> type[Exception]:
    import zstandard  # loaded on use: most text is not compressed

    return zstandard.ZstdError


class _GzipDecoder:
    """Zlib's gzip decoder, with the names of the other two."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(wbits=31)  # 31: a gzip header and its checksum

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def needs_input(self) -> bool:
        return not self._decoder.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data


class _ZstdDecoder:
    """One zstd frame, fed in small steps so that a tiny file cannot fill the memory at once."""

    def __init__(self) -> None:
        import zstandard

        # 2^31 is what zstd --long=31 needs, which large public corpora use.
        self._decoder = zstandard.ZstdDecompressor(max_window_size=1 << 31).decompressobj()
        self._waiting = b""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        waiting = self._waiting + data
        self._waiting = waiting[_ZSTD_FEED:]
        return self._decoder.decompress(waiting[:_ZSTD_FEED])

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data + self._waiting
