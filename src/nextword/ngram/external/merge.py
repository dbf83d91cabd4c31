"""Merge sorted runs, order by order, reading and writing everything from its beginning to its end."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.errors import InputError
from nextword.ngram.counting.counts import MAX_NODES, Ints
from nextword.ngram.external import kernels
from nextword.ngram.external.runs import Runs, RunsWriter
from nextword.scratch import Scratch

FAN_IN = 32
"""Runs merged at one time; more are merged in several passes."""
BUFFER = 1 << 18
"""N-grams that are merged between two writes."""
_NONE = np.empty(0, dtype=np.int32)


def merge_to_one(runs: Runs, scratch: Scratch, say: Callable[[str], None]) -> Runs:
    """Merge all runs into one, in as many passes as it takes."""
    while len(runs) > 1:
        merged = RunsWriter(scratch)
        for first in range(0, len(runs), FAN_IN):
            _merge(runs.chosen(first, first + FAN_IN), merged, scratch, say)
        runs = merged.finish()
    return runs


@dataclass(frozen=True, slots=True)
class _Fates:
    """What the runs' n-grams of one order have become."""

    merged: Ints
    """(n-grams of this order in all runs,): the node of each in the merged tree."""
    bases: NDArray[np.int64]
    """(R,): where each run's node 0 would stand in it."""

    @classmethod
    def empty(cls, starts: NDArray[np.int64], length: int, scratch: Scratch) -> "_Fates":
        sizes = starts[:, length + 1] - starts[:, length]
        return cls(scratch.empty(int(sizes.sum()), np.int32), np.cumsum(sizes) - sizes - starts[:, length])


def _merge(runs: Runs, merged: RunsWriter, scratch: Scratch, say: Callable[[str], None]) -> None:
    """Merge some runs into one that is written behind others."""
    starts = np.zeros(runs.order + 2, dtype=np.int64)
    starts[:3] = runs.starts[0, :3]
    shorter = _merge_words(runs, merged, scratch)
    for length in range(2, runs.order + 1):
        say(f"merging {length}-grams of {len(runs)} pieces")
        is_last = length == runs.order
        fates = _Fates(_NONE, shorter.bases) if is_last else _Fates.empty(runs.starts, length, scratch)
        starts[length + 1] = _merge_level(runs, shorter, fates, starts, length, merged, scratch)
        shorter = fates
    merged.children.append(starts[-1:].astype(np.int32))
    merged.close_run(starts)


def _merge_words(runs: Runs, merged: RunsWriter, scratch: Scratch) -> _Fates:
    """Merge the empty n-gram and the words: every run has all of them, as the same nodes."""
    size = int(runs.starts[0, 2])
    counts = np.zeros(size, dtype=np.int64)
    fates = _Fates.empty(runs.starts, 1, scratch)
    for node_base, base in zip(runs.node_bases, fates.bases, strict=True):
        counts += runs.counts[node_base : node_base + size]
        fates.merged[base + 1 : base + size] = np.arange(1, size)
    merged.words.append(np.arange(-1, size - 1, dtype=np.int32))
    merged.counts.append(counts.astype(np.int32))
    merged.children.append(np.ones(1, dtype=np.int32))
    return fates


def _merge_level(
    runs: Runs,
    shorter: _Fates,
    fates: _Fates,
    starts: NDArray[np.int64],
    length: int,
    merged: RunsWriter,
    scratch: Scratch,
) -> int:
    """Write the n-grams of one order and the children of their contexts; returns the node behind the last."""
    nodes, ends = runs.starts[:, length].copy(), runs.starts[:, length + 1].copy()
    parents = runs.starts[:, length - 1].copy()
    tables = (
        nodes, parents, ends, shorter.merged, shorter.bases,
        runs.words, runs.node_bases, runs.children, runs.child_bases,
    )  # fmt: skip
    keys = np.array([kernels.read_key(run, *tables) for run in range(len(runs))], dtype=np.int64)
    words, counts, children = (np.empty(BUFFER, dtype=np.int32) for _ in range(3))
    context, node = int(starts[length - 1]), int(starts[length])
    while True:
        ngrams, contexts = kernels.merge_ngrams(
            keys, *tables, runs.counts, fates.merged, fates.bases,
            context, int(starts[length]), node, words, counts, children,
        )  # fmt: skip
        merged.words.append(words[:ngrams])
        merged.counts.append(counts[:ngrams])
        merged.children.append(children[:contexts])
        node, context = node + ngrams, context + contexts
        if node > MAX_NODES:
            raise InputError(f"more than {MAX_NODES:,} n-grams; lower --order or split the text")
        if ngrams == contexts == 0:
            return node
        scratch.tidy()
