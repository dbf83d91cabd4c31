"""|| d s(t) / d s(t - k) ||: how a state hangs on the same state k words before."""

import numpy as np
from numpy.typing import NDArray

from nextword.neural.inside.flow import state_flow_back
from nextword.neural.inside.trace import LayerTrace

DIRECTIONS = 8
"""In which a state of more units than that is moved."""


def state_norms(layer: LayerTrace, part: int) -> NDArray[np.float64]:
    """Return the norm of d s(t) / d s(t - k) over sqrt(H), (K, N), where s is h (part 0) or c (part 1).

    t is the last step of the traces (T, N, H), and k goes from 1 to T. The other part of the state is held as it was.
    The norm is Frobenius': its square over H is the mean of || u^T J ||^2 over directions u, of which `DIRECTIONS`,
    perpendicular to each other, are taken; of as few units all, which is exact.
    """
    places, H = layer.values["hidden"].shape[1:]
    random = np.random.default_rng(0).standard_normal((H, min(H, DIRECTIONS)))
    directions = np.linalg.qr(random)[0].T  # (M, H)
    moved = np.broadcast_to(directions[:, None], (len(directions), places, H))
    parts = layer.cell.layer.memories
    change = tuple(moved if each == part else np.zeros_like(moved) for each in range(parts))
    norms = np.empty((layer.steps, places))
    for k, before in enumerate(state_flow_back(layer, change)):
        norms[k] = np.sqrt((before[part] ** 2).sum(axis=2).mean(axis=0))
    return norms
