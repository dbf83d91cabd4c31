"""How fast files of word vectors load and are written, beside gensim, in one table.

    python benchmarks/formats.py [--words 100000] [--size 100] [--write FILE]

The vectors are random; both read the same files, each in turn, in a process of its own. Times are medians of three
after a run that compiles kernels. Peak memory is that of the process less what it held before, in sizes of the matrix.
"""

import argparse
import gzip
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

RUNS = 3
KINDS = {
    "word2vec text": ("vectors.txt", {"binary": False}),
    "word2vec binary": ("vectors.bin", {"binary": True}),
    "GloVe text": ("vectors.glove.txt", {"binary": False, "no_header": True}),
    "word2vec text, gzip": ("vectors.txt.gz", {"binary": False}),
}
FORMATS = {"vectors.bin": "word2vec-binary", "vectors.glove.txt": "glove"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=100_000)
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--measure", nargs=3, metavar=("TOOL", "ACTION", "FILE"))
    options = parser.parse_args()
    if options.measure:
        tool, action, name = options.measure
        print(json.dumps(measure(tool, action, Path(name), options.words, options.size)))
        return
    with tempfile.TemporaryDirectory() as folder:
        place, names = Path(folder), {kind: name for kind, (name, _) in KINDS.items()}
        rows = [
            row(kind, "write", place / name, options) for kind, name in names.items() if ".gz" not in name
        ]
        # gzip's own speed is the same for both and not measured
        (place / "vectors.txt.gz").write_bytes(gzip.compress((place / "vectors.txt").read_bytes(), 1))
        rows += [row(kind, "load", place / name, options) for kind, name in names.items()]
    table = (
        f"{options.words:,} words of {options.size} numbers, medians of {RUNS}.\n\n"
        "| | nextword, s | gensim, s | ratio | nextword, memory | gensim, memory |\n|---|---:|---:|---:|---:|---:|\n"
    ) + "\n".join(rows)
    print(table)
    if options.write:
        options.write.write_text(table + "\n", encoding="utf-8")


def row(kind: str, action: str, path: Path, options: argparse.Namespace) -> str:
    """Measure both tools on one file and return a row of the table."""
    results = {}
    for tool in ("gensim", "nextword"):  # the file that both load is nextword's
        command = [sys.executable, __file__, "--words", str(options.words), "--size", str(options.size)]
        done = subprocess.run(
            [*command, "--measure", tool, action, str(path)], capture_output=True, text=True, check=True
        )
        results[tool] = json.loads(done.stdout)
    ours, theirs = results["nextword"], results["gensim"]
    memory = [f"{result['memory']:.2f}" if action == "load" else "" for result in (ours, theirs)]
    return (
        f"| {action} {kind} | {ours['seconds']:.2f} | {theirs['seconds']:.2f} | "
        f"{theirs['seconds'] / ours['seconds']:.1f} | {memory[0]} | {memory[1]} |"
    )


def measure(tool: str, action: str, path: Path, words: int, size: int) -> dict[str, float]:
    """Return the seconds and, for loading, the peak memory in sizes of the matrix."""
    work = (nextword_work if tool == "nextword" else gensim_work)(action, path, words, size)
    if tool == "nextword":  # kernels are compiled once, on the first file that a machine ever reads
        nextword_work("write", path.with_name("small" + path.name), 10, 3)()
        nextword_work("load", path.with_name("small" + path.name), 10, 3)()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = [clock(work) for _ in range(RUNS)]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    return {"seconds": statistics.median(seconds), "memory": grown / (4 * words * size)}


def nextword_work(action: str, path: Path, words: int, size: int) -> Callable[[], object]:
    from nextword.embedding.formats import read_vectors, write_vectors
    from nextword.embedding.vectors.vectors import WordVectors

    kind: Any = FORMATS.get(path.name.removeprefix("small"), "word2vec")
    if action == "load":
        return lambda: read_vectors(path)
    vectors = WordVectors(names(words), numbers(words, size))
    return lambda: write_vectors(vectors, path, format=kind)


def gensim_work(action: str, path: Path, words: int, size: int) -> Callable[[], object]:
    from gensim.models import KeyedVectors

    how = next(how for name, how in KINDS.values() if name == path.name)
    if action == "load":
        return lambda: KeyedVectors.load_word2vec_format(str(path), **how)
    vectors = KeyedVectors(size)
    vectors.add_vectors(names(words), numbers(words, size))
    header = not how.get("no_header", False)
    return lambda: vectors.save_word2vec_format(str(path), binary=how["binary"], write_header=header)


def names(words: int) -> list[str]:
    """Return made-up words of four to nine letters and a number, so that each is another."""
    chance = np.random.default_rng(1)
    letters = chance.integers(97, 123, (words, 9), dtype=np.uint8)
    lengths = chance.integers(4, 10, words)
    return [f"{bytes(row[:n]).decode()}{i}" for i, (row, n) in enumerate(zip(letters, lengths, strict=True))]


def numbers(words: int, size: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(2).normal(0, 0.3, (words, size)).astype(np.float32)


def clock(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
