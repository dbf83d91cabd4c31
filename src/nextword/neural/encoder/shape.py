"""How large an encoder is, and which arrays it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.errors import ModelFormatError, SettingError, shown
from nextword.lm.checks import check_count

DIRECTIONS = ("from_start", "from_end")
"""A layer reads from the first vector to the last and, where it has two directions, from the last to the first too."""
GATES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class EncoderShape:
    """The sizes of an encoder.

    Raises SettingError for sizes that make no sense.
    """

    size: int
    """E, how many numbers each vector has."""
    hidden: int = 100
    """H, how many numbers each direction of a layer remembers."""
    layers: int = 1
    """Layers, one on top of the other."""
    directions: int = 2
    """2: from both ends; 1: from the first vector on."""

    def __post_init__(self) -> None:
        check_count("size", self.size, 1, 1 << 16)
        check_count("hidden", self.hidden, 1, 1 << 14)
        check_count("layers", self.layers, 1, 64)
        if type(self.directions) is not int or self.directions not in (
            1,
            2,
        ):  # 2.0 is in it, and counts nothing
            raise SettingError(
                f"directions are 2 (from both ends) or 1 (from the first word on), got {shown(self.directions)}"
            )

    @property
    def width(self) -> int:
        """How many numbers come out for each vector: directions H."""
        return self.directions * self.hidden

    def below(self, layer: int) -> int:
        """Return how many numbers a layer reads at each step."""
        return self.width if layer else self.size

    def prefixes(self, layer: int) -> list[str]:
        """Return what the names of a layer's arrays begin with, a direction each.

        >>> EncoderShape(size=4).prefixes(0)
        ['layers.0.from_start.', 'layers.0.from_end.']
        """
        return [f"layers.{layer}.{direction}." for direction in DIRECTIONS[: self.directions]]

    def array_shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the name and the shape of each array; rows are those of i, f, the candidate and o.

        >>> EncoderShape(size=4, hidden=3, directions=1).array_shapes()
        {'layers.0.from_start.W_x': (12, 4), 'layers.0.from_start.W_h': (12, 3), 'layers.0.from_start.b': (12,)}
        """
        rows, H = GATES * self.hidden, self.hidden
        shapes: dict[str, tuple[int, ...]] = {}
        for layer in range(self.layers):
            for prefix in self.prefixes(layer):
                sizes = {"W_x": (rows, self.below(layer)), "W_h": (rows, H), "b": (rows,)}
                shapes |= {prefix + name: shape for name, shape in sizes.items()}
        return shapes


def check_shapes(
    arrays: Mapping[str, NDArray[Any]], expected: Mapping[str, tuple[int, ...]], what: str
) -> None:
    """Raise ModelFormatError unless the arrays have these names and shapes, in float32."""
    unknown = sorted(set(arrays) - set(expected))
    if unknown:
        raise ModelFormatError(
            f"{shown(unknown[0])} is no part of this {what}; its parts are {shown(list(expected), 200)}"
        )
    for name, shape in expected.items():
        if name not in arrays:
            raise ModelFormatError(f"the {what} lacks {name}, which its settings ask for")
        found = arrays[name]
        if found.dtype != np.float32 or found.shape != shape:
            raise ModelFormatError(
                f"{name} is {found.dtype} {shown(found.shape)}, and the settings of the {what} ask for float32 {shape}"
            )
