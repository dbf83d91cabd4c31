"""word2vec beside gensim, in one run: speed, growth, memory and quality.

    python benchmarks/word2vec.py --data DIR [--runs 3] [--growth] [--quality 3] [--judge DIR] [--write FILE]

DIR holds ``words.txt`` or ``words.txt.gz``; without it the documentation inside the running Python is the text. Both
train vectors of 100 numbers, window 5, 5 negatives, sample 0.001, words seen five times or more. Speed is raw words of
the text a second of training, reading not counted, medians of one epoch each, the tools in turn; gensim in the best of
its modes (a corpus file or lists of words; one worker more than threads or not).

--quality trains five epochs with so many seeds and asks analogies (the 30,000 most frequent words) and similarities of
both tools' vectors; --judge DIR names where ``analogies/questions-words.txt`` and ``wordsim/*.txt`` are.
"""

import argparse
import gzip
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SIMILARITY = {"WS-353": "EN-WS-353-ALL.txt", "SimLex-999": "EN-SIMLEX-999.txt", "MEN": "EN-MEN-TR-3k.txt"}
SETTINGS: dict[str, dict[str, Any]] = {
    "skip-gram": {"architecture": "skipgram", "rate": 0.025},
    "CBOW": {"architecture": "cbow", "rate": 0.025},
    "CBOW, rate 0.05": {"architecture": "cbow", "rate": 0.05},
    "skip-gram, hierarchical softmax": {
        "architecture": "skipgram", "rate": 0.025, "objective": "hierarchical-softmax",
    },
    "CBOW, hierarchical softmax": {
        "architecture": "cbow", "rate": 0.025, "objective": "hierarchical-softmax",
    },
}  # fmt: skip

OURS = """
import json, resource, sys, time
from dataclasses import replace
from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.embedding.word2vec.train import train_word2vec_on_lines, start
from nextword.embedding.word2vec.training import Training
from nextword.text.corpus import learn_corpus
from nextword.text.vocabulary import VocabularyLimits
path, out, threads, settings = sys.argv[1], sys.argv[2], int(sys.argv[3]), Word2VecSettings(**json.loads(sys.argv[4]))
warm = replace(settings, epochs=1, sample=0)
train_word2vec_on_lines(["the cat sat on the floor"] * 20, warm)  # compiles, or loads what was compiled
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
began, before = time.perf_counter(), peak()
model, sentences = start(learn_corpus([path], limits=VocabularyLimits(min_count=5)), settings)
read = time.perf_counter() - began
training = Training(model, sentences, threads)
began = time.perf_counter()
for _ in training:
    pass
seconds = time.perf_counter() - began
held = 2 * 4 * len(model.words) * settings.size + sentences.words.nbytes
answer = {"seconds": seconds, "words": settings.epochs * len(sentences.words), "read": read, "peak": peak()}
print(json.dumps(answer | {"grown": peak() - before, "held": held}))
if out != "-":
    from nextword.embedding.formats import write_vectors
    write_vectors(model.vectors(), out, format="word2vec-binary", counts=out + ".counts")
"""

GENSIM = """
import json, resource, sys, time
from gensim.models import Word2Vec
from gensim.models.word2vec import LineSentence
path, out, workers, settings = sys.argv[1], sys.argv[2], int(sys.argv[3]), json.loads(sys.argv[4])
mode = sys.argv[5]
hierarchical = settings.get("objective") == "hierarchical-softmax"
model = Word2Vec(
    vector_size=100, window=5, min_count=5, sample=1e-3, workers=workers, seed=settings.get("seed", 1),
    sg=int(settings["architecture"] == "skipgram"), hs=int(hierarchical), negative=0 if hierarchical else 5,
    alpha=settings["rate"], epochs=settings["epochs"],
)
text = {"corpus_file": path} if mode == "file" else {"corpus_iterable": [line.split() for line in open(path)]}
model.build_vocab(**text)
began = time.perf_counter()
model.train(**text, total_examples=model.corpus_count, total_words=model.corpus_total_words, epochs=model.epochs)
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "words": model.epochs * model.corpus_total_words, "peak": peak}))
if out != "-":
    model.wv.save_word2vec_format(out, binary=True, fvocab=out + ".counts")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--quality", type=int, default=0)
    parser.add_argument("--judge", type=Path)
    parser.add_argument("--ways", nargs="+", default=["skip-gram", "CBOW"], choices=list(SETTINGS))
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = text_of(options.data, folder)
        for part in parts(text, folder, options):
            for line in part:
                print(line, flush=True)
                lines.append(line)
    if options.write:
        options.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def parts(text: Path, folder: Path, options: argparse.Namespace) -> Iterator[Iterator[str]]:
    if options.runs:
        yield speed(text, folder, options.runs, options.ways)
    if options.growth:
        yield growth(text, folder, options.ways)
    if options.quality:
        yield quality(text, folder, options)


def text_of(data: Path | None, folder: Path) -> Path:
    """Return the text as a plain file, which gensim's fastest mode needs."""
    if data is not None and (data / "words.txt").exists():
        return data / "words.txt"
    path = folder / "words.txt"
    if data is not None:
        with gzip.open(data / "words.txt.gz") as packed, path.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
        return path
    from nextword.text.python_docs import documentation_lines

    path.write_text("\n".join(documentation_lines()) + "\n", encoding="utf-8")
    return path


