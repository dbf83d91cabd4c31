"""The lecture's picture: the series in blue, what was told of what was learned from in green, of the rest in red."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nextword.errors import SettingError
from nextword.tasks.forecast.evaluation import ForecastReport
from nextword.tasks.forecast.page import report_page
from nextword.text.output import check_output, open_output
from nextword.text.pictures import ENDINGS, INK, PAPER, QUIET, check_picture, plain_axes, save_picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TRUTH, FITTED, TOLD = "#2c5f9e", "#3f8f4f", "#c23b22"
PAGE_ENDINGS = (".html", ".htm")
MOST_LABELS = 9
"""Times under the axis."""


def check_report(path: Path) -> None:
    """Raise what is known to be wrong before there is anything to draw: a page needs no Matplotlib, a picture does.

    That is SettingError for a name that is of neither, and what `check_output` and `check_picture` raise.
    """
    if path.suffix.lower() in PAGE_ENDINGS:
        check_output(path)
    elif path.suffix.lower() in ENDINGS:
        check_picture(path)
    else:
        known = ", ".join((*ENDINGS, PAGE_ENDINGS[0]))
        raise SettingError(f"a picture's name ends in {known}, got {path.name!r}")


def save_report(report: ForecastReport, path: Path) -> None:
    """Write the picture as PNG, SVG or PDF, or as an HTML page to point at.

    Raises what `check_report` does, and StorageError where the file cannot be written.
    """
    check_report(path)
    if path.suffix.lower() in PAGE_ENDINGS:
        with open_output(path) as file:
            file.write(report_page(report).encode())
    else:
        save_picture(draw_report(report), path)


def draw_report(report: ForecastReport) -> Figure:
    """Return the picture as a Matplotlib figure: one step ahead above, all at once below."""
    from matplotlib.figure import Figure

    series, train = report.series, report.train
    figure = Figure(figsize=(10, 7), facecolor=PAPER)
    above, below = figure.subplots(
        2,
        1,
        sharex=True,
        gridspec_kw={"left": 0.08, "right": 0.97, "top": 0.86, "bottom": 0.08, "hspace": 0.22},
    )
    figure.text(0.08, 0.94, f"{series.name}, told by an LSTM", family="serif", size=16, color=INK)
    lstm = report.rows[-1]
    told = np.arange(train, len(series))
    for axes, title in (
        (above, f"each by all before it: RMSE {np.mean(lstm.one_step):.4g}"),
        (below, f"all by what stands before the line: RMSE {np.mean(lstm.many_steps):.4g}"),
    ):
        plain_axes(axes)
        axes.set_title(title, loc="left", size=10, color=QUIET)
        axes.plot(series.values, color=TRUTH, linewidth=1.3, label="the series")
        axes.axvline(train - 0.5, color=QUIET, linewidth=0.8, linestyle=(0, (2, 3)))
    above.plot(report.fitted, color=FITTED, linewidth=1.3, label="told of what was learned from")
    above.plot(told, report.told, color=TOLD, linewidth=1.3, label="told of the rest")
    bounds = report.forecast
    below.fill_between(
        told,
        bounds.low,
        bounds.high,
        color=TOLD,
        alpha=0.15,
        linewidth=0,
        label=f"bounds of {report.coverage:.0%}",
    )
    below.plot(told, bounds.values, color=TOLD, linewidth=1.3, label="told")
    for axes in (above, below):
        axes.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper left")
    places = np.unique(np.linspace(0, len(series) - 1, MOST_LABELS).astype(int))
    labels = [series.label(int(place)).replace("$", r"\$") for place in places]
    below.set_xticks(places, labels, size=8)
    return figure
