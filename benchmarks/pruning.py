"""Size against perplexity: one n-gram model made smaller in several ways, as a table and a picture.

    python benchmarks/pruning.py [--data DIR] [--order 5] [--picture docs/pictures/pruning.svg]

DIR holds ``train.txt`` and ``test.txt`` (or ``heldout.txt``), tokens between spaces, with ``<unk>`` as the unknown
word; without it the documentation inside the running Python is the text. The picture needs the extra ``plot``.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nextword.lm.evaluation import evaluate
from nextword.ngram.model import NgramModel
from nextword.ngram.pruning import prune_by_counts, prune_by_entropy
from nextword.ngram.train import train_ngram
from nextword.store.models import save_model
from nextword.text.corpus import encode_sources

THRESHOLDS = (1e-8, 3e-8, 1e-7, 3e-7, 1e-6, 3e-6, 1e-5)
COUNTS = ((0, 0, 1), (0, 0, 2), (0, 1), (0, 2), (0, 5), (0, 10))
BY_COUNTS, BY_ENTROPY, BY_BOTH = "counts", "entropy", "counts 0,0,1, then entropy"
BY_GUESS = "entropy, contexts weighed by the model"


@dataclass(frozen=True)
class Point:
    """One model."""

    way: str
    setting: str
    ngrams: int
    size: int
    """Bytes of the saved folder."""
    perplexity: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--order", type=int, default=5)
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        train, test = texts(options.data, Path(name))
        model = train_ngram([train], options.order, special_tokens="keep")
        points = [measure(*made, test, Path(name)) for made in smaller_models(model)]
    print(render(points))
    if options.picture:
        options.picture.parent.mkdir(parents=True, exist_ok=True)
        draw(points, options.picture)


def texts(data: Path | None, folder: Path) -> tuple[Path, Path]:
    """Return the training text and the text to measure on."""
    if data is not None:
        test = data / "test.txt"
        return data / "train.txt", test if test.exists() else data / "heldout.txt"
    from nextword.text.python_docs import documentation_lines, split_heldout

    parts = split_heldout(documentation_lines())
    for name, lines in zip(("train.txt", "test.txt"), parts, strict=True):
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "train.txt", folder / "test.txt"


def smaller_models(model: NgramModel) -> Iterator[tuple[str, str, NgramModel]]:
    """Yield the way, its setting and the model, from the largest down in each way."""
    yield "whole", "", model
    for threshold in THRESHOLDS:
        yield BY_ENTROPY, f"{threshold:.0e}", prune_by_entropy(model, threshold, context_probability="counts")
    for threshold in THRESHOLDS:
        yield BY_GUESS, f"{threshold:.0e}", prune_by_entropy(model, threshold, context_probability="model")
    for counts in COUNTS:
        yield BY_COUNTS, ",".join(map(str, counts)), prune_by_counts(model, counts)
    frequent = prune_by_counts(model, (0, 0, 1))
    for threshold in THRESHOLDS[2:]:
        yield BY_BOTH, f"{threshold:.0e}", prune_by_entropy(frequent, threshold)


def measure(way: str, setting: str, model: NgramModel, test: Path, folder: Path) -> Point:
    """Return the size and the perplexity of one model."""
    saved = folder / "model"
    save_model(model, saved)
    size = sum(path.stat().st_size for path in saved.iterdir())
    perplexity = evaluate(model, encode_sources([test], model.tokenizer)).perplexity
    return Point(way, setting, sum(model.automaton.ngrams), size, perplexity)


def render(points: list[Point]) -> str:
    rows = [
        f"| {point.way} | {point.setting} | {point.ngrams:,} | {point.size / 1e6:.1f} | {point.perplexity:.1f} |"
        for point in points
    ]
    return "\n".join(["| way | setting | n-grams | MB | perplexity |", "|---|---|---|---|---|", *rows])


def draw(points: list[Point], path: Path) -> None:
    """Draw size against perplexity, each line named where it ends."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "nextword"  # the same numbers give the same file
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
    # Okabe and Ito's colours, which the colour-blind tell apart too; dashes and marks say the same once more.
    lines: list[tuple[str, str, Any]] = [
        (BY_GUESS, "#999999", {"linestyle": "--", "marker": "s"}),
        (BY_COUNTS, "#D55E00", {"linestyle": "-", "marker": "^"}),
        (BY_ENTROPY, "#0072B2", {"linestyle": "-", "marker": "o"}),
    ]
    whole = points[0]
    for way, colour, style in lines:
        line = [whole, *(point for point in points if point.way == way)]
        axes.plot(
            [p.size / 1e6 for p in line], [p.perplexity for p in line], color=colour, markersize=5, **style
        )
    label_lines(axes.annotate, points)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(left=1.6)
    axes.set_xlabel("size of the model folder, MB (logarithmic)")
    axes.set_ylabel("perplexity on the test text (logarithmic)")
    for axis, ticks in ((axes.xaxis, (2, 5, 10, 20, 50, 100, 200)), (axes.yaxis, (220, 250, 300, 350, 400))):
        axis.set_major_locator(mpl.ticker.FixedLocator(ticks))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_locator(mpl.ticker.NullLocator())
    axes.grid(color="#DDDDDD", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def label_lines(annotate: Callable[..., Any], points: list[Point]) -> None:
    """Write each line's name beside one of its points, and the settings beside theirs."""
    named = {
        (BY_ENTROPY, "3e-06"): ("entropy", "#0072B2", (-10, -8), "right"),
        (BY_COUNTS, "0,0,1"): ("counts", "#C04F00", (-6, -13), "right"),
        (BY_GUESS, "1e-06"): ("entropy, contexts\nweighed by the model", "#666666", (12, 14), "left"),
    }
    for point in points:
        place = (point.size / 1e6, point.perplexity)
        if (point.way, point.setting) in named:
            name, colour, offset, side = named[point.way, point.setting]
            annotate(
                name, place, xytext=offset, textcoords="offset points", color=colour, ha=side, weight="bold"
            )
        if point.way == BY_ENTROPY and point.setting in ("1e-07", "1e-06", "1e-05"):
            offset, blue = (-6, -10), "#0072B2"
            annotate(
                point.setting,
                place,
                xytext=offset,
                textcoords="offset points",
                color=blue,
                ha="right",
                size=8,
            )
        if point.way == "whole":
            annotate("whole", place, xytext=(0, 7), textcoords="offset points", ha="center", fontsize=8)


if __name__ == "__main__":
    main()
