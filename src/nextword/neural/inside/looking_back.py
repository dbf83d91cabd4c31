"""Stretches of a text as a network reads them, to be looked back through from their last words."""

from collections.abc import Iterator

import numpy as np

from nextword.arrays import IntArray
from nextword.neural.inference.recurrent import RecurrentNetwork
from nextword.neural.inference.states import Memories
from nextword.neural.inside.cell import in_float64
from nextword.neural.inside.trace import LayerTrace, trace

WARM_UP = 128
"""Words that are read before each stretch, so that the memory is that of the middle of a text."""
MOST_BYTES = 1 << 28
"""Of what is kept of the stretches that are looked back through at once."""


def stretches(
    network: RecurrentNetwork, words: IntArray, places: IntArray, distance: int
) -> Iterator[tuple[slice, list[LayerTrace]]]:
    """Yield what the layers compute at the ``distance`` words of a text (T,) that end with each of ``places``.

    Each item is a part of the places (N,) and its traces (distance, N, H), in float64: gradients fade far below what
    float32 can hold.
    """
    exact = RecurrentNetwork(network.embedding, [in_float64(layer) for layer in network.layers])
    of_place = distance * 8 * sum(8 * layer.start.shape[1] for layer in exact.layers)
    at_once = max(1, MOST_BYTES // of_place)
    for begin in range(0, len(places), at_once):
        some = slice(begin, begin + at_once)
        first = places[some] - distance + 1  # (N,) where the stretches begin
        state = _before(exact, words, first)
        yield some, trace(exact, words[first + np.arange(distance)[:, None]], state)[0]


def _before(network: RecurrentNetwork, words: IntArray, first: IntArray) -> Memories:
    """Return the state before each of some places, after as many words as there are before it, up to `WARM_UP`."""
    start = network.initial_state(len(first))
    state = start
    for back in range(min(WARM_UP, int(first.max())), 0, -1):
        place = first - back
        is_read = (place >= 0)[:, None]  # a text that has not begun leaves the state as it is at the start
        after = network.advance(state, words[np.maximum(place, 0)])
        state = Memories(
            tuple(np.where(is_read, new, old) for new, old in zip(after.vectors, start.vectors, strict=True))
        )
    return state
