"""Arrays on disk: safetensors files, written whole and mapped into memory."""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from nextword.errors import ModelFormatError, StorageError, disk_reason
from nextword.scratch import release

Array = NDArray[Any]
DTYPES = {"I64": np.int64, "F64": np.float64, "F32": np.float32, "I32": np.int32, "U8": np.uint8}
"""What arrays may hold, in the order in which safetensors files have them."""
PIECE_BYTES = 1 << 23


def write_tensors(path: Path, tensors: Mapping[str, Array]) -> None:
    """Write named arrays as one safetensors file; raises StorageError where the disk refuses.

    They are written piece by piece, so that arrays mapped from files need not fit into memory. The bytes are those
    of the safetensors library: the widest types come first, so that every array is aligned, and names are sorted.
    """
    kinds = {np.dtype(dtype): kind for kind, dtype in DTYPES.items()}
    widest_first = list(kinds)
    names = sorted(tensors, key=lambda name: (widest_first.index(tensors[name].dtype), name))
    header, offset = {}, 0
    for name in names:
        end = offset + tensors[name].nbytes
        kind, shape = kinds[tensors[name].dtype], list(tensors[name].shape)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    try:
        with path.open("wb") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            for name in names:
                _write_pieces(file, tensors[name])
    except OSError as error:
        raise StorageError(f"cannot write {path.name}: {disk_reason(error)}") from None


def _write_pieces(file: BinaryIO, tensor: Array) -> None:
    flat = np.ascontiguousarray(tensor).reshape(-1)
    items = PIECE_BYTES // flat.itemsize
    for begin in range(0, len(flat), items):
        file.write(flat[begin : begin + items].data)
        release(flat)


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
