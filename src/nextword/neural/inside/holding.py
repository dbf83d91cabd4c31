"""Which units of a layer hold what they remember longest, and which do alike."""

import numpy as np
from numpy.typing import NDArray

from nextword.blas import one_blas_thread
from nextword.errors import SettingError
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


def unit_order(layer: LayerRecord, name: str = "longest") -> NDArray[np.int64]:
    """Return which unit stands where in one of ``ORDERS``, (H,); raises SettingError for another."""
    match name:
        case "longest":
            return np.argsort(-half_lives(layer), kind="stable")
        case "alike":
            return np.argsort(_angles(layer), kind="stable")
        case "number":
            return np.arange(layer.units)
    raise SettingError(f"units stand in the order {', '.join(ORDERS)}, got {name!r}")


def _angles(layer: LayerRecord) -> NDArray[np.float64]:
    """Return the angle of each unit in a plane, (H,): units do alike whose angles are nearly one.

    The plane is that of the two directions in which gates and memories differ most from unit to unit.
    """
    series = np.concatenate([part.values for part in layer.parts.values()])  # (parts T, H)
    series = series - series.mean(axis=1, keepdims=True)
    # The directions of the smaller side's products are those of the singular vectors, at a fraction of their price.
    is_long = len(series) >= layer.units
    with one_blas_thread():
        products = series.T @ series if is_long else series @ series.T
        strengths, directions = np.linalg.eigh(products.astype(np.float64))
    strongest = directions[:, ::-1][:, :2]
    plane = (
        strongest * np.sqrt(np.maximum(strengths[::-1][:2], 0)) if is_long else series.T @ strongest
    )  # (H, 2)
    # Directions have no sign of their own: the unit that is farthest out is at the positive end.
    farthest = plane[np.abs(plane).argmax(axis=0), np.arange(plane.shape[1])]
    plane = np.where(farthest < 0, -plane, plane)
    angles: NDArray[np.float64] = np.arctan2(plane[:, -1], plane[:, 0])
    return angles