def child(script: str, *arguments: object) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    answer["rate"] = answer["words"] / answer["seconds"]
    return answer


def ours(text: Path, threads: int, out: object = "-", **settings: Any) -> dict[str, Any]:
    return child(OURS, text, out, threads, json.dumps(settings))


def gensim(
    text: Path, workers: int, mode: str = "file", out: object = "-", **settings: Any
) -> dict[str, Any]:
    return child(GENSIM, text, out, workers, json.dumps(settings), mode)


def speed(text: Path, folder: Path, runs: int, ways: list[str]) -> Iterator[str]:
    """The tools in turn, so that a busy moment meets both; gensim's best mode is found on a quarter of the text."""
    quarter = folder / "quarter.txt"
    lines = text.read_text(encoding="utf-8").splitlines()
    quarter.write_text("\n".join(lines[: -(-len(lines) // 4)]) + "\n", encoding="utf-8")
    yield "| raw words a second of training | threads | nextword | gensim, its best mode | ratio | nextword's memory |"
    yield "|---|---|---|---|---|---|"
    for way in ways:
        settings = SETTINGS[way] | {"epochs": 1}
        for threads in (1, 2):
            modes = [
                (mode, workers)
                for mode in ("file", "lists")
                for workers in {threads, threads + (threads > 1)}
            ]
            trial = {mode: gensim(quarter, mode[1], mode[0], **settings)["rate"] for mode in modes}
            best = max(trial, key=lambda mode: trial[mode])
            pairs = [
                (ours(text, threads, **settings), gensim(text, best[1], best[0], **settings)["rate"])
                for _ in range(runs)
            ]
            mine = statistics.median(pair[0]["rate"] for pair in pairs)
            theirs = statistics.median(pair[1] for pair in pairs)
            one = pairs[0][0]
            memory = f"{one['grown'] / 1e6:.0f} MB for {one['held'] / 1e6:.0f} MB of matrices and text"
            yield (
                f"| {way} | {threads} | {mine / 1e6:.2f} M | {theirs / 1e6:.2f} M ({best[0]}, {best[1]} workers) "
                f"| {mine / theirs:.1f} x | {memory} |"
            )


def growth(text: Path, folder: Path, ways: list[str]) -> Iterator[str]:
    """One and two threads on growing parts of the text."""
    yield ""
    yield "| words | " + " | ".join(f"{way}, {threads} threads" for way in ways for threads in (1, 2)) + " |"
    yield "|---" * (1 + 2 * len(ways)) + "|"
    lines = text.read_text(encoding="utf-8").splitlines()
    total = sum(len(line.split()) for line in lines)
    for share in (16, 4, 1):
        part = folder / "part.txt"
        part.write_text("\n".join(lines[: len(lines) // share]) + "\n", encoding="utf-8")
        cells = [
            f"{statistics.median(ours(part, threads, **SETTINGS[way], epochs=1)['rate'] for _ in range(3)) / 1e6:.2f} M"
            for way in ways
            for threads in (1, 2)
        ]
        yield f"| {total // share:,} | " + " | ".join(cells) + " |"


def quality(text: Path, folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """Five epochs, several seeds, both tools' vectors judged by the same functions on the same words."""
    names = ["analogies", *SIMILARITY]
    yield ""
    yield f"| mean and standard deviation of {options.quality} seeds | " + " | ".join(names) + " |"
    yield "|---" * (1 + len(names)) + "|"
    for way in options.ways:
        for tool, train in (("nextword", ours), ("gensim", gensim)):
            found = []
            for seed in range(1, options.quality + 1):
                out = folder / f"{tool}.bin"
                train(text, 2, out=out, **SETTINGS[way], epochs=5, seed=seed)
                found.append(judge(out, options.judge))
            cells = [
                f"{statistics.mean(each):.4f} ± {statistics.stdev(each) if len(each) > 1 else 0:.4f}"
                for each in zip(*found, strict=True)
            ]
            yield f"| {way}, {tool} | " + " | ".join(cells) + " |"


def judge(path: Path, data: Path) -> list[float]:
    """Return the share of analogies answered right, and the rank correlations with people's judgments."""
    from nextword.embedding.evaluation.analogies import evaluate_analogies
    from nextword.embedding.evaluation.similarity import evaluate_similarity
    from nextword.embedding.formats import read_vectors
    from nextword.embedding.vectors.vectors import WordVectors

    read = read_vectors(path, counts=f"{path}.counts")
    if read.counts is None:
        raise SystemExit(f"{path} has no counts")
    counts, words = read.counts.tolist(), read.index_to_key
    order = sorted(range(len(words)), key=lambda row: (-counts[row], words[row]))  # ties alike for both tools
    vectors = WordVectors([words[row] for row in order], read.vectors[order], read.counts[order])
    analogies = evaluate_analogies(vectors, data / "analogies" / "questions-words.txt", restrict=30_000)
    similar = [evaluate_similarity(vectors, data / "wordsim" / name).spearman for name in SIMILARITY.values()]
    return [analogies.total.accuracy or 0.0, *(each or 0.0 for each in similar)]


if __name__ == "__main__":
    main()
