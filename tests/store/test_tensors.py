"""The bytes of a safetensors file are those that the library writes."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors.numpy import save

from nextword.errors import ModelFormatError
from nextword.store import tensors as tensors_module
from nextword.store.tensors import DTYPES, map_tensors, write_tensors

some_arrays = st.sampled_from(list(DTYPES.values())).flatmap(
    lambda dtype: arrays(dtype, st.lists(st.integers(0, 5), min_size=1, max_size=2).map(tuple))
)


@given(st.dictionaries(st.sampled_from(["a", "b", "words", "log_probs", "B"]), some_arrays, max_size=5))
def test_files_are_those_of_the_library(tmp_path_factory, tensors):
    path = tmp_path_factory.getbasetemp() / "file.safetensors"
    write_tensors(path, tensors)
    assert path.read_bytes() == save(tensors)


def test_arrays_longer_than_a_piece_are_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(tensors_module, "PIECE_BYTES", 64)
    tensors = {"a": np.arange(99), "b": np.arange(50, dtype=np.int32)[::2]}
    write_tensors(tmp_path / "file", tensors)
    mapped = map_tensors(tmp_path / "file")
    assert all(np.array_equal(mapped[name], tensors[name]) for name in tensors)
    write_tensors(tmp_path / "again", mapped)
    assert (tmp_path / "again").read_bytes() == (tmp_path / "file").read_bytes()


@pytest.mark.parametrize("shape", [[1] * 70, [2**62, 0], [2**63, 0], [0, 2**64 - 1]], ids=str)
def test_a_shape_that_no_array_has_is_refused(tmp_path, shape):
    """The library takes it where the product is the number of bytes."""
    size = 0 if 0 in shape else 4
    header = json.dumps({"a": {"dtype": "F32", "shape": shape, "data_offsets": [0, size]}}).encode()
    header += b" " * (-len(header) % 8)
    (tmp_path / "file").write_bytes(struct.pack("<Q", len(header)) + header + bytes(size))
    with pytest.raises(ModelFormatError, match=r"shape|readable"):
        map_tensors(tmp_path / "file")
