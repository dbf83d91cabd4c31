"""A map as an image, drawn by matplotlib: the same points, labels and arrows as on the page."""

import io
import textwrap
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.maps import words as told
from nextword.embedding.maps.map import WordMap
from nextword.errors import MissingDependencyError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAPER, INK, QUIET, ACCENT = "#fbfaf7", "#1d2126", "#5b636c", "#b63a17"
_SIZE = (11.0, 8.6)
"""Inches."""
_DOTS = 180
"""Pixels an inch."""
_RAREST, _COMMONEST = 0.56, 0.0
"""The part of Viridis that stands out from the paper."""
_MOST_LABELS = 400
_LINE = 138
"""Characters a line of the text above the picture."""
_FULL = 1000
"""After so many words in a row without room, the picture is full."""


def picture(drawn: WordMap) -> bytes:
    """Return the map as PNG. Raises MissingDependencyError without matplotlib."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingDependencyError("an image needs matplotlib: pip install 'nextword[plot]'") from error
    figure = Figure(figsize=_SIZE, dpi=_DOTS, facecolor=PAPER)
    FigureCanvasAgg(figure)
    lines = _lines(drawn)
    axes = figure.add_axes((0.035, 0.065, 0.93, 0.86 - 0.025 * len(lines)))
    _frame(figure, axes, drawn, "\n".join(lines))
    share = _frequency(drawn)
    points = axes.scatter(
        drawn.positions[::-1, 0],  # the frequent last, so on top
        drawn.positions[::-1, 1],
        c=_colours(share[::-1]),
        s=(5 + 14 * share[::-1]) * (1.0 if len(share) < 2500 else 0.6),
        alpha=0.8,
        linewidths=0,
    )
    points.set_rasterized(True)
    image = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # of characters for which no font is at hand; a box stands in their place
        labels = _Labels(axes)
        marked = _draw_analogy(axes, labels, drawn) if drawn.analogy is not None else set()
        _draw_labels(labels, drawn, share, marked)
        figure.savefig(image, format="png", facecolor=PAPER, metadata={"Software": None})
    return image.getvalue()


def _frequency(drawn: WordMap) -> NDArray[np.float64]:
    """Return how frequent each word is among those shown, on a logarithmic scale from 0 to 1."""
    known = drawn.counts
    shown = np.log(known + 1.0) if known is not None else -np.log(drawn.rows + 1.0)
    span = float(shown.max() - shown.min())
    share: NDArray[np.float64] = (shown - shown.min()) / span if span > 0 else np.full(len(shown), 0.5)
    return share


def _colours(share: NDArray[np.float64]) -> Any:
    from matplotlib import colormaps

    return colormaps["viridis"](_RAREST + (_COMMONEST - _RAREST) * share)


def _lines(drawn: WordMap) -> list[str]:
    """Return what the picture says of itself above the points, in lines that fit."""
    sentences = [told.layout(drawn), *told.answers(drawn)]
    return [line for sentence in sentences for line in textwrap.wrap(sentence, _LINE)]


def _frame(figure: Any, axes: "Axes", drawn: WordMap, about: str) -> None:
    """Set the limits, the title, the lines about the map and what the axes mean."""
    axes.set_facecolor(PAPER)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])
    shown = drawn.positions if drawn.target is None else np.vstack([drawn.positions, drawn.target])
    low, high = shown.min(axis=0), shown.max(axis=0)
    middle = (low + high) / 2
    sides = np.asarray(axes.get_window_extent().size)  # pixels
    half = 0.53 * max(float(((high - low) / sides).max()), 1e-9) * sides  # as much a pixel across as up
    axes.set_xlim(middle[0] - half[0], middle[0] + half[0])
    axes.set_ylim(middle[1] - half[1], middle[1] + half[1])
    plain = {"parse_math": False, "ha": "left"}
    figure.text(0.035, 0.96, f"A map of {told.title(drawn)}", size=17, family="serif", color=INK, **plain)
    figure.text(0.035, 0.943, about, size=9.5, color=QUIET, va="top", linespacing=1.5, **plain)
    meaning = told.axes(drawn)
    if meaning is not None:
        figure.text(0.035, 0.03, f"→ {meaning[0]}     ↑ {meaning[1]}", size=9, color=QUIET, **plain)
    key = "darker: more frequent" if drawn.counts is not None else "darker: earlier in the file"
    figure.text(0.965, 0.03, key, size=9, color=QUIET, ha="right")


class _Labels:
    """Writes labels, each only where it hides no other."""

    def __init__(self, axes: "Axes") -> None:
        from matplotlib.figure import Figure

        self.axes = axes
        figure = axes.get_figure(root=True)
        if not isinstance(figure, Figure):
            raise TypeError("the axes stand on no figure")
        self.renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
        self.window = axes.get_window_extent()
        self.dots = figure.dpi / 72
        """Pixels a point."""
        self.boxes = np.empty((0, 4))  # left, bottom, right, top in pixels

    def write(self, word: str, place: NDArray[np.float64], *, size: float, gap: float, **style: Any) -> bool:
        """Write a word beside a place (2,), ``gap`` points away; False where it has no room."""
        x, y = self.axes.transData.transform(place)
        width, height = self._measure(word, size, str(style.get("weight", "normal")))
        away = gap * self.dots
        for left, bottom in (
            (x + away, y - height / 2),
            (x - away - width, y - height / 2),
            (x - width / 2, y + away),
            (x - width / 2, y - away - height),
        ):
            if self._take(np.array([left - 4, bottom - 2, left + width + 4, bottom + height + 2])):
                self._draw(word, left, bottom + height / 2, size, style)
                return True
        return False

    def _measure(self, word: str, size: float, weight: str) -> tuple[float, float]:
        from matplotlib.font_manager import FontProperties

        font = FontProperties(size=size, weight=weight)
        width, _, _ = self.renderer.get_text_width_height_descent(word, font, ismath=False)
        return width, size * self.dots  # of one height, so that words stand in line

    def _draw(self, word: str, left: float, middle: float, size: float, style: dict[str, Any]) -> None:
        from matplotlib.patheffects import withStroke

        x, y = self.axes.transData.inverted().transform((left, middle))
        halo = withStroke(linewidth=2.2, foreground=PAPER)
        self.axes.text(
            x, y, word, size=size, va="center_baseline", parse_math=False, path_effects=[halo], **style
        )

    def keep_off(self, place: NDArray[np.float64]) -> None:
        """Let no label cover the ring around a place (2,)."""
        x, y = self.axes.transData.transform(place)
        reach = 3.5 * self.dots
        self.boxes = np.vstack([self.boxes, [x - reach, y - reach, x + reach, y + reach]])

    def _take(self, box: NDArray[np.float64]) -> bool:
        """Keep a box (4,) if it lies inside the picture and touches none that was kept."""
        window = self.window
        if box[0] < window.x0 or box[1] < window.y0 or box[2] > window.x1 or box[3] > window.y1:
            return False
        kept = self.boxes
        touching = (box[:2] < kept[:, 2:]).all(axis=1) & (kept[:, :2] < box[2:]).all(axis=1)
        if touching.any():
            return False
        self.boxes = np.vstack([kept, box])
        return True


def _draw_labels(labels: _Labels, drawn: WordMap, share: NDArray[np.float64], marked: set[int]) -> None:
    written = missed = 0
    for row, word, place, frequency in zip(drawn.rows, drawn.words, drawn.positions, share, strict=True):
        if row in marked:
            continue
        has_room = labels.write(
            told.readable(word, told.SHORT), place, size=6.5 + 2.5 * frequency, gap=3, color=INK
        )
        written, missed = (written + 1, 0) if has_room else (written, missed + 1)
        if written >= _MOST_LABELS or missed >= _FULL:
            return


def _draw_analogy(axes: "Axes", labels: _Labels, drawn: WordMap) -> set[int]:
    """Draw the arrows and the words of the analogy; return the rows of words that have their labels."""
    analogy = drawn.analogy
    if analogy is None:
        return set()
    a, b, c = (drawn.place(row) for row in analogy.question)
    target = drawn.target
    for row in (*analogy.question, *analogy.answers):
        labels.keep_off(drawn.place(row))
    if target is not None:
        for begin, end in ((a, b), (c, target)):
            arrow = {"arrowstyle": "-|>", "color": ACCENT, "linewidth": 1.6, "shrinkA": 3, "shrinkB": 3}
            axes.annotate("", xy=tuple(end), xytext=tuple(begin), arrowprops=arrow, zorder=4)
    if target is not None and drawn.explained is not None:
        for begin, end in ((a, c), (b, target)):
            axes.plot(
                *zip(begin, end, strict=True), color=ACCENT, linewidth=0.7, linestyle=(0, (2, 4)), zorder=3
            )
        axes.scatter(
            target[0], target[1], marker="D", s=30, facecolor=PAPER, edgecolor=ACCENT, linewidth=1.2, zorder=5
        )
        names = told.question(drawn)
        labels.write(
            f"{names[2]} − {names[0]} + {names[1]}",
            target,
            size=9.5,
            gap=7,
            color=ACCENT,
            weight="bold",
            zorder=6,
        )
    words = [(row, ACCENT, 10.0) for row in analogy.question] + [(row, INK, 8.5) for row in analogy.answers]
    for row, colour, size in words:
        place = drawn.place(row)
        axes.scatter(place[0], place[1], s=30, facecolor="none", edgecolor=colour, linewidth=1.1, zorder=5)
        name = told.readable(drawn.vectors.words[row], told.SHORT)
        labels.write(name, place, size=size, gap=6, color=colour, weight="bold", zorder=6)
    return {int(row) for row, _, _ in words}
