"""A sheet on which matrices stand as cells with numbers; one unit is a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.colors import Colormap

CELL = (0.52, 0.30)
"""The width and height of a cell in inches."""
INK, FAINT, LINE = "#1f2933", "#a9b1ba", "#52606d"
PAPER = (0.984, 0.984, 0.988, 1.0)
Scale = Literal["signed", "chances", "marks"]
COLOURS = {
    "signed": ["#2166ac", "#92c5de", "#f7f7f7", "#f4a582", "#b2182b"],
    "chances": ["#f7fcf5", "#a1d99b", "#238b45"],
    "marks": ["#f3f4f6", "#3e4c59"],
}
"""Below zero blue, above it red; probabilities green; zeros and ones grey."""


class Sheet:
    """A figure without axes; y grows downwards, and 0 is the top of the first row."""

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.colors import LinearSegmentedColormap
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        top = 4.0
        self.figure = Figure(figsize=(width * CELL[0], (height + 0.4 + top) * CELL[1]), facecolor="white")
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set(xlim=(0, width), ylim=(height + 0.4, -top))
        self.axes.axis("off")
        self.colours: dict[str, Colormap] = {
            name: LinearSegmentedColormap.from_list(name, colours) for name, colours in COLOURS.items()
        }

    def cells(
        self,
        left: float,
        top: float,
        values: NDArray[np.float64],
        scale: Scale,
        *,
        form: str = "{:.2f}",
        faint: NDArray[np.bool_] | None = None,
    ) -> None:
        """Draw a matrix, (rows, columns): NaN as an empty cell, rows that are faint without colour."""
        from matplotlib.patches import Rectangle

        for (row, column), value in np.ndenumerate(values):
            pale = np.isnan(value) or (faint is not None and faint[row])
            colour = PAPER if pale else self._colour(value, scale)
            place = (left + column, top + row)
            self.axes.add_patch(Rectangle(place, 1, 1, facecolor=colour, edgecolor="white", linewidth=1.5))
            if not np.isnan(value):
                ink = FAINT if pale else _ink_on(colour)
                text = _signed(form.format(value))
                self._write(left + column + 0.5, top + row + 0.52, text, size=7.5, color=ink)

    def _colour(self, value: float, scale: Scale) -> tuple[float, float, float, float]:
        place = (np.clip(value, -1.2, 1.2) / 1.2 + 1) / 2 if scale == "signed" else min(value, 1.0)
        return self.colours[scale](float(place))

    def name(self, right: float, top: float, text: str, *, bold: bool = False) -> None:
        """Write the name of a row to its left."""
        self._write(
            right, top + 0.52, _short(text), ha="right", size=8.5, weight="bold" if bold else "normal"
        )

    def heading(self, left: float, top: float, text: str, *, slanted: bool = False) -> None:
        """Write above its first row what a column, or a matrix with its middle column here, holds."""
        turn = {"rotation": 40, "ha": "left"} if slanted else {"ha": "center"}
        x = left + (0.3 if slanted else 0.5)
        self._write(x, top - 0.15, _short(text, 24), va="bottom", size=8.5, color=LINE, **turn)

    def remark(self, left: float, top: float, text: str) -> None:
        """Write a line of its own among rows."""
        self._write(left, top + 0.6, text, ha="left", size=8, color=LINE, style="italic")

    def arrow(self, start: float, end: float, row: float, text: str) -> None:
        """Draw an arrow along a row, and what happens on the way above it."""
        gap = 0.3 if start < end else -0.3
        self.axes.annotate(
            "",
            xy=(end - gap, row + 0.5),
            xytext=(start + gap, row + 0.5),
            arrowprops={"arrowstyle": "-|>", "color": LINE, "linewidth": 1.3},
        )
        self._write((start + end) / 2, row + 0.2, text, va="bottom", size=8, color=LINE, style="italic")

    def title(self, y: float, text: str, *, size: float, bold: bool = False) -> None:
        """Write a line from the left edge."""
        self._write(0.3, y, text, ha="left", size=size, weight="bold" if bold else "normal")

    def _write(self, x: float, y: float, text: str, **how: Any) -> None:
        self.axes.text(
            x, y, text.replace("$", r"\$"), **({"ha": "center", "va": "center", "color": INK} | how)
        )


def _signed(number: str) -> str:
    """Return a number with a true minus sign, and none before a zero."""
    return number.removeprefix("-") if float(number) == 0 else number.replace("-", "−")


def _ink_on(colour: tuple[float, float, float, float]) -> str:
    red, green, blue, _ = colour
    return "white" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.55 else INK


def _short(text: str, longest: int = 14) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
