"""n-gram speed and quality beside KenLM and NLTK, in one run, with one table out.

    python benchmarks/ngram.py [--data DIR] [--order 5] [--runs 3] [--lmplz PROGRAM] [--write benchmarks/RESULTS.md]

DIR holds ``train.txt`` and ``heldout.txt``, tokens between spaces; without it the documentation inside the running
Python is the text. Commands are timed from outside, as whole processes, after one run that warms up; medians. The
memory of a process is the largest it ever had. KenLM's estimator is no part of its Python package: where a built
``lmplz`` is named, it is timed too.
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
    parser.add_argument("--lmplz", type=Path)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        train, heldout = texts(options.data, folder)
        table = render(bench(train, heldout, folder, options), train, options)
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


def bench(train: Path, heldout: Path, folder: Path, options: argparse.Namespace) -> list[Row]:
    order, runs = options.order, options.runs
    model, arpa = folder / "model", folder / "model.arpa"
    estimate = ["train", "ngram", str(train), "-o", str(model), "--order", str(order)]
    seconds, memory, made = command(estimate, runs)
    tokens = made["tokens"]
    plain, pruned = lmplz_rows(options.lmplz, train, folder, order)
    rows: list[Row] = [
        cost(f"estimate order {order}, text to saved model (lmplz: to ARPA)", seconds, memory, plain),
        ("  the same, tokens a second", f"{tokens / seconds:,.0f}", "", ""),
        ("  n-grams", f"{sum(made['ngrams']):,}", "", ""),
        ("  size on disk", f"{size_of(model) / 1e6:,.0f} MB", "", ""),
        cost("  pruned 0,0,1", *command([*estimate, "--prune", "0,0,1"], runs)[:2], pruned),
    ]
    command(estimate, 0)
    seconds, memory, _ = command(["convert", str(model), str(arpa)], 1)
    rows.append(("ARPA export", f"{seconds:.2f} s, {arpa.stat().st_size / 1e6:,.0f} MB", "", ""))
    seconds, _, answer = command(["next", str(model), "it was"], runs)
    rows.append(("next words, from a cold process", f"{seconds:.2f} s", "", ""))
    for name, text in (("held-out text", heldout), ("training text", train)):
        seconds, _, answer = command(["evaluate", str(model), str(text)], runs)
        rows.append((f"evaluate the {name}, tokens a second", f"{answer['tokens_per_second']:,.0f}", "", ""))
    # A process counts the memory of the one that starts it: so these come before models are loaded here.
    memory_rows = [memory_row(model, arpa, heldout), nltk_memory_row(train, order)]
    return [*rows, *in_process(model, arpa, heldout), *nltk_rows(train, order), *memory_rows]


def lmplz_rows(
    lmplz: Path | None, train: Path, folder: Path, order: int
) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Time KenLM's estimator without and with pruning; returns seconds and GB of each."""
    if lmplz is None:
        return None, None
    base = [str(lmplz), "-o", str(order), "-S", "4G", "-T", str(folder), "--discount_fallback"]
    base += ["--text", str(train), "--arpa", str(folder / "lmplz.arpa")]
    return timed(base), timed([*base, "--prune", "0", "0", "1"])


def timed(arguments: list[str]) -> tuple[float, float]:
    """Run a program; return its seconds and its peak memory in GB."""
    began = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments[0]} failed")
    return time.perf_counter() - began, usage.ru_maxrss / 1e6


def cost(name: str, seconds: float, memory: float, theirs: tuple[float, float] | None) -> Row:
    ours = f"{seconds:.2f} s, {memory:.2f} GB"
    if theirs is None:
        return name, ours, "", ""
    return name, ours, f"{theirs[0]:.2f} s, {theirs[1]:.2f} GB", f"{theirs[0] / seconds:.1f} x as fast"


def memory_row(model: Path, arpa: Path, heldout: Path) -> Row:
    """Compare the memory of a process that scores the held-out text line by line."""
    ours = "from nextword import load_model as load; import sys"
    theirs = "from kenlm import Model as load; import sys"
    work = "m = load(sys.argv[1]); [m.score(line.rstrip()) for line in open(sys.argv[2], encoding='utf-8')]"
    used = [
        timed([sys.executable, "-c", f"{start}; {work}", str(path), str(heldout)])[1]
        for start, path in ((ours, model), (theirs, arpa))
    ]
    return (
        "memory to score the held-out text (kenlm: from ARPA)",
        f"{used[0]:.2f} GB", f"{used[1]:.2f} GB", f"{used[0] / used[1]:.2f} x",
    )  # fmt: skip


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
    few, words = contexts[:100], model.tokenizer.tokens[3:]
    before, after = kenlm.State(), kenlm.State()
    theirs.NullContextWrite(before)
    every = clock(lambda: sorted(theirs.BaseScore(before, word, after) for word in words)[-10:], 1)
    rows.append(
        (
            "exact top 10, microseconds (kenlm: every word scored)",
            f"{top * 1e6:,.1f}",
            f"{every * 1e6:,.0f}",
            f"{every / top:,.0f} x as fast",
        )
    )
    full = clock(lambda: [model.log_probs(state) for state in few], 3) / len(few)
    name = f"the whole distribution over {model.vocabulary_size:,} words, ms (kenlm: every word scored)"
    rows.append((name, f"{full * 1e3:.3f}", f"{every * 1e3:.0f}", f"{every / full:,.0f} x as fast"))
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


def nltk_memory_row(train: Path, order: int) -> Row:
    """Compare the memory of a process that fits a model to a few lines."""
    read = (
        "import sys, itertools; "
        "lines = list(itertools.islice(open(sys.argv[1], encoding='utf-8'), int(sys.argv[2])))"
    )
    ours = "import nextword; nextword.train_on_lines(lines, int(sys.argv[3]), 'mle')"
    theirs = (
        "from nltk.lm import MLE; from nltk.lm.preprocessing import padded_everygram_pipeline as pipeline; "
        "MLE(int(sys.argv[3])).fit(*pipeline(int(sys.argv[3]), [line.split() for line in lines]))"
    )
    used = [
        timed([sys.executable, "-c", f"{read}; {work}", str(train), str(NLTK_LINES), str(order)])[1]
        for work in (ours, theirs)
    ]
    name = f"NLTK, {NLTK_LINES:,} lines: memory to fit, the interpreter and libraries included"
    return name, f"{used[0]:.2f} GB", f"{used[1]:.2f} GB", f"{used[0] / used[1]:.2f} x"


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
