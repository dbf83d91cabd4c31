"""A recurrent layer seen from inside: what a step computes on its way, and how a change flows back through it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, ClassVar, TypeVar

import numpy as np

from nextword.arrays import FloatArray
from nextword.neural.inference.recurrent import Layer, Vectors

Values = Mapping[str, FloatArray]
"""What a step computed, by name: each (B, H)."""
Kind = TypeVar("Kind", bound=Layer)


class Cell(ABC):
    """One layer's equations, forwards with all that they compute, and backwards."""

    shown: ClassVar[tuple[str, ...]]
    """What people look at: the gates, the candidate, and what is remembered."""
    gates: ClassVar[tuple[str, ...]] = ()
    """Those of ``shown`` that are gates, between 0 (closed) and 1 (open)."""
    keeper: ClassVar[str | None] = None
    """The gate that keeps what is remembered."""

    def __init__(self, layer: Any) -> None:
        self.layer = layer

    @abstractmethod
    def look(self, below: FloatArray, state: Vectors) -> tuple[dict[str, FloatArray], Vectors]:
        """Return all that a step computes, and the state after it; ``below`` is W_x x + b, (B, gates H)."""

    @abstractmethod
    def back(self, at: Values, change: Vectors) -> tuple[FloatArray, Vectors]:
        """Return the gradients of W_x x + b (..., gates H) and of the state before (..., H), for those after the step.

        ``at`` is what `look` returned of the step, and ``change`` the gradients of the state after it: (..., H).
        """


def in_float64(layer: Kind) -> Kind:
    """Return a layer that computes in float64."""
    arrays = {
        field.name: value.astype(np.float64)
        for field in fields(layer)
        if isinstance(value := getattr(layer, field.name), np.ndarray)
    }
    return replace(layer, **arrays)
