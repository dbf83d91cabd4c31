"""A probe's outcome in words and as JSON has it."""

from collections.abc import Sequence
from typing import Any

from nextword.tasks.probes.experiment import Found
from nextword.tasks.probes.probe import Probe


def table(probe: Probe, found: Sequence[Found]) -> str:
    """Return a table for people: a row a system, a column a distance."""
    width = max(len(each.system) for each in found)
    seeds = len(found[0].accuracy)
    heading = "".join(f"{distance:>7}" for distance in found[0].distances)
    lines = [
        probe.title,
        f"pairs judged right, in percent, by {probe.unit}"
        + (f"; mean of {seeds} seeds, standard deviation below" if seeds > 1 else ""),
        "",
        f"{'':{width}}{heading}   seconds",
    ]
    for each in found:
        lines.append(f"{each.system:{width}}{_percents(each.mean)}   {each.seconds:7.1f}")
        if seeds > 1:
            lines.append(f"{'':{width}}{_percents(each.spread, sign='±')}")
    return "\n".join(lines)


def _percents(values: Sequence[float], sign: str = "") -> str:
    return "".join(f"{sign + format(100 * value, '.1f'):>7}" for value in values)


def record(probe: Probe, found: Sequence[Found]) -> dict[str, Any]:
    """Return the outcome as JSON has it."""
    return {
        "probe": probe.name,
        "unit": probe.unit,
        "distances": list(found[0].distances),
        "systems": [
            {
                "system": each.system,
                "mean": each.mean,
                "spread": each.spread,
                "accuracy": each.accuracy.tolist(),
                "seconds": round(each.seconds, 3),
            }
            for each in found
        ],
    }
