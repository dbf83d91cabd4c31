"""Random walks on a graph, many side by side, with random numbers that depend on nothing but the walk."""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel
from nextword.embedding.word2vec.drawing.kernels import GOLDEN, below, draw_word, fill_aliases, mix, stream_of

LANES = 32
"""Walks that go in step, so that the memory is asked for many nodes at once."""
TRIES = 64
"""So often a step is drawn and refused, before the probabilities of all neighbours are added up."""


@kernel
def uniform(bits: int) -> float:
    """Return a number from 0 up to 1, without it, of 53 random bits."""
    return np.float64(bits >> np.uint64(11)) * 2.0**-53


@kernel
def draw(offsets: IntArray, neighbours: IntArray, table: "np.ndarray", node: int, bits: int) -> int:
    """Return a neighbour of a node by weight, or any with the same probability where there is no alias table."""
    begin, end = offsets[node], offsets[node + 1]
    if len(table) > 0:
        return neighbours[begin + draw_word(bits, table[begin:end], end - begin)]
    return neighbours[begin + below(bits, end - begin)]


@kernel
def find(offsets: IntArray, neighbours: IntArray, node: int, other: int) -> int:
    """Return the place of an edge among all, or -1 where there is none."""
    low, high = offsets[node], offsets[node + 1]
    while low < high:
        middle = (low + high) >> 1
        if neighbours[middle] < other:
            low = middle + 1
        else:
            high = middle
    return low if low < offsets[node + 1] and neighbours[low] == other else -1


@kernel
def walk_first_order(
    offsets: IntArray,
    neighbours: IntArray,
    table: "np.ndarray",
    starts: IntArray,
    first: int,
    seed: "np.uint64",
    rows: IntArray,
) -> None:
    """Fill ``rows`` with walks, P(next | now) = weight(now, next) / sum of the weights of now.

    Row r is walk ``(first + r) // V`` from the node ``starts[r]``; where it can go no further, the rest is -1.
    """
    streams = np.empty(LANES, dtype=np.uint64)
    for base in range(0, len(rows), LANES):
        lanes = min(LANES, len(rows) - base)
        for lane in range(lanes):
            walk = (first + base + lane) // (len(offsets) - 1)
            streams[lane] = stream_of(seed, walk, starts[base + lane])
            rows[base + lane, 0] = starts[base + lane]
        for step in range(1, rows.shape[1]):
            for lane in range(lanes):
                node = rows[base + lane, step - 1]
                if node < 0 or offsets[node] == offsets[node + 1]:
                    rows[base + lane, step] = -1
                    continue
                streams[lane] += GOLDEN
                rows[base + lane, step] = draw(offsets, neighbours, table, node, mix(streams[lane]))


@kernel
def walk_second_order(
    offsets: IntArray,
    neighbours: IntArray,
    weights: FloatArray,
    totals: FloatArray,
    table: "np.ndarray",
    back: float,
    out: float,
    starts: IntArray,
    first: int,
    seed: "np.uint64",
    rows: IntArray,
) -> None:
    """Fill ``rows`` with node2vec walks (Grover and Leskovec 2016), as ``walk_first_order`` does.

    P(next | now, before) ~ bias * weight(now, next), where the bias is ``back`` (1/p) for a return, 1 for a
    neighbour of the node before, and ``out`` (1/q) for all others. ``totals`` are the sums of the weights of each
    node; it and ``weights`` are empty where all weigh the same.
    """
    streams = np.empty(LANES, dtype=np.uint64)
    for base in range(0, len(rows), LANES):
        lanes = min(LANES, len(rows) - base)
        for lane in range(lanes):
            walk = (first + base + lane) // (len(offsets) - 1)
            streams[lane] = stream_of(seed, walk, starts[base + lane])
            rows[base + lane, 0] = starts[base + lane]
        for step in range(1, rows.shape[1]):
            for lane in range(lanes):
                row = base + lane
                node = rows[row, step - 1]
                if node < 0 or offsets[node] == offsets[node + 1]:
                    rows[row, step] = -1
                elif step == 1:
                    streams[lane] += GOLDEN
                    rows[row, step] = draw(offsets, neighbours, table, node, mix(streams[lane]))
                else:
                    rows[row, step], streams[lane] = step_from(
                        offsets, neighbours, weights, totals, table, back, out,
                        rows[row, step - 2], node, streams[lane],
                    )  # fmt: skip


