"""Where a file goes: whole or not at all, compressed as its name says."""

import bz2
import errno
import gzip
import lzma
import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from nextword.errors import StorageError


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
        raise IsADirectoryError(errno.EISDIR, "it is a folder, and an ARPA model is one file")
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
