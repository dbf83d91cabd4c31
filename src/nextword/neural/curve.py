"""The learning curve: how perplexity falls as words are read, and the learning rate below."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nextword.text.pictures import INK, PAPER, QUIET, check_picture, plain_axes, save_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TRAINING, VALIDATION = "#7d95ad", "#b63a17"
Log = Sequence[Mapping[str, Any]]


def save_curve(log: Log, path: Path, title: str) -> None:
    """Write the curve of a training's log as PNG, SVG or PDF, by the name's ending.

    Raises what `save_picture` does.
    """
    check_picture(path)
    save_picture(draw_curve(log, title), path)


def draw_curve(log: Log, title: str) -> "Figure":
    """Return the curve of a training's log as a Matplotlib figure."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5.6), facecolor=PAPER)
    above, below = figure.subplots(
        2, 1, sharex=True, height_ratios=(4, 1), gridspec_kw={"hspace": 0.08, "left": 0.09, "right": 0.82}
    )
    _perplexity(above, log)
    above.set_title(title, loc="left", family="serif", size=15, color=INK, pad=12)
    below.plot(
        [entry["tokens"] for entry in log], [entry["rate"] for entry in log], color=QUIET, linewidth=1.4
    )
    below.set_ylabel("learning rate", color=QUIET)
    below.set_ylim(bottom=0)
    below.set_xlabel("words read", color=QUIET)
    below.xaxis.set_major_formatter(_short)
    below.set_xlim(left=0)
    figure.align_ylabels()
    for axes in (above, below):
        plain_axes(axes)
    return figure


def _perplexity(axes: "Axes", log: Log) -> None:
    """Draw perplexity on a logarithmic scale: equal steps down are equal gains in bits."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set_yscale("log")
    axes.set_ylabel("perplexity", color=QUIET)
    lines = []
    for key, color, name, marker in (
        ("perplexity", TRAINING, "training", ""),
        ("valid_perplexity", VALIDATION, "validation", "o"),
    ):
        points = [(entry["tokens"], entry[key]) for entry in log if entry.get(key) is not None]
        if points:
            tokens, values = zip(*points, strict=True)
            axes.plot(tokens, values, color=color, linewidth=1.4, marker=marker, markersize=4)
            lines.append((values[-1], tokens[-1], name, color))
    # The upper line is named from its end upwards, the lower one downwards: names never overlap.
    for place, (value, tokens_read, name, color) in enumerate(sorted(lines)):
        axes.annotate(
            f"{name} {value:,.4g}",
            (tokens_read, value),
            xytext=(8, (-1, 1)[place] if len(lines) > 1 else 0),
            textcoords="offset points",
            va=("top", "bottom")[place] if len(lines) > 1 else "center",
            color=color,
            size=9,
            annotation_clip=False,
        )
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.4g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _short(tokens: float, _: object) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if tokens >= size:
            return f"{tokens / size:g}{letter}"
    return f"{tokens:g}"
