"""Random walks on a graph, many side by side, with random numbers that depend on nothing but the walk."""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel

LANES = 32
"""Walks that go in step, so that the memory is asked for many nodes at once."""
TRIES = 64
"""So often a step is drawn and refused, before the probabilities of all neighbours are added up."""
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@kernel
def mixed(bits: "np.uint64") -> "np.uint64":
    """Return bits that look random (the finaliser of SplitMix64; Steele, Lea and Flood 2014)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


@kernel
def stream_of(seed: "np.uint64", walk: int, node: int) -> "np.uint64":
    """Return where the random numbers begin of the ``walk``-th walk from a node."""
    return mixed(mixed(mixed(seed + GOLDEN) + np.uint64(walk)) + np.uint64(node))


@kernel
def uniform(bits: "np.uint64") -> float:
    """Return a number from 0 up to 1, without it, of 53 random bits."""
    return np.float64(bits >> np.uint64(11)) * 2.0**-53


@kernel
def draw(
    offsets: IntArray,
    neighbours: IntArray,
    thresholds: FloatArray,
    aliases: IntArray,
    node: int,
    number: float,
) -> int:
    """Return the neighbour of a node that a number from 0 to 1 picks.

    With alias tables (Walker 1977), a place that is picked keeps its neighbour with the probability
    ``thresholds[place]``, and gives its alias otherwise: the whole part of number * degree is the place, and what
    is left decides. Without, all neighbours are alike.
    """
    begin = offsets[node]
    scaled = number * np.float64(offsets[node + 1] - begin)
    place = np.int64(scaled)
    if len(thresholds) > 0 and scaled - place >= thresholds[begin + place]:
        return aliases[begin + place]
    return neighbours[begin + place]


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
    thresholds: FloatArray,
    aliases: IntArray,
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
                number = uniform(mixed(streams[lane]))
                rows[base + lane, step] = draw(offsets, neighbours, thresholds, aliases, node, number)


@kernel
def walk_second_order(
    offsets: IntArray,
    neighbours: IntArray,
    weights: FloatArray,
    totals: FloatArray,
    thresholds: FloatArray,
    aliases: IntArray,
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
                    number = uniform(mixed(streams[lane]))
                    rows[row, step] = draw(offsets, neighbours, thresholds, aliases, node, number)
                else:
                    rows[row, step], streams[lane] = step_from(
                        offsets, neighbours, weights, totals, thresholds, aliases, back, out,
                        rows[row, step - 2], node, streams[lane],
                    )  # fmt: skip


@kernel
def step_from(
    offsets: IntArray,
    neighbours: IntArray,
    weights: FloatArray,
    totals: FloatArray,
    thresholds: FloatArray,
    aliases: IntArray,
    back: float,
    out: float,
    before: int,
    node: int,
    stream: "np.uint64",
) -> tuple[int, "np.uint64"]:
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
            if uniform(mixed(stream)) < excess:
                return before, stream
        stream += GOLDEN
        other = draw(offsets, neighbours, thresholds, aliases, node, uniform(mixed(stream)))
        stream += GOLDEN
        height = uniform(mixed(stream)) * bound
        if other == before:
            is_kept = height < back
        elif height < least:
            is_kept = True
        else:  # between the two biases, the edge decides
            is_kept = height < (1.0 if find(offsets, neighbours, before, other) >= 0 else out)
        if is_kept:
            return other, stream
    stream += GOLDEN
    height = uniform(mixed(stream))
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
def build_aliases(
    offsets: IntArray,
    neighbours: IntArray,
    weights: FloatArray,
    thresholds: FloatArray,
    aliases: IntArray,
    totals: FloatArray,
) -> None:
    """Fill the alias tables of all nodes, and the sums of their weights (Vose 1991, with one queue of places).

    Each place has the room 1, and a neighbour the mass weight * degree / total. Places with less than their room
    are filled up by those with more, one after the other.
    """
    widest = 0
    for node in range(len(offsets) - 1):
        widest = max(widest, offsets[node + 1] - offsets[node])
    masses = np.empty(widest)
    queue = np.empty(widest, dtype=np.int64)  # small places from the left, large ones from the right
    for node in range(len(offsets) - 1):
        begin, end = offsets[node], offsets[node + 1]
        total = 0.0
        for entry in range(begin, end):
            total += weights[entry]
        totals[node] = total
        small, large = 0, widest
        for entry in range(begin, end):
            mass = weights[entry] / total * (end - begin)
            masses[entry - begin] = mass
            thresholds[entry] = 1.0
            aliases[entry] = neighbours[entry]
            if mass < 1.0:
                queue[small] = entry
                small += 1
            else:
                large -= 1
                queue[large] = entry
        while small > 0 and large < widest:
            small -= 1
            poor, rich = queue[small], queue[large]
            thresholds[poor] = masses[poor - begin]
            aliases[poor] = neighbours[rich]
            masses[rich - begin] -= 1.0 - masses[poor - begin]
            if masses[rich - begin] < 1.0:
                large += 1
                queue[small] = rich
                small += 1
