"""Edge lists: files of lines ``a b`` or ``a b weight``."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import numpy as np

from nextword.embedding.graphs import kernels
from nextword.embedding.graphs.graph import Graph
from nextword.errors import InputError, shown
from nextword.text.chunks import WordChunks
from nextword.text.readers import Block, read_blocks


def read_edges(
    sources: Sequence[str | Path],
    *,
    directed: bool = False,
    weighted: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Graph:
    """Read a graph from edge lists: files, folders or ``-``, plain or compressed, one edge a line.

    A line holds the names of two nodes, any strings without white space, and perhaps a positive weight, which is 1
    where none stands; white space lies between. Blank lines and those that begin with ``#`` are skipped. Weights
    of an edge that comes several times, in an undirected graph either way round, add up. Without ``weighted``
    all edges weigh the same, however often they come, and what follows the two names is skipped.
    `progress` is told how many bytes on disk were read since it was last told.

    Raises InputError, with the file and the line, for whatever is wrong.
    """
    chunks = WordChunks()
    ends, weights = [], []
    for block in read_blocks(sources, progress=progress):
        text = np.frombuffer(block.data, dtype=np.uint8)
        names = np.empty(len(text) + 1, dtype=np.uint8)
        # The shortest line is "a b\n".
        masses = np.empty(len(text) // 4 + 1)
        wrong, place, written, edges = kernels.cut_edges(text, weighted, names, masses)
        if wrong:
            _refuse(block, wrong, place)
        ends.append(chunks.number(names[:written].tobytes()).reshape(-1, 3)[:, :2] - 1)
        weights.append(masses[:edges].copy())
    pairs = np.concatenate(ends)  # (n, 2)
    if len(pairs) == 0:
        raise InputError("there is not one edge in the files; give lines of two names with a space between")
    return Graph.from_edges(
        chunks.strings(chunks.fresh()),
        np.ascontiguousarray(pairs[:, 0]),
        np.ascontiguousarray(pairs[:, 1]),
        np.concatenate(weights) if weighted else None,
        directed=directed,
    )


def _refuse(block: Block, wrong: int, place: int) -> NoReturn:
    line = block.first_line + block.data.count(b"\n", 0, place)
    text = block.data[place : block.data.index(b"\n", place)].decode("utf-8").strip()
    fields = text.split()
    if wrong == kernels.FEW_FIELDS:
        comma = "; white space must stand between them, not a comma" if "," in text else ""
        what = f"{shown(text)} is one name; an edge has two names, and perhaps a weight{comma}"
    elif wrong == kernels.MANY_FIELDS:
        what = (
            f"{shown(text)} has {len(fields)} fields; an edge has two names, and perhaps a weight: names hold no "
            "white space (--unweighted skips what follows them)"
        )
    else:
        what = (
            f"{shown(fields[2])} is not a weight; weights are positive numbers (--unweighted skips what follows "
            "the two names)"
        )
    raise InputError(f"{block.source}: line {line}: {what}")
