"""The bytes of one source, with the failures of the operating system told in plain words."""

import errno
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nextword.errors import InputError


@dataclass(frozen=True, slots=True)
class Source:
    """One stream of bytes to read: a file, a named pipe, or standard input."""

    name: str
    """What messages call it; always printable, whatever bytes the file name holds."""
    path: Path | None
    """Where it is; None for standard input."""
    size: int | None
    """Its bytes on disk; None for pipes and standard input, which do not say."""


@contextmanager
def open_source(source: Source) -> Iterator[BinaryIO]:
    """Open the bytes of one source; standard input is left open afterwards.

    Raises InputError when it cannot be opened.
    """
    if source.path is None:
        yield _standard_input()
        return
    try:
        file = source.path.open("rb")
    except OSError as error:
        raise unreadable(source.name, error) from error
    with file:
        yield file


def reader_of(
    file: BinaryIO, source: Source, progress: Callable[[int], None] | None
) -> Callable[[int], bytes]:
    """Return a function that reads so many bytes of an open source and reports how many it got.

    The function raises InputError where the operating system fails to read.
    """

    def read(size: int) -> bytes:
        try:
            data = file.read(size)
        except (OSError, ValueError) as error:  # ValueError: the file object was closed
            raise unreadable(source.name, error) from error
        if progress is not None and data:
            progress(len(data))
        return data

    return read


def unreadable(name: str, error: Exception) -> InputError:
    """Return the InputError that says in one sentence why a source cannot be read."""
    match error:
        case FileNotFoundError():
            return InputError(f"{name} does not exist; check the path")
        case PermissionError():
            return InputError(
                f"{name} cannot be read: permission denied; check its owner and mode with ls -l"
            )
        case OSError(errno=errno.ELOOP):
            return InputError(f"{name} is a link that leads back to itself; give the path of the file")
        case OSError(strerror=str(reason)):
            return InputError(f"{name} cannot be read: {reason}; check the path and the disk it is on")
        case _:
            return InputError(f"{name} cannot be read: {error}; check the path")


def _standard_input() -> BinaryIO:
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise InputError("standard input is closed; name a file, or send text with a pipe")
    binary: BinaryIO = stream
    return binary
