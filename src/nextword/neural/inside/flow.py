"""How changes flow back through a network, step by step: back-propagation through time, for many texts side by side."""

from collections.abc import Iterator, Sequence

import numpy as np

from nextword.arrays import FloatArray
from nextword.neural.inside.trace import LayerTrace

Changes = list[tuple[FloatArray, ...]]
"""For each layer the gradients of its state, (N, H) each."""


def no_change(layers: Sequence[LayerTrace], rows: int) -> Changes:
    """Return gradients of zero."""
    return [tuple(np.zeros((rows, len(vector))) for vector in traced.cell.layer.start) for traced in layers]


def flow_back(layers: Sequence[LayerTrace], changes: Changes) -> Iterator[FloatArray]:
    """Yield the gradients of the vector read last, (N, E), of the one before it, and so on to the first.

    ``changes`` are the gradients of the state after the last step. A layer passes what comes from above and what comes
    from later on to the layer below it and to its own past.
    """
    for step in reversed(range(layers[0].steps)):
        from_above: FloatArray | float = 0.0
        earlier: Changes = []
        for traced, later in zip(reversed(layers), reversed(changes), strict=True):
            summed, before = traced.cell.back(traced.at(step), (later[0] + from_above, *later[1:]))
            from_above = summed @ traced.cell.layer.W_x
            earlier.insert(0, before)
        changes = earlier
        yield np.asarray(from_above)


def state_flow_back(layer: LayerTrace, change: tuple[FloatArray, ...]) -> Iterator[tuple[FloatArray, ...]]:
    """Yield the gradients of a layer's own state before its last step, before the one before that, and so on.

    ``change`` are those of the state after the last step, (M, N, H): M of them for each text.
    """
    for step in reversed(range(layer.steps)):
        _, change = layer.cell.back(layer.at(step), change)
        yield change
