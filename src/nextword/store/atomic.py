"""Folders that appear whole or not at all."""

import ctypes
import errno
import os
import secrets
import shlex
import shutil
import socket
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from nextword.errors import NextwordError, StorageError, disk_reason

STALE_SECONDS = 24 * 3600
"""After this a save that another machine began in the same place is held to be dead."""
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux's renameat2
_HERE = -100  # AT_FDCWD


@contextmanager
def new_folder(target: Path, check: Callable[[Path], None]) -> Iterator[Path]:
    """Give a temporary folder to fill; at the end it is synced to disk and takes the place of ``target``.

    ``check(target)`` raises StorageError where what stands at ``target`` may not be replaced; it is asked before and
    after the work. Whatever goes wrong, a kill included, ``target`` is the old folder or the new one, whole.

    Raises StorageError where the target cannot be written, too.
    """
    check(target)
    owner = f"{socket.gethostname()}-{os.getpid()}"
    temporary = target.parent / f".{target.name}.saving-{owner}-{secrets.token_hex(4)}"
    try:
        _remove_stale(target)
        temporary.mkdir()
        yield temporary
        _share(temporary)
        _sync_tree(temporary)
        check(target)  # somebody may have put other things there in the meantime
        _put_in_place(temporary, target)
    except OSError as error:
        if isinstance(error, NextwordError):
            raise
        raise StorageError(f"cannot write {target}: {disk_reason(error)}") from None
    finally:
        try:
            shutil.rmtree(temporary, ignore_errors=True)
        except BaseException:  # a signal in the middle of cleaning up
            shutil.rmtree(temporary, ignore_errors=True)
            raise


def check_replaceable(target: Path, replaceable: Collection[str]) -> None:
    """Raise StorageError unless a folder can be written at ``target``; worth asking before long work."""
    if target.name in ("", ".", ".."):
        raise StorageError(
            f"{str(target)!r} is not a name for a new folder; give one, for example models/five"
        )
    try:
        parent = target.parent
        if not parent.is_dir():
            raise StorageError(
                f"the folder {parent} does not exist; make it with mkdir -p {shlex.quote(str(parent))}"
            )
        if target.is_dir() and not target.is_symlink():
            others = sorted({entry.name for entry in target.iterdir()} - set(replaceable))
            if others:
                raise StorageError(
                    f"{target} holds files that are not a model's ({', '.join(others[:3])}); choose another name"
                )
        elif target.exists() or target.is_symlink():
            raise StorageError(f"{target} is in the way and not a model folder; choose another name")
        if not os.access(parent, os.W_OK | os.X_OK):
            raise StorageError(f"cannot write in {parent}: permission denied; choose another place")
    except OSError as error:
        if isinstance(error, NextwordError):
            raise
        raise StorageError(f"cannot write {target}: {disk_reason(error)}") from None


def recovered(target: Path) -> Path:
    """Return where the folder is: at ``target``, or set aside by a replacement that was cut off half-way."""
    aside = _aside(target)
    return aside if not target.exists() and aside.is_dir() else target


def _put_in_place(temporary: Path, target: Path) -> None:
    """Rename the new folder to its name; an old one is exchanged for it in one step where the system can."""
    aside = _aside(target)
    if not (_rename_to_new(temporary, target) or _exchange(temporary, target)):
        shutil.rmtree(aside, ignore_errors=True)
        target.rename(aside)  # a kill here leaves the old folder, which `recovered` finds
        temporary.rename(target)
    _sync(target.parent)
    shutil.rmtree(aside, ignore_errors=True)


def _rename_to_new(temporary: Path, target: Path) -> bool:
    """Rename a folder unless there is one of its new name; another save may make that at any time."""
    if target.exists():
        return False
    try:
        temporary.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            return False
        raise
    return True


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the system or the file system has no such call."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number))


def _aside(target: Path) -> Path:
    return target.parent / f".{target.name}.previous"


def _remove_stale(target: Path) -> None:
    """Remove what killed saves of the same name left behind, unless it may still be in use."""
    prefix = f".{target.name}.saving-"
    for left in target.parent.iterdir():
        if not left.name.startswith(prefix):
            continue
        host, _, pid = left.name.removeprefix(prefix).rpartition("-")[0].rpartition("-")
        is_old = time.time() - left.stat().st_mtime > STALE_SECONDS
        if is_old or (host == socket.gethostname() and pid.isdigit() and not _is_running(int(pid))):
            shutil.rmtree(left, ignore_errors=True)


def _is_running(pid: int) -> bool:
    if os.name == "nt":  # there os.kill would end the process it asks after
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _share(folder: Path) -> None:
    """Give every file the permissions the umask allows; libraries may have made some for the owner alone."""
    allowed = folder.stat().st_mode & 0o666
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(allowed)


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # Windows cannot open folders
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
