"""Arrays on disk: safetensors files, written whole and mapped into memory."""

import json
import math
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from nextword.errors import ModelFormatError, shown
from nextword.scratch import release
from nextword.store.files import size_of
from nextword.store.json_files import parse_json

Array = NDArray[Any]
DTYPES = {
    "U64": np.uint64,
    "I64": np.int64,
    "F64": np.float64,
    "F32": np.float32,
    "I32": np.int32,
    "U8": np.uint8,
}
"""What arrays may hold, in the order in which safetensors files have them."""
MAX_HEADER_BYTES = 1 << 20
PIECE_BYTES = 1 << 23
"""Arrays are written in such pieces, so that those mapped from files need not fit into memory."""


class TensorFile:
    """A safetensors file that is written array by array, in any order, by one thread at a time.

    The bytes are those of the safetensors library: the widest types come first, so that every array is aligned, and
    names are sorted.
    """

    def __init__(self, path: Path, shapes: Mapping[str, tuple[np.dtype[Any], tuple[int, ...]]]) -> None:
        kinds = {np.dtype(dtype): kind for kind, dtype in DTYPES.items()}
        widest_first = list(kinds)
        names = sorted(shapes, key=lambda name: (widest_first.index(shapes[name][0]), name))
        header, end = {}, 0
        self._offsets, self._shapes = dict[str, int](), dict(shapes)
        for name in names:
            dtype, shape = shapes[name]
            begin, end = end, end + math.prod(shape) * dtype.itemsize
            self._offsets[name] = begin
            header[name] = {"dtype": kinds[dtype], "shape": list(shape), "data_offsets": [begin, end]}
        text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
        text += b" " * (-len(text) % 8)
        self._data = 8 + len(text)
        self._file = path.open("wb")
        self._write_at(0, struct.pack("<Q", len(text)) + text)

    def write(self, name: str, tensor: Array) -> None:
        """Write one array, which must have the shape and type that were announced."""
        if (tensor.dtype, tensor.shape) != self._shapes[name]:
            raise ValueError(f"{name} is {tensor.dtype} {tensor.shape}, announced was {self._shapes[name]}")
        flat = np.ascontiguousarray(tensor).reshape(-1).view(np.uint8)
        begins = range(0, len(flat), PIECE_BYTES)
        for begin in begins:
            piece = flat[begin : begin + PIECE_BYTES]
            self._write_at(self._data + self._offsets[name] + begin, piece.data)
            release(flat)

    def sync(self) -> None:
        """Wait until all that was written is on the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write_at(self, offset: int, data: bytes | memoryview) -> None:
        self._file.seek(offset)
        self._file.write(data)
        self._file.flush()


def write_tensors(path: Path, tensors: Mapping[str, Array]) -> None:
    """Write named arrays as one safetensors file; raises OSError where the disk refuses."""
    file = TensorFile(path, {name: (tensor.dtype, tensor.shape) for name, tensor in tensors.items()})
    try:
        for name, tensor in tensors.items():
            file.write(name, tensor)
    finally:
        file.close()


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
        try:
            tensors[name] = np.asarray(data[offset : offset + size]).view(dtype).reshape(shape)
        except (
            ValueError,
            OverflowError,
        ):  # more dimensions than NumPy has, or one beyond all numbers beside a zero
            raise ModelFormatError(f"{path}: {shown(name)} has the impossible shape {shown(shape)}") from None
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
    tensors: Mapping[str, Array],
    name: str,
    dtype: type[np.generic],
    length: int | None,
    file: str = "model.safetensors",
) -> Array:
    """Return one array of a mapped file; raises ModelFormatError unless type and length are as expected."""
    if name not in tensors:
        raise ModelFormatError(f"{file} lacks {name!r}; it holds {shown(sorted(tensors))}")
    tensor = tensors[name]
    if tensor.dtype != dtype or tensor.ndim != 1 or (length is not None and len(tensor) != length):
        raise ModelFormatError(
            f"{file}: {name} is {tensor.dtype} {tensor.shape}, not {np.dtype(dtype)} of length {length}"
        )
    return tensor
