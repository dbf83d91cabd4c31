"""What an n-gram model costs: seconds and memory against corpus size, order and threads, in one table.

    python benchmarks/cost.py --data DIR [--millions 1,2,4,8,15] [--orders 2,3,4,5,6,7] [--threads 1,2] [--write FILE]

DIR holds ``train.txt``, tokens between spaces. Every cell is one run of ``nextword train ngram``, a whole process from
text to a saved model, after one run that warms the kernels up: seconds, and the largest memory in GB.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--millions", type=numbers, default=numbers("1,2,4,8,15"))
    parser.add_argument("--orders", type=numbers, default=numbers("2,3,4,5,6,7"))
    parser.add_argument("--threads", type=numbers, default=numbers("1,2"))
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    lines = (options.data / "train.txt").read_bytes().splitlines(keepends=True)
    rows = [
        "| million tokens | threads |" + "".join(f" order {order} |" for order in options.orders),
        "|---|---|" + "---|" * len(options.orders),
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for millions in options.millions:
            text, tokens = folder / "text.txt", cut(lines, millions * 1_000_000, folder / "text.txt")
            train(text, 2, 1, folder)  # warms up
            for threads in options.threads:
                cells = [train(text, order, threads, folder) for order in options.orders]
                rows.append(f"| {tokens / 1e6:.1f} | {threads} | {' | '.join(cells)} |")
                print(rows[-1], flush=True)
    table = "\n".join(rows) + "\n"
    print(table)
    if options.write:
        options.write.write_text(table, encoding="utf-8")


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def cut(lines: list[bytes], limit: int, target: Path) -> int:
    """Write as many of the first lines as hold ``limit`` tokens, the ends of sentences counted; return their number."""
    tokens = 0
    with target.open("wb") as file:
        for line in lines:
            if tokens >= limit:
                break
            tokens += len(line.split()) + 1
            file.write(line)
    return tokens


def train(text: Path, order: int, threads: int, folder: Path) -> str:
    """Train one model; return its seconds and its peak memory."""
    arguments = [
        "train",
        "ngram",
        str(text),
        "-o",
        str(folder / "model"),
        "--order",
        str(order),
        "--json",
        "-q",
    ]
    environment = {**os.environ, "NEXTWORD_THREADS": str(threads)}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "nextword", *arguments], stdout=subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    answer = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"nextword {' '.join(arguments)} failed")
    json.loads(answer)
    return f"{time.perf_counter() - began:.1f} s, {usage.ru_maxrss / 1e6:.2f} GB"


if __name__ == "__main__":
    main()
