"""What a person may name as text: files, folders, named pipes and standard input."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from nextword.errors import InputError
from nextword.text.streams import Source, unreadable

_STANDARD_INPUT = "standard input"
_STANDARD_INPUT_PATHS = {"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}


def find_sources(sources: Sequence[str | Path]) -> list[Source]:
    """Return every stream that the given names stand for, in the order in which they are read.

    A folder stands for all files below it, sorted by path, without hidden ones; ``-`` is standard input.
    Raises InputError for a name that is missing, empty or not readable as a file.
    """
    # A lone string is a sequence of one-letter strings; nobody means that.
    names = [sources] if isinstance(sources, str | Path) else sources
    found = [source for name in names for source in _expand(name)]
    if not found:
        raise InputError("no text was given; name at least one file or folder, or - for standard input")
    if sum(source.path is None for source in found) > 1:
        raise InputError("standard input was named more than once; it can be read only once, so give - once")
    return found


def total_bytes(sources: Sequence[str | Path]) -> int | None:
    """Return how many bytes the sources hold on disk, or None where one of them is a pipe.

    Raises InputError for a name that is missing, empty or not readable as a file.
    """
    total = 0
    for source in find_sources(sources):
        if source.size is None:
            return None
        total += source.size
    return total


def _expand(name: str | Path) -> Iterator[Source]:
    if str(name) in _STANDARD_INPUT_PATHS:
        yield Source(_STANDARD_INPUT, None, None)
        return
    # Path("") is the working folder, which an unset shell variable must not turn into a corpus.
    if not str(name):
        raise InputError("the name of a text is empty; name a file or folder, or - for standard input")
    path = Path(name)
    status = _status(path)
    if not stat.S_ISDIR(status.st_mode):
        yield _file_source(path, status)
        return
    count = 0
    for source in _walk(path, status, set()):
        count += 1
        yield source
    if not count:
        raise InputError(f"{_shown(path)} is a folder without files (hidden ones are skipped); name another")


def _walk(folder: Path, status: os.stat_result, visited: set[tuple[int, int]]) -> Iterator[Source]:
    # Links to folders are followed, but each real folder is read once: a link back up ends here.
    identity = (status.st_dev, status.st_ino)
    if identity in visited:
        return
    visited.add(identity)
    try:
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        raise unreadable(_shown(folder), error) from error
    for entry in entries:
        entry_status = _status(entry)
        if stat.S_ISDIR(entry_status.st_mode):
            yield from _walk(entry, entry_status, visited)
        else:
            yield _file_source(entry, entry_status)


def _file_source(path: Path, status: os.stat_result) -> Source:
    if stat.S_ISREG(status.st_mode):
        return Source(_shown(path), path, status.st_size)
    if stat.S_ISFIFO(status.st_mode):
        return Source(_shown(path), path, None)
    kind = "a socket" if stat.S_ISSOCK(status.st_mode) else "a device"
    raise InputError(f"{_shown(path)} is {kind}, not a file; name a file or folder, or - for standard input")


def _status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except (OSError, ValueError) as error:  # ValueError: a NUL inside the name
        raise unreadable(_shown(path), error) from error


def _shown(path: Path) -> str:
    # File names are bytes; those that are not UTF-8 come as lone surrogates, which no terminal prints.
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")
