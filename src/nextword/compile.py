"""One way to compile a hot loop: Numba, without the GIL, kept on disk between runs."""

import getpass
import os
import stat
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar, cast

import numba
from numba.core import event

Function = TypeVar("Function", bound=Callable[..., object])
Result = TypeVar("Result")


def kernel(function: Function) -> Function:
    """Compile a function on its first call and cache the machine code beside the source.

    Kernels release the GIL, so threads run them side by side; they check no bounds, so callers must.
    """
    try:
        return cast(Function, numba.njit(nogil=True, cache=True, error_model="numpy")(function))
    except RuntimeError:  # neither beside the source nor in the user's cache folder can files be written
        folder = private_folder()
        setattr(numba.config, "CACHE_DIR", folder)  # noqa: B010 (Numba makes its settings as it goes)
        return cast(Function, numba.njit(nogil=True, cache=bool(folder), error_model="numpy")(function))


def private_folder() -> str:
    """Return a folder among the temporary files that nobody else can write to, or "" where there is none.

    What is cached is machine code, so a folder that somebody else made is not used.
    """
    folder = Path(tempfile.gettempdir()) / f"nextword-kernels-{getpass.getuser()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except OSError:
        return ""
    is_ours = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
    if is_ours and hasattr(os, "getuid"):
        is_ours = status.st_uid == os.getuid()
    return str(folder) if is_ours else ""


def on_first_compilation(say: Callable[[], None]) -> None:
    """Call ``say`` once, when a kernel is compiled that the disk cache does not have."""
    if not _listener:
        _listener.append(_FirstCompilation(say))
        event.register("numba:compile", _listener[0])  # type: ignore[no-untyped-call]


class _FirstCompilation(event.Listener):
    def __init__(self, say: Callable[[], None]) -> None:
        self._say: Callable[[], None] | None = say

    def on_start(self, event: object) -> None:
        if self._say is not None:
            say, self._say = self._say, None
            say()

    def on_end(self, event: object) -> None:
        """Nothing to do."""


_listener: list[_FirstCompilation] = []


def available_threads() -> int:
    """Return the number of processors this process may use; ``NEXTWORD_THREADS`` overrides it."""
    setting = os.environ.get("NEXTWORD_THREADS", "")
    if setting.isdigit() and int(setting) > 0:
        return int(setting)
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows have no affinity
        return os.cpu_count() or 1


def shard_bounds(size: int, shards: int) -> list[tuple[int, int]]:
    """Cut ``range(size)`` into at most ``shards`` runs of nearly equal length.

    >>> shard_bounds(10, 3)
    [(0, 4), (4, 7), (7, 10)]
    """
    shards = max(1, min(shards, size))
    small, larger = divmod(size, shards)
    bounds, begin = [], 0
    for shard in range(shards):
        end = begin + small + (shard < larger)
        bounds.append((begin, end))
        begin = end
    return bounds


def run_shards(work: Callable[[int, int], Result], bounds: list[tuple[int, int]]) -> list[Result]:
    """Run ``work(begin, end)`` on every shard, one thread each, and return the results in order."""
    if len(bounds) == 1:
        return [work(*bounds[0])]
    with ThreadPoolExecutor(len(bounds)) as pool:
        return list(pool.map(lambda bound: work(*bound), bounds))
