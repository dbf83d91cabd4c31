"""Size, memory, speed and perplexity of compact models beside exact ones and KenLM's, in one table.

    python benchmarks/compact.py [--data DIR] [--order 5] [--build-binary PATH] [--write FILE]

DIR holds ``train.txt`` and ``heldout.txt``, tokens between spaces; without it the documentation inside the running
Python is the text. PATH is KenLM's program of that name; without it KenLM's binary forms are left out. Every form is
measured in a process of its own; speeds are medians of three.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ngram import clock, command, size_of, texts

KENLM_FORMS = {
    "KenLM probing": ["probing"],
    "KenLM trie": ["trie", "-a", "22"],
    "KenLM trie, 8 bits": ["trie", "-q", "8", "-b", "8", "-a", "22"],
}
CONTEXTS = 2_000
SUMMED = 20
COLUMNS = {
    "MB": "{:,.0f}",
    "bytes an n-gram": "{:.1f}",
    "resident MB": "{:,.0f}",
    "load, s": "{:.2f}",
    "held-out perplexity": "{:.3f}",
    "P sums to": "{:.6f}",
    "held-out text as ids, tokens/s": "{:,.0f}",
    "training text as ids, tokens/s": "{:,.0f}",
    "score(sentence), tokens/s": "{:,.0f}",
    "top 10, microseconds": "{:.0f}",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--order", type=int, default=5)
    parser.add_argument("--build-binary", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--measure", nargs=4, metavar=("KIND", "MODEL", "HELDOUT", "TRAIN"))
    options = parser.parse_args()
    if options.measure:
        kind, *paths = options.measure
        print(json.dumps((measure_ours if kind == "nextword" else measure_kenlm)(*map(Path, paths))))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        train, heldout = texts(options.data, folder)
        made, forms = build(train, folder, options.order, options.build_binary)
        rows = {form: measured(kind, path, heldout, train) for form, (kind, path) in forms.items()}
        for form, (_, path) in forms.items():
            rows[form]["MB"] = (size_of(path) if path.is_dir() else path.stat().st_size) / 1e6
            rows[form]["bytes an n-gram"] = rows[form]["MB"] * 1e6 / sum(made["ngrams"])
        table = render(rows, made, train, options)
    print(table)
    if options.write:
        options.write.write_text(table, encoding="utf-8")


def build(
    train: Path, folder: Path, order: int, build_binary: Path | None
) -> tuple[dict[str, Any], dict[str, tuple[str, Path]]]:
    """Make each form of the same model."""
    _, _, made = command(
        ["train", "ngram", str(train), "-o", str(folder / "exact"), "--order", str(order)], 0
    )
    command(["convert", str(folder / "exact"), str(folder / "compact"), "--compact"], 0)
    forms = {"exact": ("nextword", folder / "exact"), "compact": ("nextword", folder / "compact")}
    if build_binary:
        arpa = folder / "model.arpa"
        command(["convert", str(folder / "exact"), str(arpa)], 0)
        for number, (form, arguments) in enumerate(KENLM_FORMS.items()):
            path = folder / f"kenlm-{number}"
            subprocess.run(
                [build_binary, "-s", *arguments, arpa, path], check=True, stderr=subprocess.DEVNULL, stdout=2
            )
            forms[form] = "kenlm", path
        arpa.unlink()
    return made, forms


def measured(kind: str, path: Path, heldout: Path, train: Path) -> dict[str, float]:
    """Measure one form in a fresh process."""
    arguments = ["--measure", kind, str(path), str(heldout), str(train)]
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, stdout=subprocess.PIPE)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def measure_ours(path: Path, heldout: Path, train: Path) -> dict[str, float]:
    from nextword.lm.evaluation import evaluate
    from nextword.ngram.model import NgramModel
    from nextword.ngram.train import train_on_lines
    from nextword.store.models import load_model
    from nextword.text.corpus import encode_sources

    # What the compiler and the libraries take is not the model's.
    tiny = train_on_lines(["a b c", "b c a"], 3)
    for warm in (tiny, tiny.compact()):
        warm.score("a b")
        warm.top_k(warm.initial_state(2), 2)
    sentences = heldout.read_text(encoding="utf-8").splitlines()
    before = resident()
    began = time.perf_counter()
    model = load_model(path)
    row = {"load, s": time.perf_counter() - began}
    if not isinstance(model, NgramModel):
        raise SystemExit(f"{path} is no n-gram model")
    tokens = sum(len(sentence.split()) + 1 for sentence in sentences)
    row["score(sentence), tokens/s"] = tokens / clock(lambda: [model.score(each) for each in sentences], 3)
    states = [model.read(model.tokenizer.encode(" ".join(each.split()[:4]))) for each in sentences[:CONTEXTS]]
    top = clock(lambda: [model.top_k(state, 10) for state in states], 3)
    row["top 10, microseconds"] = top / len(states) * 1e6
    row["resident MB"] = resident() - before
    row["P sums to"] = worst([math.fsum(np.exp(model.log_probs(state)[0])) for state in states[:SUMMED]])
    for name, text in (("held-out", heldout), ("training", train)):
        stream = np.concatenate(list(encode_sources([text], model.tokenizer)))
        took = clock(lambda stream=stream: model.stream_log_probs(stream), 3)  # type: ignore[misc]
        row[f"{name} text as ids, tokens/s"] = len(stream) / took
    row["held-out perplexity"] = evaluate(model, encode_sources([heldout], model.tokenizer)).perplexity
    return row


def measure_kenlm(path: Path, heldout: Path, train: Path) -> dict[str, float]:
    import kenlm

    sentences = heldout.read_text(encoding="utf-8").splitlines()
    words = {word for line in train.open(encoding="utf-8") for word in line.split()} | {"</s>", "<unk>"}
    before = resident()
    began = time.perf_counter()
    model = kenlm.Model(str(path))
    row = {"load, s": time.perf_counter() - began}
    tokens = sum(len(sentence.split()) + 1 for sentence in sentences)
    score: Callable[[], list[float]] = lambda: [model.score(sentence) for sentence in sentences]  # noqa: E731
    row["score(sentence), tokens/s"] = tokens / clock(score, 3)
    row["resident MB"] = resident() - before
    row["held-out perplexity"] = math.pow(10, -math.fsum(score()) / tokens)
    row["P sums to"] = worst(
        [sum_kenlm(kenlm, model, each.split()[:4], words) for each in sentences[:SUMMED]]
    )
    return row


def sum_kenlm(kenlm: Any, model: Any, context: list[str], words: set[str]) -> float:
    """Return the sum of the probabilities of all words after some words of a sentence."""
    state, other = kenlm.State(), kenlm.State()
    model.BeginSentenceWrite(state)
    for word in context:
        model.BaseScore(state, word, other)
        state, other = other, state
    return math.fsum(math.pow(10, model.BaseScore(state, word, other)) for word in words)


def worst(sums: list[float]) -> float:
    """Return the sum that is farthest from one."""
    return max(sums, key=lambda total: abs(total - 1))


def resident() -> float:
    """Return the memory of this process that is in use, mapped files included, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def render(
    rows: dict[str, dict[str, float]], made: dict[str, Any], train: Path, options: argparse.Namespace
) -> str:
    source = f"`{options.data.name}`" if options.data else "the documentation inside Python"
    cells = [
        [name, *(form.format(row[name]) if name in row else "" for row in rows.values())]
        for name, form in COLUMNS.items()
    ]
    lines = [
        "# Compact n-gram models",
        "",
        f"Text: {source} ({train.stat().st_size / 1e6:,.0f} MB), order {options.order}, "
        f"{sum(made['ngrams']):,} n-grams, {len(os.sched_getaffinity(0))} processors, medians of 3. "
        f"Texts of ids are scored on all processors, sentences on one. "
        f"P sums to: over all words, after {SUMMED} contexts, the worst.",
        "",
        f"| | {' | '.join(rows)} |",
        f"|---{'|---' * len(rows)}|",
        *(f"| {' | '.join(line)} |" for line in cells),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
