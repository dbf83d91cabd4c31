"""One way to compile a hot loop: Numba, without the GIL, kept on disk between runs."""

import getpass
import os
import re
import stat
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, update_wrapper
from hashlib import blake2b
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., object])
Result = TypeVar("Result")
IMPORTED = re.compile(rb"^from (nextword[\w.]*) import", re.MULTILINE)


def kernel(function: Function) -> Function:
    """Compile a function on its first call and cache the machine code beside the source.

    Kernels release the GIL, so threads run them side by side; they check no bounds, so callers must. Numba itself
    is loaded with the first call of any kernel: that takes half of a short command's time, and some need none.
    """
    return cast(Function, _Kernel(function))


def is_cold() -> bool:
    """Whether no kernel has been called yet."""
    return not _compiled_modules


class _Kernel:
    """A kernel until its module's first call, which puts compiled functions in the place of all its kernels."""

    def __init__(self, function: Callable[..., object]) -> None:
        update_wrapper(self, function)
        self.function = function
        self.compiled: Callable[..., object] | None = None

    def __call__(self, *arguments: object) -> object:
        return self.compile()(*arguments)

    def compile(self) -> Callable[..., object]:
        """Return the compiled function. Kernels call one another by name, so a module is compiled as a whole."""
        name = self.function.__module__
        if name not in _compiled_modules or self.compiled is None:
            with _lock:
                self._compile_module(sys.modules[name])
        return cast(Callable[..., object], self.compiled)

    def _compile_module(self, module: ModuleType) -> None:
        if self.compiled is not None:
            return
        kernels = {name: value for name, value in vars(module).items() if isinstance(value, _Kernel)}
        kernels.setdefault(self.function.__name__, self)
        for value in kernels.values():
            if value.function.__module__ == module.__name__:
                value.compiled = _njit(value.function)
        for name, value in kernels.items():  # those imported from another module are compiled there
            setattr(module, name, value.compile() if value.compiled is None else value.compiled)
        _compiled_modules.add(module.__name__)


_lock = RLock()
_compiled_modules: set[str] = set()


def _njit(function: Callable[..., object]) -> Callable[..., object]:
    import numba

    _listen()
    try:
        compiled = numba.njit(nogil=True, cache=True, error_model="numpy")(function)
        stamp(compiled)
        return cast(Callable[..., object], compiled)
    except RuntimeError:  # neither beside the source nor in the user's cache folder can files be written
        folder = private_folder()
        setattr(numba.config, "CACHE_DIR", folder)  # noqa: B010 (Numba makes its settings as it goes)
        return cast(
            Callable[..., object], numba.njit(nogil=True, cache=bool(folder), error_model="numpy")(function)
        )


def stamp(compiled: object) -> None:
    """Let what is cached of a kernel be valid only as long as no kernel changes.

    Numba looks at the kernel's own file. Machine code of other kernels, from other files, may be part of it, and would
    be used on after an upgrade that changes only those.
    """
    cached: Any = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if hasattr(cached, "_source_stamp"):
        cached._source_stamp = kernels_digest(Path(__file__).parent)


@cache
def kernels_digest(package: Path) -> bytes:
    """Return a digest of all files whose code is compiled, and of those from which they take constants and types."""
    kernels = [*package.rglob("kernels.py"), *package.glob("simd.py")]
    texts = {path: path.read_bytes() for path in kernels}
    imported = {name for text in texts.values() for name in IMPORTED.findall(text)}
    others = (package.parent / f"{name.decode().replace('.', '/')}.py" for name in imported)
    texts |= {path: path.read_bytes() for path in others if path.is_file()}
    digest = blake2b(digest_size=16)
    for path, text in sorted(texts.items()):
        digest.update(f"{path.relative_to(package)} {len(text)}\n".encode() + text)
    return digest.digest()


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
    if not _sayers:
        _sayers.append(say)
    if not is_cold():
        _listen()


_sayers: list[Callable[[], None]] = []
_listeners: list[object] = []


def _listen() -> None:
    """Ask Numba to tell of compilations, where somebody wants to know."""
    if _listeners or not _sayers:
        return
    from numba.core import event

    class FirstCompilation(event.Listener):
        waits = True

        def on_start(self, event: object) -> None:
            if self.waits:
                self.waits = False
                _sayers[0]()

        def on_end(self, event: object) -> None:
            """Nothing to do."""

    _listeners.append(FirstCompilation())
    event.register("numba:compile", _listeners[0])  # type: ignore[no-untyped-call]


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
