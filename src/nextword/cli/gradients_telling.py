"""What ``nextword inspect gradients`` answers: in words, and as JSON has it."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.neural.inside.connectivity import Connectivity
from nextword.neural.inside.decay import Decay, fit_decay
from nextword.neural.inside.reach import Reach

DISTANCES = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500)
"""Those of the table."""
BAR = 40
"""Characters of the longest bar."""


def reach_record(model: Path, reach: Reach) -> dict[str, Any]:
    """Return how far back words count to a model, as JSON has it; what exploded is null."""
    return {
        "model": str(model),
        "places": reach.places,
        "norms": _finite(reach.words),
        "decay": _decay(reach.decay),
        "states": {
            part: {"norms": _finite(norms), "decay": _decay(fit_decay(norms))}
            for part, norms in reach.states.items()
        },
    }


def _finite(norms: NDArray[np.float64]) -> list[float | None]:
    """Return norms as JSON has them: null where a gradient exploded."""
    return [norm if math.isfinite(norm) else None for norm in norms.tolist()]


def _decay(decay: Decay | None) -> dict[str, float | None] | None:
    if decay is None:
        return None
    return {
        "rate": decay.rate if math.isfinite(decay.rate) else None,
        "half_life": decay.half_life if math.isfinite(decay.half_life) else None,
    }


def connectivity_record(model: Path, found: Connectivity) -> dict[str, Any]:
    """Return what the probability of a word hangs on, as JSON has it."""
    return {
        "model": str(model),
        "target": found.target,
        "probability": found.probability,
        "words": [
            {"token": token, "norm": norm}
            for token, norm in zip(found.tokens, found.norms.tolist(), strict=True)
        ],
    }


def reach_table(reaches: Mapping[str, Reach], distance: int) -> str:
    """Return the norms at some distances, a row a model, and how they fade."""
    shown = [k for k in DISTANCES if k <= distance]
    width = max(len(f"{name}, h") for name in reaches)
    heading = "".join(f"{k:>10}" for k in shown)
    lines = [
        "how the probability of a word changes with the word k before it: ||d log p(w_t) / d e(t-k)||",
        f"{'':{width}}{heading}   a step  half after",
    ]
    for name, reach in reaches.items():
        fades = _fades(reach.decay) if reach.window is None else f"none beyond {reach.window}"
        lines.append(_norms(name, reach.words, shown, width, fades))
    if any(reach.states for reach in reaches.values()):
        lines += ["", "how the state changes with that k words before: ||d s(t) / d s(t-k)|| per unit"]
        for name, reach in reaches.items():
            for part, norms in reach.states.items():
                lines.append(_norms(f"{name}, {part}", norms, shown, width, _fades(fit_decay(norms))))
    return "\n".join(lines)


def _norms(name: str, norms: NDArray[np.float64], shown: Sequence[int], width: int, fades: str) -> str:
    cells = "".join(f"{norms[k - 1]:>10.2g}" for k in shown)
    return f"{name:{width}}{cells}   {fades}".rstrip()


def _fades(decay: Decay | None) -> str:
    return "" if decay is None else f"{decay.rate:>6.3f}  {decay.half_life:>10.3g}"


def connectivity_bars(name: str, found: Connectivity) -> str:
    """Return what the probability of a word hangs on, a bar a word."""
    longest = max(map(len, found.tokens))
    most = float(found.norms.max()) or 1.0
    lines = [f"{name}: what P({found.target}) = {found.probability:.4g} hangs on"]
    for token, norm in zip(found.tokens, found.norms.tolist(), strict=True):
        lines.append(f"  {token:>{longest}}  {norm:>9.3g}  {'#' * round(BAR * norm / most)}")
    return "\n".join(lines)
