"""Forecasting on four known series: an LSTM of five seeds beside what any forecast must beat.

    python benchmarks/forecast.py --data DIR [--only airline shampoo ...] [--write FILE] [-- OPTION ...]

DIR holds ``timeseries/`` with ``airline-passengers.csv``, ``shampoo.csv``, ``monthly-sunspots.csv`` and
``daily-min-temperatures.csv``. Each is split in time; each system tells the last part one step ahead, by all before,
and all at once. The settings are those that nobody chose, or the options after ``--``. Seconds are those of the whole
command, the start of the program included.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

from commands import nextword

SERIES: dict[str, tuple[str, list[str]]] = {
    "airline": ("airline-passengers.csv", ["--test", "48"]),
    "shampoo": ("shampoo.csv", ["--test", "12"]),
    "sunspots": ("monthly-sunspots.csv", []),
    # Days have weeks, as their times say, but weather has years; two days of these ten years are missing.
    "temperatures": (
        "daily-min-temperatures.csv",
        ["--test", "365", "--gaps", "fill", "--period", "365"],
    ),
}
SEEDS = 5


def spread(errors: list[float]) -> str:
    """Return the mean of some errors, and how far they lie apart."""
    mean = f"{statistics.mean(errors):.4g}"
    return f"{mean} ± {statistics.stdev(errors):.2g}" if len(errors) > 1 else mean


def rows(name: str, data: Path, options: list[str]) -> list[str]:
    """Measure one series, and return its lines of the table."""
    file, how = SERIES[name]
    began = time.perf_counter()
    found = nextword(
        "forecast",
        "evaluate",
        str(data / "timeseries" / file),
        *how,
        "--seeds",
        str(SEEDS),
        *options,
    )
    seconds = time.perf_counter() - began
    what = f"{name}: {found['train']:,} + {found['test']:,}"
    lines = []
    for system in found["systems"]:
        one, many = (spread(system[kind]["rmse"]) for kind in ("one_step", "many_steps"))
        is_lstm = system["system"] == "LSTM"
        more = f"{found['window']} | {found['covered']:.0%} | {seconds:,.0f}" if is_lstm else " | | "
        lines.append(f"| {what} | {system['system']} | {one} | {many} | {more} |")
        what = ""
    return lines


def main() -> None:
    """Measure, and print or write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="+", choices=SERIES, default=list(SERIES))
    parser.add_argument("--write", type=Path)
    parser.add_argument("options", nargs="*", help="options of nextword forecast evaluate, after --")
    given = parser.parse_args()
    lines = [
        "| series: learned from + told | system | RMSE one step ahead | all at once | window | in bounds | seconds |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in given.only:
        lines += rows(name, given.data, given.options)
        print(*lines[-4:], sep="\n", file=sys.stderr, flush=True)
    table = "\n".join(lines)
    print(table)
    if given.write is not None:
        given.write.write_text(f"# Forecasting\n\n{table}\n")


if __name__ == "__main__":
    main()
