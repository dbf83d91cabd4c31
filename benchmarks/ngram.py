"""n-gram speed and quality beside KenLM and NLTK, in one run, with one table out.

    python benchmarks/ngram.py [--data DIR] [--order 5] [--runs 3] [--write benchmarks/RESULTS.md]

DIR holds ``train.txt`` and ``heldout.txt``, tokens between spaces; without it the documentation inside the running
Python is the text. Commands are timed from outside, as whole processes, after one run that warms up; medians.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

NLTK_LINES = 2_000
CONTEXTS = 2_000

Row = tuple[str, str, str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--order", type=int, default=5)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        train, heldout = texts(options.data, folder)
        rows = bench(train, heldout, folder, options.order, options.runs)
    table = render(rows, train, options)
    print(table)
    if options.write:
        options.write.write_text(table, encoding="utf-8")


def texts(data: Path | None, folder: Path) -> tuple[Path, Path]:
    """Return the training and the held-out text."""
    if data is not None:
        return data / "train.txt", data / "heldout.txt"
    from nextword.text.python_docs import documentation_lines, split_heldout

    parts = split_heldout(documentation_lines())
    for name, lines in zip(("train.txt", "heldout.txt"), parts, strict=True):
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "train.txt", folder / "heldout.txt"


def bench(train: Path, heldout: Path, folder: Path, order: int, runs: int) -> list[Row]:
    model, arpa = folder / "model", folder / "model.arpa"
    estimate = ["train", "ngram", str(train), "-o", str(model), "--order", str(order)]
    seconds, memory, made = command(estimate, runs)
    tokens = made["tokens"]
    rows: list[Row] = [
        (f"estimate order {order}, text to saved model", f"{seconds:.2f} s, {memory:.2f} GB", "", ""),
        ("  the same, tokens a second", f"{tokens / seconds:,.0f}", "", ""),
        ("  n-grams", f"{sum(made['ngrams']):,}", "", ""),
        ("  size on disk", f"{size_of(model) / 1e6:,.0f} MB", "", ""),
    ]
    pruned, memory, _ = command([*estimate, "--prune", "0,0,1"], runs)
    rows.append(("  pruned 0,0,1", f"{pruned:.2f} s, {memory:.2f} GB", "", ""))
    command(estimate, 0)
    seconds, _, _ = command(["convert", str(model), str(arpa)], 1)
    rows.append(("ARPA export", f"{seconds:.2f} s, {arpa.stat().st_size / 1e6:,.0f} MB", "", ""))
    seconds, _, answer = command(["next", str(model), "it was"], runs)
    rows.append(("next words, from a cold process", f"{seconds:.2f} s", "", ""))
    for name, text in (("held-out text", heldout), ("training text", train)):
        seconds, _, answer = command(["evaluate", str(model), str(text)], runs)
        rows.append((f"evaluate the {name}, tokens a second", f"{answer['tokens_per_second']:,.0f}", "", ""))
    rows += in_process(model, arpa, heldout)
    rows += nltk_rows(train, order)
    return rows


def command(arguments: list[str], runs: int) -> tuple[float, float, dict[str, Any]]:
    """Run a nextword command; return its median seconds, its peak memory in GB and its answer."""
    seconds, memory, answer = [], 0.0, {}
    for run in range(runs + 1):
        began = time.perf_counter()
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "nextword", *arguments, "--json", "-q"], stdout=out
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            took = time.perf_counter() - began
            if process.returncode:
                raise SystemExit(f"nextword {' '.join(arguments)} failed")
            out.seek(0)
            answer = json.loads(out.read())
        if run or not runs:
            seconds.append(took)
            memory = max(memory, usage.ru_maxrss / 1e6)
    return statistics.median(seconds), memory, answer


def in_process(model_path: Path, arpa: Path, heldout: Path) -> list[Row]:
    """Compare calls from Python with kenlm's, on the same model and the same sentences."""
    import kenlm

    from nextword.lm.evaluation import evaluate
    from nextword.store.models import load_model
    from nextword.text.corpus import encode_sources

    load = clock(lambda: load_model(model_path), 3)
    model = load_model(model_path)
    sentences = heldout.read_text(encoding="utf-8").splitlines()
    tokens = sum(len(sentence.split()) + 1 for sentence in sentences)
    began = time.perf_counter()
    theirs = kenlm.Model(str(arpa))
    their_load = time.perf_counter() - began
    their_score = clock(lambda: [theirs.score(sentence) for sentence in sentences], 3)
    our_score = clock(lambda: [model.score(sentence) for sentence in sentences], 3)
    our_batch = clock(lambda: evaluate(model, encode_sources([heldout], model.tokenizer)), 3)
    their_total = sum(theirs.score(sentence) for sentence in sentences)
    ours = evaluate(model, encode_sources([heldout], model.tokenizer)).perplexity
    rows: list[Row] = [
        row("held-out perplexity", ours, math.pow(10, -their_total / tokens), "{:.4f}"),
        row("load, seconds (kenlm: from ARPA)", load, their_load, "{:.3f}"),
        row(
            "score(sentence) one by one, tokens a second", tokens / our_score, tokens / their_score, "{:,.0f}"
        ),
        row("score a file, tokens a second", tokens / our_batch, tokens / their_score, "{:,.0f}"),
    ]
    contexts = [model.read(model.tokenizer.encode(" ".join(s.split()[:4]))) for s in sentences[:CONTEXTS]]
    top = clock(lambda: [model.top_k(state, 10) for state in contexts], 3) / len(contexts)
    rows.append(("exact top 10, microseconds", f"{top * 1e6:,.1f}", "not offered", ""))
    few = contexts[:100]
    full = clock(lambda: [model.log_probs(state) for state in few], 3) / len(few)
    words = model.vocabulary_size
    rows.append((f"the whole distribution over {words:,} words, ms", f"{full * 1e3:.3f}", "not offered", ""))
    return rows


