"""Planes through the space of word vectors, onto which words fall straight: differences stay differences."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def principal_axes(points: Matrix) -> Matrix:
    """Return the two directions in which points (N, E) differ most, (2, E): their principal components.

    Exact, by singular value decomposition of the centred points. The sign, which the mathematics leaves open, is
    chosen so that the largest part of each axis is positive. Where the points lie on a line or in one place, the
    axes without any variance are rows of zeros.
    """
    centred = points - points.mean(axis=0)
    _, singular, rows = np.linalg.svd(centred, full_matrices=False)  # (N, K), (K,), (K, E)
    axes = np.zeros((2, points.shape[1]))
    for axis, (value, row) in enumerate(zip(singular[:2], rows[:2], strict=True)):
        if value > 1e-6 * max(float(singular[0]), 1e-12):
            axes[axis] = row * (1.0 if row[np.abs(row).argmax()] >= 0 else -1.0)
    return axes


def analogy_axes(points: Matrix, a: Matrix, b: Matrix, c: Matrix) -> Matrix:
    """Return orthonormal axes of the plane through a, b and c, (2, E): across goes from a to c, b lies above a.

    In this plane the parallelogram of an analogy has its true shape. Where the three lie on one line, the second
    axis is the principal axis of what is left of the points.
    """
    across = c - a
    length = float(np.linalg.norm(across))
    if length < 1e-9:
        return principal_axes(points)
    across = across / length
    up = (b - a) - ((b - a) @ across) * across
    length = float(np.linalg.norm(up))
    if length > 1e-6:
        return np.stack([across, up / length])
    rest = points - (points @ across)[:, None] * across
    return np.stack([across, principal_axes(rest)[0]])


def explained(points: Matrix, axes: Matrix) -> tuple[float, float]:
    """Return the shares of the variance of points (N, E) that lie along two orthonormal axes, from 0 to 1."""
    centred = points - points.mean(axis=0)
    total = float((centred**2).sum())
    first, second = ((centred @ axes.T) ** 2).sum(axis=0) / (total if total > 0 else 1.0)
    return float(first), float(second)
