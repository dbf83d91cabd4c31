"""The files of a model folder: ordinary ones, of bounded size, and the same as when they were saved."""

import os
import stat
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from nextword.errors import ModelFormatError, shown

SMALL_FILE = 1 << 23
"""Files up to this size, 8 MiB, are verified whenever they are loaded: that takes some milliseconds."""
TRAINING_FILE = "training.safetensors"
"""The arrays of a training under way."""
LOG_FILE = "training.jsonl"
"""What a training said on its way: an object a line."""
SUMMED_FILES = frozenset({"model.safetensors", "tokenizer.json", TRAINING_FILE})
"""The files whose size and CRC-32 ``config.json`` records."""
_CHUNK = 1 << 20


def size_of(path: Path) -> int:
    """Return the size of an ordinary file, and raise ModelFormatError for what could be read without end."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise ModelFormatError(
            f"{path} is a folder where a file of the model should be; copy the model again"
        )
    if not stat.S_ISREG(status.st_mode):
        raise ModelFormatError(
            f"{path} is a pipe or a device, not an ordinary file; a model folder holds files, so copy it again"
        )
    return status.st_size


def read_bounded(path: Path, limit: int) -> bytes:
    """Return the bytes of an ordinary file; raises ModelFormatError where it has more than ``limit``."""
    size = size_of(path)
    if size > limit:
        raise ModelFormatError(f"{path} has {size:,} bytes, more than {limit:,}; it is not a model's file")
    with path.open("rb") as file:
        return file.read(size)


def settle_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what `describe_files` does of a new folder, with the files on disk: the disk works while we do."""
    with ThreadPoolExecutor(1) as pool:
        on_disk = pool.submit(lambda: list(map(_sync, _summed(folder))))
        described = describe_files(folder)
        on_disk.result()
    return described


def describe_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the size and the CRC-32 of each large file of a folder."""
    return {path.name: {"bytes": path.stat().st_size, "crc32": crc32(path)} for path in _summed(folder)}


def crc32(path: Path) -> str:
    """Return the CRC-32 of a file (ISO 3309, as in gzip and zip), which any flipped bit changes."""
    digest = 0
    with path.open("rb", buffering=0) as file:
        while data := file.read(_CHUNK):
            digest = zlib.crc32(data, digest)
    return f"{digest:08x}"


def check_files(folder: Path, recorded: Mapping[str, Any], verify: bool | None) -> None:
    """Compare files with what was recorded of them: sizes, and the CRC-32 of all if ``verify``, of small ones if None.

    Raises ModelFormatError for the first that differs, or for a file that is missing.
    """
    unknown = sorted(set(recorded) - SUMMED_FILES)
    if unknown:
        raise ModelFormatError(
            f"{folder}: config.json records {shown(unknown[0])}, which is no file of a model"
        )
    for name, expected in recorded.items():
        path = folder / name
        try:
            found: dict[str, Any] = {"bytes": size_of(path)}
            is_small = found["bytes"] <= SMALL_FILE
            if isinstance(expected, dict) and found["bytes"] == expected.get("bytes"):
                is_read = verify or (verify is None and is_small)
                found["crc32"] = crc32(path) if is_read else expected.get("crc32")
        except FileNotFoundError:
            raise ModelFormatError(f"{path} is missing; the model folder is not complete") from None
        except OSError as error:
            raise ModelFormatError(f"cannot read {path}: {error.strerror}") from None
        if found != expected:
            raise ModelFormatError(
                f"{path} is not as it was saved: it has {shown(found)}, config.json says {shown(expected)};"
                ' copy the model again, or remove "files" there if you changed the file yourself'
            )


def _summed(folder: Path) -> list[Path]:
    return [folder / name for name in sorted(SUMMED_FILES) if (folder / name).is_file()]


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
