"""Arrays on disk: what is written is there, whatever is given back, and the disk's refusals are one error."""

import resource
import threading
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword import scratch as scratch_module
from nextword.errors import StorageError
from nextword.scratch import Scratch, cut_contexts, release, resident
from nextword.workspace import Workspace

MEGABYTES_40 = 5_000_000
"""Items of 8 bytes."""


def test_pages_given_back_keep_what_was_written(tmp_path):
    scratch = Scratch(tmp_path, memory=0)
    array = scratch.empty(MEGABYTES_40, np.int64)
    assert not array.any()
    array[:] = np.arange(MEGABYTES_40)
    held = resident()
    scratch.release()
    assert held - resident() > 30_000_000
    assert np.array_equal(array, np.arange(MEGABYTES_40))
    held = resident()
    release(array[5:].view(np.int32))
    assert held - resident() > 30_000_000
    assert array[-1] == MEGABYTES_40 - 1


def test_releasing_arrays_in_memory_and_private_mappings_loses_nothing(tmp_path):
    (tmp_path / "file").write_bytes(bytes(8))
    private = np.memmap(tmp_path / "file", dtype=np.int64, mode="c")
    for array in (np.zeros(1, dtype=np.int64), private):
        array[0] = 7
        release(array[:])
        assert array[0] == 7


@given(st.lists(st.lists(st.integers(0, 9), max_size=9), max_size=5))
def test_an_appender_holds_its_pieces_in_order(tmp_path_factory, pieces):
    growing = Scratch(tmp_path_factory.getbasetemp(), memory=0).appender(np.int32)
    for piece in pieces:
        growing.append(np.array(piece, dtype=np.int32))
    assert growing.mapped().tolist() == list(chain.from_iterable(pieces))


def test_nothing_can_be_seen_in_the_folder(tmp_path):
    scratch = Scratch(tmp_path, memory=0)
    arrays = scratch.empty(9, np.int8), scratch.appender(np.int8)
    assert arrays
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("threads", [1, 3])
def test_every_item_is_in_one_shard_and_in_one_window(tmp_path, threads, monkeypatch):
    monkeypatch.setattr(Scratch, "SHARD", 7)
    monkeypatch.setattr(scratch_module, "SMALLEST_ROOM", 300)
    for space in (Workspace(threads), Scratch(tmp_path, 0, threads)):
        shards = space.run(lambda first, last: list(range(first, last)), 5, 50)
        assert sorted(chain.from_iterable(shards)) == list(range(5, 50))
        walked = []
        space.walk(lambda first, last, walked=walked: walked.extend(range(first, last)), 5, 50)
        assert walked == list(range(5, 50))
        windows = space.windows(5, 50, 8)
        assert list(chain.from_iterable(range(*window) for window in windows)) == list(range(5, 50))
    assert max(high - low for low, high in windows) * 8 <= 100


def test_an_error_in_a_shard_is_raised_and_ends_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr(Scratch, "SHARD", 1)
    done, before = [], threading.active_count()

    def fail(first, last):
        done.append(first)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Scratch(tmp_path, 0, threads=2).run(fail, 0, 10_000)
    assert len(done) <= 2
    assert threading.active_count() == before


@given(st.lists(st.integers(0, 6), min_size=1, max_size=20), st.integers(1, 8))
def test_contexts_are_cut_by_their_children(sizes, size):
    children = np.cumsum([1, *sizes]).astype(np.int32)
    shards = list(cut_contexts(children, 0, len(sizes), size))
    assert list(chain.from_iterable(range(*shard) for shard in shards)) == list(range(len(sizes)))
    for first, last in shards:
        assert last - first <= size
        assert last - first == 1 or children[last] - children[first] <= size


def test_a_folder_that_is_not_there_and_a_file_that_must_not_grow_are_storage_errors(tmp_path):
    with pytest.raises(StorageError, match=r"cannot keep temporary files in .*nowhere: No such file"):
        Scratch(tmp_path / "nowhere", 0).empty(1, np.int8)
    scratch = Scratch(tmp_path, 0)
    growing = scratch.appender(np.int8)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(StorageError, match=r"File too large; .*raise the limit"):
            scratch.empty(10_001, np.int8)
        with pytest.raises(StorageError, match="File too large"):
            growing.append(np.zeros(10_001, dtype=np.int8))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert scratch.empty(10_001, np.int8).sum() == 0
