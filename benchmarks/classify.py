"""Text classifiers beside linear baselines: cross-validation on reviews, messages and sentences on films.

    python benchmarks/classify.py --data DIR [--only reviews messages films] [--folds 10] [--seeds 3] [--keep FOLDER]

DIR holds ``sentiment/amazon_cells_labelled.txt`` (1,000 sentences), ``sentiment/rt-polarity.pos`` and ``.neg``
(10,662), ``sms-spam/SMSSpamCollection`` (5,574), and, for word vectors, ``novels/train.txt`` and
``wikitext-2/train.txt``. Vectors never see a text that is answered: those for the reviews go on with the sentences on
films, those for the films do not.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

CUT = ("--tokenizer", "words", "--lowercase", "--special-tokens", "skip")
VECTORS = (*CUT, "--threads", 1)
SETTINGS: dict[str, tuple[object, ...]] = {
    "reviews": ("--members", 3, "--epochs", 8, "--word-dropout", 0.2),
    "messages": ("--epochs", 5),
    "films": ("--epochs", 4, "--embedding-rate", 0.3),
}


def nextword(*arguments: object) -> dict[str, Any]:
    """Run a command and return what it answers."""
    command = [sys.executable, "-m", "nextword", *map(str, arguments), "--json", "--quiet"]
    print("nextword", *arguments, file=sys.stderr, flush=True)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def base_vectors(data: Path, folder: Path) -> Path:
    """Train word vectors on novels and an encyclopedia, unless they are there."""
    vectors = folder / "base"
    if not vectors.exists():
        texts = (data / "novels/train.txt", data / "wikitext-2/train.txt")
        nextword("train", "word2vec", *texts, "-o", vectors, *VECTORS, "--min-count", 5, "--epochs", 2)
    return vectors


def film_vectors(data: Path, folder: Path) -> Path:
    """Train them on with sentences on films, without their labels, unless they are there."""
    vectors, films = folder / "films", [data / f"sentiment/rt-polarity.{name}" for name in ("pos", "neg")]
    if not vectors.exists():
        begun = base_vectors(data, folder)
        nextword(
            "train", "word2vec", *films, "-o", vectors, "--continue-from", begun, *VECTORS, "--epochs", 10
        )
    return vectors


def texts_of(name: str, data: Path, folder: Path) -> list[object]:
    """Return what names a benchmark's texts and its vectors on the command line."""
    if name == "messages":
        return [data / "sms-spam/SMSSpamCollection"]
    if name == "reviews":
        reviews = data / "sentiment/amazon_cells_labelled.txt"
        return [reviews, "--vectors", film_vectors(data, folder)]
    films = [f"--class={label}={data}/sentiment/rt-polarity.{label}" for label in ("pos", "neg")]
    return [*films, "--vectors", base_vectors(data, folder)]


def main() -> None:
    """Print one table for each of the texts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", choices=SETTINGS, default=list(SETTINGS))
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--keep", type=Path, help="keep word vectors in this folder, and use those that are there"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        for name in given.only:
            how = ("--folds", given.folds, "--seeds", given.seeds, *SETTINGS[name])
            found = nextword("classify", "evaluate", *texts_of(name, given.data, folder), *how)
            print(f"\n{name}: {found['texts']:,} texts, {given.folds} folds, {given.seeds} seeds")
            for each in found["systems"]:
                print(
                    f"{each['name']:28} accuracy {each['accuracy']:.2%} +- {each['accuracy_spread']:.2%}, "
                    f"Matthews {each['matthews']:.4f}, macro F1 {each['macro_f1']:.4f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
