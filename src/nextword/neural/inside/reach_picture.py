"""How far back words count, as a picture: the norm of the gradient against the distance, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nextword.neural.inside.decay import Decay, fit_decay
from nextword.neural.inside.reach import Reach
from nextword.text.pictures import COLOURS, INK, PAPER, QUIET, check_picture, plain_axes, save_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

LEAST = 1e-12
"""Where the picture ends below: a millionth of a millionth."""
MOST = 1e12
"""Where it ends above."""
FEW = 12
"""Points that are shown as such: of fewer a line alone is hard to see."""


def save_reach(reaches: Mapping[str, Reach], path: Path) -> None:
    """Write the picture of several models as PNG, SVG or PDF; raises what `save_picture` does."""
    check_picture(path)
    save_picture(draw_reach(reaches), path)


@dataclass(frozen=True)
class _Series:
    """Some norms for k = 1 to K, and how they are shown."""

    name: str
    norms: NDArray[np.float64]
    decay: Decay | None
    colour: str
    is_dashed: bool = False

    @property
    def label(self) -> str:
        """The name, in which no dollar begins a formula, with the rate."""
        name = self.name.replace("$", r"\$")
        return name if self.decay is None else f"{name}: {self.decay.rate:.3g} a step"


def draw_reach(reaches: Mapping[str, Reach]) -> Figure:
    """Return the picture as a Matplotlib figure; ``reaches`` are by the name that each model is shown under."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5.2), facecolor=PAPER)
    left, right = figure.subplots(1, 2, gridspec_kw={"left": 0.07, "right": 0.97, "top": 0.8, "wspace": 0.2})
    figure.text(0.07, 0.92, "How far back a word still counts", family="serif", size=16, color=INK)
    words, states = list[_Series](), list[_Series]()
    for place, (name, reach) in enumerate(reaches.items()):
        colour = COLOURS[place % len(COLOURS)]
        words.append(_Series(name, reach.words, reach.decay, colour))
        for part, norms in reach.states.items():
            states.append(_Series(f"{name}, {part}", norms, fit_decay(norms), colour, is_dashed=part == "c"))
    _draw(left, words, "‖∂ log p(w(t)) / ∂ e(t−k)‖")
    _draw(right, states, "‖∂ s(t) / ∂ s(t−k)‖ per unit, s = h or c")
    return figure


def _draw(axes: Axes, series: Sequence[_Series], title: str) -> None:
    """Draw some series of norms, each with the straight line that its decay is."""
    axes.set_title(title, loc="left", size=10, color=QUIET)
    plain_axes(axes)
    axes.set_yscale("log")
    axes.set_xlabel("k, words back", color=QUIET)
    axes.set_xlim(0, 1 + max((len(each.norms) for each in series), default=1))
    if not series:
        axes.text(0.5, 0.5, "a window has no state", transform=axes.transAxes, ha="center", color=QUIET)
        return
    lines: list[Line2D] = []
    shown: list[NDArray[np.float64]] = []
    for each in series:
        steps = 1 + np.flatnonzero((each.norms > LEAST) & (each.norms < MOST))
        norms = each.norms[steps - 1]
        shown.append(norms)
        lines += axes.plot(
            steps,
            norms,
            color=each.colour,
            linewidth=1.6,
            linestyle=(0, (4, 1.5)) if each.is_dashed else "-",
            marker="o" if len(steps) < FEW else "",
            markersize=4,
        )
        if each.decay is not None:
            fitted = np.clip(each.decay.at(steps), LEAST, MOST)
            axes.plot(steps, fitted, color=each.colour, linewidth=0.8, linestyle=(0, (1, 2.5)))
    axes.set_ylim(bottom=min([1.0, *np.concatenate(shown)]) / 2)
    axes.legend(
        lines, [each.label for each in series], frameon=False, fontsize=8.5, labelcolor=INK, loc="best"
    )
