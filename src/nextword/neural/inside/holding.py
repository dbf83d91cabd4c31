"""Which units of a layer hold what they remember longest, and which do alike."""

import numpy as np
from numpy.typing import NDArray

from nextword.neural.inside.gates import LayerRecord


def half_lives(layer: LayerRecord) -> NDArray[np.float64]:
    """Return for each unit after how many words half of what it remembers is left, (H,); infinite where all is.

    The keeping gate multiplies the memory at every word, so what is left of it is the product of the gate's values:
    the half-life is log(1/2) over their mean logarithm.
    """
    with np.errstate(divide="ignore"):
        fading = np.log(layer[layer.keeper].astype(np.float64)).mean(axis=0)  # (H,)
        lives: NDArray[np.float64] = np.log(0.5) / np.where(fading == 0, -0.0, fading)
    return lives


ORDERS = {
    "longest": "those that hold longest on top",
    "alike": "those that do alike side by side",
    "number": "as they are numbered",
}
"""The orders in which units are shown, in words."""


def unit_orders(layer: LayerRecord) -> dict[str, NDArray[np.int64]]:
    """Return which unit stands where in each of ``ORDERS``, (H,).

    Units do alike that have nearly one angle in the plane of the two directions in which gates and memories differ
    most from unit to unit.
    """
    lives = half_lives(layer)
    series = np.concatenate([part.values for part in layer.parts.values()]).T.astype(
        np.float64
    )  # (H, parts T)
    series -= series.mean(axis=0)
    left, stretch, _ = np.linalg.svd(series, full_matrices=False)
    plane = (left * stretch)[:, :2]
    angles = np.arctan2(plane[:, -1], plane[:, 0])
    return {
        "longest": np.argsort(-lives, kind="stable"),
        "alike": np.argsort(angles, kind="stable"),
        "number": np.arange(layer.units),
    }
