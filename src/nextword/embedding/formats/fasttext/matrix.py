"""The input matrix of a fastText model: dense, or quantised (product quantisation, Jegou et al., 2011)."""

import struct

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.formats.fasttext import kernels
from nextword.embedding.formats.source import ByteSource
from nextword.errors import ModelFormatError

_CENTROIDS = 256
_MOST_GROWTH, _HARMLESS = 64, 1 << 26
"""A quantised matrix grows to eight times its bytes, or sixteen; more than this was made to fill the memory."""
_BLOCK_ROWS = 1 << 12


def read_matrix(source: ByteSource, is_pruned: bool) -> NDArray[np.float32]:
    """Return the matrix, (rows, E); raises ModelFormatError where it is damaged or holds infinite numbers."""
    [is_quantised] = source.take(1, "the matrix")
    if is_quantised > 1 or (is_pruned and not is_quantised):
        source.fail(
            f"the matrix is of kind {is_quantised}, where 0 is dense and 1 quantised, and only quantised ones are "
            "pruned; the file is damaged"
        )
    matrix = _read_quantised(source) if is_quantised else _read_dense(source)
    for begin in range(0, len(matrix), _BLOCK_ROWS):
        if not np.isfinite(matrix[begin : begin + _BLOCK_ROWS]).all():
            source.fail("the matrix holds numbers that are not finite; the file is damaged")
    return matrix


def _read_dense(source: ByteSource) -> NDArray[np.float32]:
    rows, size = _read_shape(source)
    numbers = source.take_array("<f4", rows * size, "the matrix")
    return numbers.astype(np.float32, copy=False).reshape(rows, size)


def _read_quantised(source: ByteSource) -> NDArray[np.float32]:
    began = source.taken
    [has_norms] = source.take(1, "the quantised matrix")
    rows, size = _read_shape(source)
    [code_size] = struct.unpack("<i", source.take(4, "the codes"))
    codes = source.take_array("<u1", code_size, "the codes")
    part, centroids = _read_quantiser(source, size)
    parts = -(-size // part)
    if code_size != rows * parts:
        source.fail(f"{rows:,} rows of {parts:,} codes have {code_size:,} codes; the file is damaged")
    factors = np.ones(rows, dtype=np.float32)
    if has_norms:
        norm_codes = source.take_array("<u1", rows, "the codes of lengths")
        _, norms = _read_quantiser(source, 1)
        factors = norms[norm_codes]
    if 4 * rows * size > max(_HARMLESS, _MOST_GROWTH * (source.taken - began)):
        source.fail(
            f"{source.taken - began:,} bytes would become a matrix of {rows:,} x {size:,}, which no model does"
        )
    matrix = np.empty((rows, size), dtype=np.float32)
    with np.errstate(over="ignore"):
        kernels.add_centroids(codes.reshape(rows, parts), centroids, part, factors, matrix)
    return matrix


def _read_quantiser(source: ByteSource, size: int) -> tuple[int, NDArray[np.float32]]:
    """Return how many numbers a code stands for, and the centroids."""
    dim, parts, part, last = struct.unpack("<4i", source.take(16, "the quantiser"))
    if dim != size or part < 1 or parts != -(-size // part) or last != size - (parts - 1) * part:
        source.fail(
            f"a quantiser of {dim} numbers in {parts} parts of {part} does not fit vectors of {size}; "
            "the file is damaged"
        )
    centroids = source.take_array("<f4", _CENTROIDS * size, "the centroids")
    return part, centroids.astype(np.float32, copy=False)


def _read_shape(source: ByteSource) -> tuple[int, int]:
    rows, size = struct.unpack("<2q", source.take(16, "the shape of the matrix"))
    if rows < 1 or size < 1:
        raise ModelFormatError(
            f"{source.name}: a matrix of {rows:,} x {size:,}; it must have at least one row and one number"
        )
    return rows, size
