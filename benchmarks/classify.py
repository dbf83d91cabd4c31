"""Text classifiers beside linear baselines: cross-validation on reviews, messages and sentences on films.

    python benchmarks/classify.py --data DIR [--only reviews messages films] [--folds 10] [--seeds 3] [--keep FOLDER]

DIR holds ``sentiment/amazon_cells_labelled.txt`` (1,000 sentences), ``sentiment/rt-polarity.pos`` and ``.neg``
(10,662), ``sms-spam/SMSSpamCollection`` (5,574), and, for word vectors, ``novels/train.txt`` and
``wikitext-2/train.txt``. Nothing that a classifier begins from has seen a text that is answered. For the reviews each
fold chooses on its own training texts, cut in three, between two beginnings: word vectors that have read the sentences
on films too, without their labels, and a classifier that has learned those labels.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from commands import nextword as run_command

import nextword
from nextword.tasks.classify.labelled import LabelledTexts
from nextword.tasks.classify.train import Begin
from nextword.tasks.classify.validation import SystemReport, stratified_folds

CUT = ("--tokenizer", "words", "--lowercase", "--special-tokens", "skip")
VECTORS = (*CUT, "--threads", 1)
PARTS = 3
NAMES = ("reviews", "messages", "films")


@dataclass(frozen=True)
class Candidate:
    """A way to make a classifier."""

    name: str
    settings: nextword.ClassifierSettings
    begin: Begin = None

    def learn(self, texts: Sequence[str], labels: Sequence[str], **changes: Any) -> nextword.TextClassifier:
        return nextword.train_classifier(texts, labels, replace(self.settings, **changes), begin=self.begin)


class Chooser:
    """Makes a classifier in the way that does best on the training texts, each third answered by the others."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = candidates
        self.chosen: Counter[str] = Counter()

    def __call__(self, texts: Sequence[str], labels: Sequence[str], seed: int) -> nextword.TextClassifier:
        best = self.candidates[0]
        if len(self.candidates) > 1:
            best = min(self.candidates, key=lambda each: self._loss(each, texts, labels, seed))
            self.chosen[best.name] += 1
        return best.learn(texts, labels, seed=seed)

    def _loss(self, way: Candidate, texts: Sequence[str], labels: Sequence[str], seed: int) -> float:
        """Return -ln P(class) of the texts; one member stands for all of a classifier's."""
        data, losses = LabelledTexts(list(texts), list(labels), [""] * len(texts)), list[float]()
        for train, others in stratified_folds(data, PARTS, seed):
            model = way.learn(
                [texts[row] for row in train], [labels[row] for row in train], seed=seed, members=1
            )
            found = model.probabilities([texts[row] for row in others])
            right = [model.labels.index(labels[row]) for row in others]
            losses.extend(-np.log(found[np.arange(len(right)), right]))
        return float(np.mean(losses))


def base_vectors(data: Path, folder: Path) -> Path:
    """Train word vectors on novels and an encyclopedia, unless they are there."""
    vectors = folder / "base"
    if not vectors.exists():
        texts = (data / "novels/train.txt", data / "wikitext-2/train.txt")
        run_command("train", "word2vec", *texts, "-o", vectors, *VECTORS, "--min-count", 5, "--epochs", 2)
    return vectors


def film_vectors(data: Path, folder: Path) -> Path:
    """Train them on with sentences on films, without their labels, unless they are there."""
    vectors, films = folder / "films", [data / f"sentiment/rt-polarity.{name}" for name in ("pos", "neg")]
    if not vectors.exists():
        begun = base_vectors(data, folder)
        run_command(
            "train", "word2vec", *films, "-o", vectors, "--continue-from", begun, *VECTORS, "--epochs", 10
        )
    return vectors


def film_classifier(data: Path, folder: Path) -> Path:
    """Train a classifier of the sentences on films, unless it is there."""
    found = folder / "film-classifier"
    if not found.exists():
        begin = ("--vectors", base_vectors(data, folder))
        how = ("--members", 3, "--epochs", 4, "--word-dropout", 0.2, "--bag", 0)
        run_command("classify", "train", *class_files(data), "-o", found, *begin, *how)
    return found


def class_files(data: Path) -> list[str]:
    """Return what names the sentences on films on the command line."""
    return [f"--class={label}={data}/sentiment/rt-polarity.{label}" for label in ("pos", "neg")]


def texts_of(name: str, data: Path) -> LabelledTexts:
    """Return the labelled texts of a benchmark."""
    if name == "messages":
        return nextword.read_table(data / "sms-spam/SMSSpamCollection")
    if name == "reviews":
        return nextword.read_table(data / "sentiment/amazon_cells_labelled.txt")
    files = {label: data / f"sentiment/rt-polarity.{label}" for label in ("pos", "neg")}
    return nextword.read_classes(files)


def candidates_of(name: str, data: Path, folder: Path) -> list[Candidate]:
    """Return the ways to make a classifier of some texts."""
    settings = nextword.ClassifierSettings
    if name == "messages":
        return [Candidate("usual", settings(epochs=5))]
    if name == "films":
        vectors = nextword.load_vectors(base_vectors(data, folder))
        return [Candidate("vectors", settings(epochs=4, embedding_rate=0.3), vectors)]
    vectors = nextword.load_vectors(film_vectors(data, folder))
    films = nextword.load_classifier(film_classifier(data, folder))
    return [
        Candidate("vectors", settings(members=3, epochs=8, word_dropout=0.2), vectors),
        Candidate("classifier of films", settings(members=3, epochs=5, word_dropout=0.2), films),
    ]


def table(reports: Sequence[SystemReport]) -> str:
    """Return a line a system, means of seeds and their standard deviations."""
    lines = ["| system | accuracy | Matthews correlation | macro F1 |", "|---|---|---|---|"]
    for report in reports:
        accuracy, matthews, f1 = (
            (report.mean(name), report.spread(name)) for name in ("accuracy", "matthews", "macro_f1")
        )
        lines.append(
            f"| {report.name} | {accuracy[0]:.2%} ± {100 * accuracy[1]:.2f} | {matthews[0]:.4f} ± {matthews[1]:.4f} "
            f"| {f1[0]:.4f} ± {f1[1]:.4f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print one table for each of the texts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", choices=NAMES, default=list(NAMES))
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--keep", type=Path, help="keep what is begun from in this folder, and use what is there"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        for name in given.only:
            texts = texts_of(name, given.data)
            chooser = Chooser(candidates_of(name, given.data, folder))
            began, settings = time.perf_counter(), chooser.candidates[0].settings
            reports = nextword.cross_validate(
                texts,
                settings,
                learn=chooser,
                folds=given.folds,
                seeds=given.seeds,
                progress=lambda _: print(".", end="", file=sys.stderr, flush=True),
            )
            seconds = time.perf_counter() - began
            print(
                f"\n{name}: {len(texts):,} texts, {given.folds} folds, {given.seeds} seeds, {seconds:.0f} s"
            )
            print(*(f"{each}: chosen in {count} folds" for each, count in chooser.chosen.items()), sep="\n")
            print(table(reports), flush=True)


if __name__ == "__main__":
    main()
