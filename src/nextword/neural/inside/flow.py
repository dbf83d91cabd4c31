"""How changes flow back through a network, step by step: back-propagation through time, for many places at once.

A place is a step t of a text. All places go back together, one step at a time, each from its own t.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.neural.inside.trace import LayerTrace

Changes = list[tuple[FloatArray, ...]]
"""For each layer the gradients of its state, (N, H) each."""


def no_change(layers: Sequence[LayerTrace], rows: int) -> Changes:
    """Return gradients of zero."""
    return [tuple(np.zeros((rows, len(vector))) for vector in traced.cell.layer.start) for traced in layers]


def flow_back(
    layers: Sequence[LayerTrace], places: IntArray, changes: Changes, steps: int
) -> Iterator[tuple[FloatArray, Changes]]:
    """Yield, for k = 0, 1, ... below ``steps``, the gradients of the vector read at t - k and of the state before it.

    ``places`` (N,) are the steps t, and ``changes`` the gradients of the state after them. A layer passes what comes
    from above and what comes from later on to the layer below it, (N, below), and to its own past.
    """
    for k in range(steps):
        earlier: Changes = []
        from_above: FloatArray | None = None
        for traced, later in zip(reversed(layers), reversed(changes), strict=True):
            dh = later[0] if from_above is None else later[0] + from_above
            from_above, before = traced.cell.back(traced.at(places - k), (dh, *later[1:]))
            earlier.insert(0, before)
        changes = earlier
        yield from_above, changes  # type: ignore[misc]  # there is at least one layer
