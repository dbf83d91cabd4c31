"""What was told of a series as one HTML page: the lecture's picture to point at, and the table beside it."""

from typing import Any

import numpy as np

from nextword.tasks.forecast.evaluation import ForecastReport, spread
from nextword.tasks.forecast.series import Numbers
from nextword.text.pages import page, source

DIGITS = 6
FILES = ("report.html", "report.css", "report_draw.js", "report.js")


def report_page(report: ForecastReport) -> str:
    """Return the page; it needs no network and no library."""
    body, style, *scripts = (source(__package__, name) for name in FILES)
    return page(f"{report.series.name}, told by an LSTM", body, style, scripts, report_data(report))


def report_data(report: ForecastReport) -> dict[str, Any]:
    """Return what the page knows: rows of T numbers each, None where nothing is told or it is not finite.

    The series itself is as it was read; what was told of it is rounded.
    """
    series, train, forecast = report.series, report.train, report.forecast
    return {
        "name": series.name,
        "labels": [series.label(place) for place in range(len(series))],
        "train": train,
        "window": report.forecaster.window,
        "seeds": len(report.rows[-1].one_step),
        "values": series.values.tolist(),
        "fitted": _numbers(report.fitted) + [None] * len(report.told),
        "oneStep": _after(train, report.told),
        "manySteps": _after(train, forecast.values),
        "low": _after(train, forecast.low),
        "high": _after(train, forecast.high),
        "coverage": f"{report.coverage:.0%}",
        "covered": f"{report.covered:.0%}",
        "systems": [
            {"system": row.system, "oneStep": spread(row.one_step), "manySteps": spread(row.many_steps)}
            for row in report.rows
        ],
    }


def _after(train: int, values: Numbers) -> list[float | None]:
    return [None] * train + _numbers(values)


def _numbers(values: Numbers) -> list[float | None]:
    return [float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None for value in values.tolist()]
