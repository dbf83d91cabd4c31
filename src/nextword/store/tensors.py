"""Arrays on disk: safetensors files, written whole and mapped into memory."""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from nextword.errors import ModelFormatError, StorageError

Array = NDArray[Any]
DTYPES = {
    "F64": np.float64,
    "F32": np.float32,
    "I64": np.int64,
    "U64": np.uint64,
    "I32": np.int32,
    "U8": np.uint8,
}


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
        # The library checks the header: names, sizes, and offsets that cover the file without holes.
        with safe_open(path, framework="numpy") as file:
            names = file.offset_keys()
            described = [(name, file.get_slice(name)) for name in names]
            kinds = [(name, part.get_dtype(), part.get_shape()) for name, part in described]
        with path.open("rb") as header:
            offset = 8 + struct.unpack("<Q", header.read(8))[0]
        data = np.memmap(path, dtype=np.uint8, mode="r")
    except FileNotFoundError:
        raise ModelFormatError(f"{path} is missing; the model folder is not complete") from None
    except (SafetensorError, OSError, ValueError, struct.error) as error:
        raise ModelFormatError(f"{path} is not a readable safetensors file: {error}") from None
    tensors: dict[str, Array] = {}
    for name, kind, shape in kinds:
        if kind not in DTYPES:
            raise ModelFormatError(f"{path}: {name} has the unknown type {kind}")
        dtype = np.dtype(DTYPES[kind])
        size = int(np.prod(shape, dtype=object)) * dtype.itemsize
        tensors[name] = np.asarray(data[offset : offset + size]).view(dtype).reshape(shape)
        offset += size
    return tensors


def take_tensor(
    tensors: Mapping[str, Array], name: str, dtype: type[np.generic], length: int | None
) -> Array:
    """Return one array of a mapped file; raises ModelFormatError unless type and length are as expected."""
    if name not in tensors:
        raise ModelFormatError(f"model.safetensors lacks {name!r}; it holds {', '.join(sorted(tensors))}")
    tensor = tensors[name]
    if tensor.dtype != dtype or tensor.ndim != 1 or (length is not None and len(tensor) != length):
        raise ModelFormatError(
            f"model.safetensors: {name} is {tensor.dtype} {tensor.shape}, not {np.dtype(dtype)} of length {length}"
        )
    return tensor
