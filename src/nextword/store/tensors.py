"""Arrays on disk: safetensors files, written whole and mapped into memory."""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from nextword.errors import ModelFormatError, StorageError, shown
from nextword.store.files import size_of
from nextword.store.json_files import parse_json

Array = NDArray[Any]
MAX_HEADER_BYTES = 1 << 20
DTYPES = {"F64": np.float64, "F32": np.float32, "I64": np.int64, "I32": np.int32, "U8": np.uint8}


def write_tensors(path: Path, tensors: Mapping[str, Array]) -> None:
    """Write named arrays as one safetensors file; raises StorageError where the disk refuses."""
    try:
        save_file({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}, path)
    except SafetensorError as error:
        raise StorageError(
            f"cannot write {path.name}: {error}; free some space or choose another disk"
        ) from None


def map_tensors(path: Path) -> dict[str, Array]:
    """Map the arrays of a safetensors file, read-only: pages are read when they are first touched.

    Raises ModelFormatError for a file that is missing or not what it says.
    """
    try:
        size_of(path)
        # The library checks the header: names, sizes, and offsets that cover the file without holes.
        with safe_open(path, framework="numpy") as file:
            names = file.offset_keys()
            described = [(name, file.get_slice(name)) for name in names]
            kinds = [(name, part.get_dtype(), part.get_shape()) for name, part in described]
        offset = 8 + _check_header(path)
        data = np.memmap(path, dtype=np.uint8, mode="r")
    except FileNotFoundError:
        raise ModelFormatError(f"{path} is missing; the model folder is not complete") from None
    except (SafetensorError, OSError, ValueError, RecursionError, struct.error) as error:
        if isinstance(error, ModelFormatError):
            raise
        raise ModelFormatError(f"{path} is not a readable safetensors file: {error!s:.200}") from None
    tensors: dict[str, Array] = {}
    for name, kind, shape in kinds:
        if kind not in DTYPES:
            raise ModelFormatError(f"{path}: {shown(name)} has the unknown type {kind}")
        dtype = np.dtype(DTYPES[kind])
        if offset % dtype.itemsize:  # the kernels are compiled for arrays that lie where processors want them
            raise ModelFormatError(
                f"{path}: {shown(name)} begins at byte {offset}, which is no multiple of {dtype.itemsize};"
                " write the file again with safetensors, which aligns its arrays"
            )
        size = int(np.prod(shape, dtype=object)) * dtype.itemsize
        tensors[name] = np.asarray(data[offset : offset + size]).view(dtype).reshape(shape)
        offset += size
    return tensors


def _check_header(path: Path) -> int:
    """Return the length of the header, which must name each array once; raises ValueError where it does not."""
    with path.open("rb") as file:
        length: int = struct.unpack("<Q", file.read(8))[0]
        if length > MAX_HEADER_BYTES:
            raise ValueError(f"its header has {length:,} bytes, more than {MAX_HEADER_BYTES:,}")
        parse_json(file.read(length))
    return length


def take_tensor(
    tensors: Mapping[str, Array], name: str, dtype: type[np.generic], length: int | None
) -> Array:
    """Return one array of a mapped file; raises ModelFormatError unless type and length are as expected."""
    if name not in tensors:
        raise ModelFormatError(f"model.safetensors lacks {name!r}; it holds {shown(sorted(tensors))}")
    tensor = tensors[name]
    if tensor.dtype != dtype or tensor.ndim != 1 or (length is not None and len(tensor) != length):
        raise ModelFormatError(
            f"model.safetensors: {name} is {tensor.dtype} {tensor.shape}, not {np.dtype(dtype)} of length {length}"
        )
    return tensor