@kernel
def step_from(
    offsets: IntArray,
    neighbours: IntArray,
    weights: FloatArray,
    totals: FloatArray,
    table: "np.ndarray",
    back: float,
    out: float,
    before: int,
    node: int,
    stream: int,
) -> tuple[int, int]:
    """Draw one step of a second-order walk by rejection; return it and the place in the random numbers.

    A neighbour is drawn by weight alone and kept with the probability bias / bound. The bound is max(1, out): a
    ``back`` above it would have most others refused, so what the return has beyond the bound is drawn apart (the
    folding of outliers of KnightKing; Yang et al. 2019), with its share of the mass
    W * bound + w * (back - bound), where W is the node's sum of weights and w that of the return.
    """
    bound = max(1.0, out)
    excess = 0.0
    if back > bound:
        edge = find(offsets, neighbours, node, before)
        if edge >= 0:
            if len(weights) > 0:
                share = weights[edge] / totals[node]
            else:
                share = 1.0 / np.float64(offsets[node + 1] - offsets[node])
            excess = share * (back - bound)
            excess /= bound + excess
    least = min(1.0, out)
    for _ in range(TRIES):
        if excess > 0.0:
            stream += GOLDEN
            if uniform(mix(stream)) < excess:
                return before, stream
        stream += GOLDEN
        other = draw(offsets, neighbours, table, node, mix(stream))
        stream += GOLDEN
        height = uniform(mix(stream)) * bound
        if other == before:
            is_kept = height < back
        elif height < least:
            is_kept = True
        else:  # between the two biases, the edge decides
            is_kept = height < (1.0 if find(offsets, neighbours, before, other) >= 0 else out)
        if is_kept:
            return other, stream
    stream += GOLDEN
    height = uniform(mix(stream))
    return add_up(offsets, neighbours, weights, back, out, before, node, height), stream


@kernel
def bias_of(
    offsets: IntArray, neighbours: IntArray, back: float, out: float, before: int, other: int
) -> float:
    """Return what node2vec multiplies the weight of a step with."""
    if other == before:
        return back
    return 1.0 if find(offsets, neighbours, before, other) >= 0 else out


@kernel
def add_up(
    offsets: IntArray,
    neighbours: IntArray,
    weights: FloatArray,
    back: float,
    out: float,
    before: int,
    node: int,
    number: float,
) -> int:
    """Draw one step of a second-order walk from the sums of all probabilities, as a number from 0 to 1 picks."""
    total = 0.0
    for entry in range(offsets[node], offsets[node + 1]):
        bias = bias_of(offsets, neighbours, back, out, before, neighbours[entry])
        total += bias * weights[entry] if len(weights) > 0 else bias
    rest = number * total
    last = offsets[node + 1] - 1
    for entry in range(offsets[node], last):
        bias = bias_of(offsets, neighbours, back, out, before, neighbours[entry])
        rest -= bias * weights[entry] if len(weights) > 0 else bias
        if rest < 0.0:
            return neighbours[entry]
    return neighbours[last]


@kernel
def build_aliases(offsets: IntArray, weights: FloatArray, table: "np.ndarray", totals: FloatArray) -> None:
    """Fill the alias tables of all nodes, each as long as its neighbours are many, and the sums of their weights."""
    for node in range(len(offsets) - 1):
        begin, end = offsets[node], offsets[node + 1]
        if begin < end:
            totals[node] = weights[begin:end].sum()
            fill_aliases(weights[begin:end] / totals[node] * (end - begin), table[begin:end])
