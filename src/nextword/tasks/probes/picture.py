"""A probe's outcome as a picture: accuracy against distance, a line a system, with each seed's beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nextword.tasks.probes.experiment import Found
from nextword.tasks.probes.probe import Probe
from nextword.tasks.probes.systems import SYSTEMS
from nextword.text.pictures import COLOURS, INK, PAPER, QUIET, check_picture, plain_axes, save_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOUR_OF = dict(zip(SYSTEMS, (COLOURS[5], COLOURS[1], COLOURS[2], COLOURS[4], COLOURS[0]), strict=True))
CLOSEST = 0.035
"""Names at the ends of lines stand at least so far apart."""


def save_found(probe: Probe, found: Sequence[Found], path: Path) -> None:
    """Write the picture as PNG, SVG or PDF; raises what `save_picture` does."""
    check_picture(path)
    save_picture(draw_found(probe, found), path)


def draw_found(probe: Probe, found: Sequence[Found]) -> Figure:
    """Return the picture as a Matplotlib figure."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    figure = Figure(figsize=(8.6, 5.2), facecolor=PAPER)
    axes = figure.add_axes((0.09, 0.12, 0.72, 0.72))
    seeds = len(found[0].accuracy)
    figure.text(0.09, 0.93, probe.title, family="serif", size=16, color=INK)
    spread = f"; means of {seeds} seeds, and each of them thin" if seeds > 1 else ""
    figure.text(0.09, 0.885, f"pairs of sentences judged right{spread}", size=9, color=QUIET)
    plain_axes(axes)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlabel(probe.unit, color=QUIET)
    axes.set_xticks(found[0].distances)
    axes.set_ylim(min(0.4, min(each.accuracy.min() for each in found) - 0.02), 1.03)
    axes.axhline(0.5, color=QUIET, linewidth=0.8, linestyle=(0, (2, 3)))
    for each in found:
        colour = COLOUR_OF[each.system]
        axes.plot(each.distances, each.mean, color=colour, linewidth=1.8, marker="o", markersize=4)
        if seeds > 1:  # a band would show values that no network had: some learn it, and some do not
            axes.plot(each.distances, each.accuracy.T, color=colour, linewidth=0.7, alpha=0.45)
    _name(axes, found)
    return figure


def _name(axes: Axes, found: Sequence[Found]) -> None:
    """Write each system's name at the end of its line, the names apart from one another."""
    lowest = axes.get_ylim()[0]
    height = lowest
    for each in sorted(found, key=lambda one: one.mean[-1]):
        end = each.mean[-1]
        height = max(end, height + CLOSEST)
        axes.annotate(
            f"{each.system} {100 * end:.3g}%",
            (each.distances[-1], end),
            xytext=(1.02, (height - lowest) / (axes.get_ylim()[1] - lowest)),
            textcoords="axes fraction",
            va="center",
            size=9.5,
            color=COLOUR_OF[each.system],
            annotation_clip=False,
        )
