"""Where text and models in one file go: a file, whole or not at all, compressed as its name says, or a stream."""

import bz2
import errno
import gzip
import lzma
import os
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from shlex import quote
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from nextword.errors import StorageError

BUFFER_BYTES = 1 << 22
"""How much text is formatted at once."""

WordArena = tuple[NDArray[np.uint8], NDArray[np.int64]]
"""The bytes of all words in a row, and where each begins, (V + 1,)."""


def word_arena(tokens: Sequence[str], encode: Callable[[str], bytes]) -> WordArena:
    """Return the words as the kernels that write lines take them; ``encode`` raises for those that cannot stand."""
    encoded = [encode(token) for token in tokens]
    offsets = np.zeros(len(tokens) + 1, dtype=np.int64)
    np.cumsum([len(token) for token in encoded], out=offsets[1:])
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets


def write_behind(
    file: BinaryIO, batches: Iterable[tuple[bytes | memoryview, int]], progress: Callable[[int], None] | None
) -> None:
    """Write batches of bytes, each with the number of its lines, while the next is being made.

    Both release the interpreter lock. At most one batch waits, so two buffers in turn are enough to make them in.
    """
    with ThreadPoolExecutor(1) as pool:
        pending: Future[object] | None = None
        for batch, lines in batches:
            if pending is not None:
                pending.result()
            pending = pool.submit(file.write, batch)
            if progress is not None and lines:
                progress(lines)
        if pending is not None:
            pending.result()


@contextmanager
def open_target(target: str | Path | BinaryIO) -> Iterator[BinaryIO]:
    """Open what a caller names: a file, ``-`` for standard output, or a binary file that is open already."""
    if isinstance(target, str | Path) and str(target) != "-":
        with open_output(Path(target)) as file:
            yield file
        return
    file = _standard_output() if isinstance(target, str | Path) else target
    yield file
    file.flush()


def _standard_output() -> BinaryIO:
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        raise StorageError("standard output is closed; name a file to write")
    binary: BinaryIO = stream
    return binary


def check_output(path: Path) -> None:
    """Raise StorageError for what is known to be wrong with a file's path before there is anything to write."""
    if not path.parent.is_dir():
        raise StorageError(
            f"the folder {path.parent} does not exist; make it with mkdir -p {quote(str(path.parent))}"
        )
    if path.is_dir():
        raise StorageError(f"{path} is a folder, not a file; choose another name")


@contextmanager
def open_output(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write: a temporary sibling that takes the file's place when all is written and on disk.

    Whatever fails, the file that was there before stays as it was. Pipes and devices are written directly.
    Raises StorageError where the operating system refuses.
    """
    try:
        with _opened(path) as file, _compressor(file, path.name) as target:
            yield target
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(
            f"{path} cannot be written: {reason}; check the path, its permissions and the space on its disk"
        ) from error


def _opened(path: Path) -> AbstractContextManager[BinaryIO]:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder, not a file")
    if path.exists() and not path.is_file():  # a pipe or a device, which no file must replace
        return path.open("wb")
    return _replacing(path)


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    temporary = path.with_name(f".nextword-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # The file is whole either way; this makes its name survive a power cut. Not all systems can.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _compressor(file: BinaryIO, name: str) -> Iterator[BinaryIO]:
    """Wrap a file by the suffix of its name; the same text gives the same bytes, so no time is stored."""
    with ExitStack() as stack:
        match Path(name).suffix.lower():
            case ".gz":
                packed = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0)
                yield cast(BinaryIO, stack.enter_context(packed))
            case ".bz2":
                yield cast(BinaryIO, stack.enter_context(bz2.BZ2File(file, "wb")))
            case ".xz":
                yield cast(BinaryIO, stack.enter_context(lzma.LZMAFile(file, "wb")))
            case ".zst":
                import zstandard  # loaded on use: most files are not compressed with it

                writer = zstandard.ZstdCompressor().stream_writer(file, closefd=False)
                yield cast(BinaryIO, stack.enter_context(writer))
            case _:
                yield file
