"""The gates of a text as a picture: a heat map for each gate and memory, words from left to right, units downwards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nextword.arrays import FloatArray
from nextword.errors import SettingError
from nextword.neural.inside.gate_colours import OPEN, SIGNED
from nextword.neural.inside.gates import GateRecord, LayerRecord
from nextword.neural.inside.holding import ORDERS, unit_order
from nextword.text.pictures import INK, PAPER, QUIET, check_picture, save_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_TOKENS = 120
"""Whose names can be read side by side."""
LONGEST_NAME = 14
"""Characters of a token that are written."""
MOST_NAMED_UNITS = 24
"""That have their number beside their row."""
COLUMNS = 3


def check_drawable(record: GateRecord) -> None:
    """Raise SettingError for a text that is too long for a picture."""
    if len(record.tokens) > MOST_TOKENS:
        raise SettingError(
            f"{len(record.tokens)} words are too many for a picture, which holds {MOST_TOKENS}; try the page (--page)"
        )


def save_gates(record: GateRecord, path: Path, *, layer: int | None = None, order: str = "longest") -> None:
    """Write the picture of one layer as PNG, SVG or PDF; raises what `draw_gates` and `save_picture` do."""
    check_picture(path)
    save_picture(draw_gates(record, layer=layer, order=order), path)


def draw_gates(record: GateRecord, *, layer: int | None = None, order: str = "longest") -> Figure:
    """Return the picture of one layer, the highest if not given, as a Matplotlib figure.

    ``order`` is one of `ORDERS`. Raises SettingError for a layer that there is not and a text that is too long.
    """
    from matplotlib.figure import Figure

    check_drawable(record)
    chosen, tokens = record.layer(layer), [_name(token) for token in record.tokens]
    units = unit_order(chosen, order)
    rows = -(-len(chosen.parts) // COLUMNS)
    wide, high = COLUMNS * (1.2 + 0.17 * len(tokens)), rows * 4.1 + 1.2
    figure = Figure(figsize=(max(9.0, wide), high), facecolor=PAPER)
    number = len(record.layers) if layer is None else layer
    title = f"{record.model}, layer {number} of {len(record.layers)}: {chosen.units} units, {ORDERS[order]}"
    figure.text(0.02, 1 - 0.45 / high, title, family="serif", size=15, color=INK)
    grid = figure.subplots(rows, COLUMNS, squeeze=False)
    for axes, name in zip(grid.flat, chosen.parts, strict=False):
        _heat(axes, chosen, name, chosen[name][:, units].T, tokens)
        rows_named = range(0, len(units), -(-len(units) // MOST_NAMED_UNITS))
        axes.set_yticks(rows_named, [str(units[row] + 1) for row in rows_named])
    for axes in grid.flat[len(chosen.parts) :]:
        axes.axis("off")
    # Arranged as it is written, where letters that the font lacks are no reason to warn.
    figure.set_layout_engine("tight", rect=(0.01, 0, 1, 1 - 0.7 / high))
    return figure


def _name(token: str) -> str:
    """Return a token as it is written under a column: cut short, and with no sign that Matplotlib takes for its own."""
    short = token if len(token) <= LONGEST_NAME else f"{token[: LONGEST_NAME - 1]}…"
    return short.replace("$", r"\$")


def _heat(axes: Axes, layer: LayerRecord, name: str, values: FloatArray, tokens: Sequence[str]) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    is_gate = name in layer.gates
    most = max(1.0, float(np.abs(values).max()))  # only a cell goes beyond 1
    colours = LinearSegmentedColormap.from_list(name, OPEN if is_gate else SIGNED)
    image = axes.imshow(
        values, aspect="auto", interpolation="nearest", cmap=colours, vmin=0 if is_gate else -most, vmax=most
    )
    axes.set_title(f"{name} gate" if is_gate else name, loc="left", size=10, color=INK)
    axes.set_xticks(range(len(tokens)), tokens, rotation=90, size=7)
    axes.tick_params(colors=QUIET, length=0, labelsize=7)
    axes.set_ylabel("unit", size=8, color=QUIET)
    axes.spines[:].set_visible(False)
    bar = axes.figure.colorbar(image, cax=axes.inset_axes((1.015, 0, 0.025, 1)))
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=7, colors=QUIET, length=0)