def nltk_rows(train: Path, order: int) -> list[Row]:
    """Fit NLTK on a few lines, as many as it takes patience for."""
    from nltk.lm import MLE
    from nltk.lm.preprocessing import padded_everygram_pipeline

    from nextword.ngram.estimation.smoothing import MaximumLikelihood
    from nextword.ngram.train import train_on_lines

    with train.open(encoding="utf-8") as file:
        lines = [line.rstrip("\n") for _, line in zip(range(NLTK_LINES), file, strict=False)]

    def fit() -> Any:
        model = MLE(order)
        model.fit(*padded_everygram_pipeline(order, [line.split() for line in lines]))
        return model

    theirs, seconds = fit(), clock(fit, 3)
    ours_seconds = clock(lambda: train_on_lines(lines, order, MaximumLikelihood()), 3)
    ours = train_on_lines(lines, order, MaximumLikelihood())
    words = [line.split() for line in lines[:200]]
    pairs = [(line[at], line[at - 1 : at]) for line in words for at in range(1, len(line))]
    score = clock(lambda: [theirs.score(word, context) for word, context in pairs], 3) / max(1, len(pairs))
    streams = [ours.tokenizer.encode(line) for line in lines]
    batch = clock(lambda: ours.token_log_probs(streams), 3) / sum(len(stream) for stream in streams)
    first = f"NLTK, {len(lines):,} lines: "
    return [
        (first + "fit, seconds", f"{ours_seconds:.3f}", f"{seconds:.3f}", f"{seconds / ours_seconds:.0f} x"),
        (
            first + "score, microseconds a word",
            f"{batch * 1e6:.3f}",
            f"{score * 1e6:.2f}",
            f"{score / batch:.0f} x",
        ),
    ]


def clock(work: Callable[[], object], runs: int) -> float:
    """Return the median seconds of some runs after one that warms up."""
    work()
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def row(name: str, ours: float, theirs: float, form: str) -> Row:
    return name, form.format(ours), form.format(theirs), f"{ours / theirs:.2f} x"


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def render(rows: list[Row], train: Path, options: argparse.Namespace) -> str:
    source = f"`{options.data.name}`" if options.data else "the documentation inside Python"
    lines = [
        "# n-gram benchmark",
        "",
        f"Text: {source} ({train.stat().st_size / 1e6:,.0f} MB), order {options.order}, "
        f"{len(os.sched_getaffinity(0))} processors, medians of {options.runs}. "
        f"Python {sys.version.split()[0]}, NumPy {np.__version__}.",
        "",
        "| | nextword | the other tool | ratio |",
        "|---|---|---|---|",
        *(f"| {' | '.join(cells)} |" for cells in rows),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
