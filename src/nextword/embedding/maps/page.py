"""What the page of a map knows and is made of."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.maps import words as told
from nextword.embedding.maps.map import WordMap
from nextword.embedding.vectors.search import NO_ROW
from nextword.text import pages

_SCRIPTS = ("labels.js", "view.js", "lists.js", "page.js")


def page(drawn: WordMap) -> str:
    """Return the page."""
    body, style, *scripts = (pages.source(__package__, name) for name in ("page.html", "page.css", *_SCRIPTS))
    return pages.page("A map of word vectors", body, style, scripts, data(drawn))


def data(drawn: WordMap) -> dict[str, Any]:
    """Return what the page knows: words by number, those of the map first, and whatever refers to them."""
    others = set(drawn.neighbours.ravel().tolist()) - set(drawn.rows.tolist()) - {NO_ROW}
    rows = [*drawn.rows.tolist(), *sorted(others)]
    number = {row: place for place, row in enumerate(rows)}
    counts = drawn.vectors.counts
    return {
        "title": told.title(drawn),
        "layout": told.layout(drawn),
        "axes": told.axes(drawn),
        "words": [drawn.vectors.words[row] for row in rows],
        "counts": None if counts is None else counts[rows].tolist(),
        "ranks": [row + 1 for row in rows],
        "x": _rounded(drawn, 0),
        "y": _rounded(drawn, 1),
        "neighbours": [[number[row] for row in line if row != NO_ROW] for line in drawn.neighbours.tolist()],
        "cosines": [_short(line[~np.isnan(line)]) for line in drawn.cosines],
        "analogy": _analogy(drawn, number),
    }


def _short(cosines: NDArray[np.float32]) -> list[float]:
    return [round(cosine, 3) for cosine in cosines.tolist()]


def _scale(drawn: WordMap) -> float:
    """Return what makes the farthest coordinate 10,000: whole numbers are short, and finer than a screen."""
    return 10_000 / (float(np.abs(drawn.positions).max()) or 1.0)


def _rounded(drawn: WordMap, axis: int) -> list[int]:
    return [round(value) for value in (drawn.positions[:, axis] * _scale(drawn)).tolist()]


def _analogy(drawn: WordMap, number: dict[int, int]) -> dict[str, Any] | None:
    analogy = drawn.analogy
    if analogy is None:
        return None
    return {
        "question": [number[row] for row in analogy.question.tolist()],
        "answers": [number[row] for row in analogy.answers.tolist()],
        "similarities": _short(analogy.similarities),
        "ranks": analogy.ranks.tolist(),
        "ownSimilarities": _short(analogy.own_similarities),
        "target": None if drawn.target is None else [round(v * _scale(drawn)) for v in drawn.target.tolist()],
        "isExact": drawn.explained is not None,
        "remark": f"{told.aside(drawn)} {told.arrow(drawn)}".strip(),
    }
