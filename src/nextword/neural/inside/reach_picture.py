"""How far back words count, as a picture: the norm of the gradient against the distance, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nextword.neural.inside.decay import fit_decay
from nextword.neural.inside.reach import Reach
from nextword.text.pictures import COLOURS, INK, PAPER, QUIET, check_picture, plain_axes, save_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEAST = 1e-12
"""Where the picture ends below: a millionth of a millionth."""


def save_reach(reaches: Mapping[str, Reach], path: Path) -> None:
    """Write the picture of several models as PNG, SVG or PDF; raises what `save_picture` does."""
    check_picture(path)
    save_picture(draw_reach(reaches), path)


def draw_reach(reaches: Mapping[str, Reach]) -> Figure:
    """Return the picture as a Matplotlib figure; ``reaches`` are by the name that each model is shown under."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5.2), facecolor=PAPER)
    left, right = figure.subplots(1, 2, gridspec_kw={"left": 0.07, "right": 0.97, "top": 0.8, "wspace": 0.2})
    figure.text(0.07, 0.92, "How far back a word still counts", family="serif", size=16, color=INK)
    states: dict[str, tuple[NDArray[np.float64], int]] = {}
    words = {name: (reach.words, place) for place, (name, reach) in enumerate(reaches.items())}
    for place, (name, reach) in enumerate(reaches.items()):
        states |= {f"{name}, {part}": (norms, place) for part, norms in reach.states.items()}
    _draw(left, words, "‖∂ log p(w(t)) / ∂ e(t−k)‖")
    _draw(right, states, "‖∂ s(t) / ∂ s(t−k)‖ per unit, s = h or c")
    return figure


def _draw(axes: Axes, series: Mapping[str, tuple[NDArray[np.float64], int]], title: str) -> None:
    """Draw some series of norms, each with the straight line that its decay is."""
    axes.set_title(title, loc="left", size=10, color=QUIET)
    plain_axes(axes)
    axes.set_yscale("log")
    axes.set_xlabel("k, words back", color=QUIET)
    lowest = 1.0
    for name, (norms, place) in series.items():
        steps = 1 + np.flatnonzero(norms > LEAST)
        if not len(steps):
            continue
        colour = COLOURS[place % len(COLOURS)]
        lowest = min(lowest, norms[steps - 1].min())
        decay = fit_decay(norms)
        rate = "" if decay is None else f": {decay.rate:.3g} a step"
        is_cell = name.endswith(", c")
        marker = "o" if len(steps) < len(norms) and len(steps) < 12 else ""
        axes.plot(
            steps,
            norms[steps - 1],
            color=colour,
            linewidth=1.6,
            linestyle=(0, (4, 1.5)) if is_cell else "-",
            marker=marker,
            markersize=4,
            label=f"{name}{rate}",
        )
        if decay is not None:
            fitted = decay.start * decay.rate**steps
            axes.plot(steps, np.maximum(fitted, LEAST), color=colour, linewidth=0.8, linestyle=(0, (1, 2.5)))
    axes.set_ylim(bottom=lowest / 2)
    axes.set_xlim(left=0)
    if series:
        axes.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="best")
    else:
        axes.text(0.5, 0.5, "a window has no state", transform=axes.transAxes, ha="center", color=QUIET)
