"""Looking inside networks: how long it takes, how large a page is, and what the gradients of an RNN and an LSTM do.

    python benchmarks/inside.py --data DIR [--only gates pairs gradients] [--keep FOLDER]

DIR holds ``train.txt`` and ``valid.txt`` of WikiText-2 (33,278 words, its ``<unk>`` kept). Each figure is the median of
three runs of the command as a user types it, the start of the program and the loading of the model included.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from commands import nextword

RUNS = 3
KEEP = ("--special-tokens", "keep")
SENTENCE = (
    "the game was released in north america on the first day of the year and was well received by critics , who "
    "praised its story and music , and its"
)


def median_seconds(work: Callable[[], object]) -> float:
    """Return the median of the wall-clock seconds of some runs, after one that compiles what is cold."""
    work()
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def gates(data: Path, folder: Path) -> list[str]:
    """Time the page of a 30-token text on an LSTM of 2 x 650 units, barely trained: its size is what counts."""
    text = folder / "few.txt"
    lines = (data / "train.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    text.write_text("".join(lines[:400]), encoding="utf-8")
    model, page = folder / "large", folder / "gates.html"
    how = ("--size", 650, "--layers", 2, "--epochs", 1, "--batch", 8, *KEEP)
    nextword("train", "lstm", text, "-o", model, *how)
    words = " ".join(SENTENCE.split()[:30])
    seconds = median_seconds(lambda: nextword("inspect", "gates", model, words, "--page", page))
    return [
        f"gates of {len(words.split())} words on an LSTM of 2 x 650: {seconds:.2f} s, page of "
        f"{page.stat().st_size / 1e6:.2f} MB"
    ]


def pairs(data: Path, folder: Path) -> list[str]:
    """Time 1,000 pairs with a 5-gram and with an LSTM of 2 x 200, of the whole vocabulary."""
    language = folder / "language"
    nextword("inspect", "agreement", "--write", language, "--pairs", 200, "--distances", 0, 1, 2, 4, 8)
    train = data / "train.txt"
    nextword("train", "ngram", train, "-o", folder / "five", *KEEP)
    how = ("--size", 200, "--layers", 2, "--time", "20s", *KEEP)
    nextword("train", "lstm", train, "-o", folder / "lstm", *how)
    lines = []
    for name in ("five", "lstm"):
        command = ("inspect", "pairs", folder / name, language / "pairs.jsonl")
        found = nextword(*command)
        seconds = median_seconds(partial(nextword, *command))
        lines.append(f"{found['pairs']:,} minimal pairs with the {name}: {seconds:.2f} s")
    return lines


def gradients(data: Path, folder: Path) -> list[str]:
    """Train an RNN and LSTMs of the same sizes on the same text, and print how their gradients fade."""
    models = []
    for name, network, *bias in (("rnn", "rnn"), ("lstm", "lstm"), ("lstm-open", "lstm", "--forget-bias", 2)):
        models.append(folder / name)
        how = ("--size", 200, "--layers", 1, "--epochs", 2, *bias, *KEEP)
        nextword("train", network, data / "train.txt", "-o", models[-1], *how)
    found = nextword(
        "inspect", "gradients", *models, "--text", data / "valid.txt", "--distance", 50, "--places", 400,
        "--picture", folder / "gradients.png", *KEEP,
    )  # fmt: skip
    lines = []
    for each in found["models"]:
        states = "; ".join(f"{name} {state['decay']['rate']:.3f}" for name, state in each["states"].items())
        norms = ", ".join(f"{k}: {each['norms'][k - 1]:.2g}" for k in (1, 2, 5, 10, 20, 50))
        rate = each["decay"]["rate"]
        lines.append(f"{Path(each['model']).name}: {rate:.3f} a step (states: {states}); norms {norms}")
    return lines


PARTS = {"gates": gates, "pairs": pairs, "gradients": gradients}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--keep", type=Path, help="leave models and pictures in this folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True, parents=True)
        for name in given.only:
            print("\n".join(PARTS[name](given.data, folder)), flush=True)


if __name__ == "__main__":
    main()
