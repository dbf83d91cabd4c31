"""Blocks are done in order, all of them or the first ones."""

import threading
import time

import pytest

from nextword.embedding.word2vec.blocks import run_blocks


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_the_blocks(threads):
    def work(block):
        time.sleep(0.002 * (block % 3))
        return block * block

    assert list(run_blocks(work, range(40), threads)) == [block * block for block in range(40)]
    assert list(run_blocks(work, [], threads)) == []


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("read", [1, 2, 17])
def test_whoever_stops_reading_leaves_the_first_blocks_done(threads, read):
    done, lock = [], threading.Lock()

    def work(block):
        time.sleep(0.001)
        with lock:
            done.append(block)

    results = run_blocks(work, range(200), threads)
    for _ in range(read):
        next(results)
    results.close()
    assert sorted(done) == list(range(len(done)))
    assert read <= len(done) <= read + 4 * threads + threads


@pytest.mark.parametrize("threads", [1, 3])
def test_an_error_in_a_block_is_raised_where_results_are_read(threads):
    def work(block):
        if block == 5:
            raise ValueError(f"block {block}")
        return block

    results = run_blocks(work, range(50), threads)
    with pytest.raises(ValueError, match="block 5"):
        list(results)
    assert threading.active_count() < 10
