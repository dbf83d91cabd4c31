"""Write counts as text."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nextword.errors import SettingError
from nextword.ngram.counting.counted import CountedText
from nextword.ngram.counting.counts import NgramCounts
from nextword.ngram.counting.lines import kernels
from nextword.text.chunks import DELIMITERS
from nextword.text.output import BUFFER_BYTES, WordArena, open_target, word_arena, write_behind

_DELIMITERS = frozenset(DELIMITERS.decode())


def write_counts(
    counted: CountedText,
    target: str | Path | BinaryIO,
    order: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write a line an n-gram, its words between spaces, a tab and its count, which SRILM reads.

    Lines go by order, then word by word in the order of the ids; ``order`` writes the n-grams of one length alone.
    ``<s>`` and ``</s>`` are words like others. A word of the vocabulary that was not seen has the count 0.

    The name tells the compression (.gz, .bz2, .xz, .zst); ``-`` is standard output, and an open binary file is
    written as it is. A named file appears when all of it is written, or not at all. ``progress`` is told how many
    n-grams were written since it was last told.

    Raises SettingError for an order that was not counted and for tokens that cannot stand between spaces,
    StorageError where writing fails.
    """
    if order is not None and not 1 <= order <= counted.order:
        raise SettingError(f"the counts are of order 1 to {counted.order}, got order {order}")
    arena = word_arena(counted.tokenizer.tokens, _encode)
    orders = range(1, counted.order + 1) if order is None else [order]
    with open_target(target) as file:
        batches = (batch for length in orders for batch in _batches(counted.tree, arena, length))
        write_behind(file, batches, progress)


def _batches(tree: NgramCounts, arena: WordArena, order: int) -> Iterator[tuple[memoryview, int]]:
    """Yield the lines of one order in bounded batches, each with the number of its n-grams."""
    longest = order * (int(np.diff(arena[1]).max()) + 1) + kernels.NUMBER_BYTES + 1
    # Two in turn: one is being written while the other is filled.
    buffers = [np.empty(max(BUFFER_BYTES, longest), dtype=np.uint8) for _ in range(2)]
    nodes = tree.nodes(order)
    node, path = nodes.start, np.full(order, nodes.start)
    for level in range(order - 1, 0, -1):
        path[level - 1] = np.searchsorted(tree.children, path[level], side="right") - 1
    while node < nodes.stop:
        buffers.reverse()
        before = node
        node, size = kernels.format_counts(
            tree.words, tree.children, tree.counts, *arena, path, node, nodes.stop, buffers[0]
        )
        yield buffers[0][:size].data, node - before


def _encode(token: str) -> bytes:
    if not token or not _DELIMITERS.isdisjoint(token):
        raise SettingError(
            f"the token {token!r} is empty or holds white space, which separates the words of a line; "
            "count with the whitespace, words or bpe tokenizer, or keep the counts as a folder"
        )
    return token.encode("utf-8")
