"""Pictures as files: PNG, SVG or PDF, by the name's ending, drawn by Matplotlib and written whole."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nextword.errors import MissingDependencyError, SettingError
from nextword.text.output import check_output, open_output

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENDINGS = (".png", ".svg", ".pdf")
PAPER, INK, QUIET = "#fbfaf7", "#1d2126", "#5b636c"
"""What pictures are drawn on, what stands out on it, and what does not."""
COLOURS = ("#b63a17", "#2c718e", "#c98a1b", "#4d7c4f", "#7a4f8f", "#7d95ad")
"""Of lines that stand side by side, in their order."""


def check_picture(path: Path) -> None:
    """Raise what is known to be wrong before there is anything to draw.

    That is SettingError for a name that is not that of a picture, what `check_output` raises, and
    MissingDependencyError without Matplotlib.
    """
    if path.suffix.lower() not in ENDINGS:
        raise SettingError(f"a picture's name ends in {', '.join(ENDINGS)}, got {path.name!r}")
    check_output(path)
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        raise MissingDependencyError(
            "a picture needs Matplotlib, which is not installed; try: pip install 'nextword[plot]'"
        ) from None


def save_picture(figure: Figure, path: Path, **how: Any) -> None:
    """Write a figure; the same figure gives the same bytes on any day.

    ``how`` goes to Matplotlib. Raises what `check_picture` does, and StorageError where the file cannot be written.
    """
    check_picture(path)
    import matplotlib as mpl

    drawn = BytesIO()
    kind = path.suffix.lower()[1:]
    undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)
    with mpl.rc_context({"svg.hashsalt": "nextword", "svg.fonttype": "none"}), warnings.catch_warnings():
        # Words are of any script; a box stands for letters that the font lacks.
        warnings.filterwarnings("ignore", "Glyph .* missing")
        figure.savefig(drawn, format=kind, dpi=160, metadata=undated, facecolor=figure.get_facecolor(), **how)
    with open_output(path) as file:
        file.write(drawn.getvalue())


def plain_axes(axes: Axes) -> None:
    """Leave of the axes what a reader needs: the lower edge, and lines to read heights by."""
    axes.set_facecolor(PAPER)
    axes.tick_params(which="both", colors=QUIET, labelsize=8, length=0)
    axes.grid(axis="y", color=INK, alpha=0.08)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(QUIET)
