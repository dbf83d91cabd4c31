"""The lecture's systems on WikiText-2 in one table: n-grams, fixed window, RNN and LSTM, alone and mixed.

    python benchmarks/neural_quality.py --data DIR [--time 60m] [--only lstm ...] [--keep FOLDER] [--write FILE]

DIR holds ``train.txt``, ``valid.txt`` and ``test.txt`` of WikiText-2, whose ``<unk>`` is kept as the unknown word:
33,278 words, each line's ``</s>`` counted. Each network trains for ``--time`` with its large preset, one after the
other, and is measured on the whole test text with its memory carried through. Mixtures are tuned on the validation
text. Models found in ``--keep`` are measured again, not trained again.
"""

import argparse
import tempfile
from pathlib import Path

from commands import nextword

NETWORKS = ("window", "rnn", "lstm")
ORDERS = {"unigram": 1, "trigram": 3, "5-gram": 5}


def train_all(data: Path, folder: Path, time: str, networks: list[str]) -> dict[str, Path]:
    """Train what is not there yet, and return the model of each system."""
    models = {}
    text, keep = str(data / "train.txt"), ("--special-tokens", "keep")
    for name, order in ORDERS.items():
        models[name] = folder / name
        if not models[name].exists():
            nextword(
                "train", "ngram", text, "-o", str(models[name]), "--order", str(order), *keep, quiet=False
            )
    for name in networks:
        models[name] = folder / name
        if not models[name].exists():
            valid = str(data / "valid.txt")
            how = ("--valid", valid, "--preset", "large", "--time", time, *keep)
            nextword("train", name, text, "-o", str(models[name]), *how, quiet=False)
    return models


def parameters(model: Path) -> str:
    """Return how large a model is."""
    found = nextword("info", str(model))
    size = found.get("parameters")
    return f"{sum(found['ngrams']):,} n-grams" if size is None else f"{size:,}"


def table(data: Path, models: dict[str, Path], networks: list[str]) -> list[str]:
    """Return the figures as lines of a table."""
    on = ("--on", str(data / "test.txt"), "--tune", str(data / "valid.txt"))
    lines = [
        "| system | parameters | test perplexity | mixed with the 5-gram | its weight |",
        "|---|---|---|---|---|",
    ]
    for name, model in models.items():
        if name in networks:
            found = nextword("compare", str(models["5-gram"]), str(model), *on)
            alone, mixed, weight = (
                found["models"][1]["perplexity"],
                found["mixture"]["perplexity"],
                found["mixture"]["weights"][1],
            )
            lines.append(f"| {name} | {parameters(model)} | {alone:.2f} | {mixed:.2f} | {weight:.2f} |")
        else:
            alone = nextword("evaluate", str(model), str(data / "test.txt"))["perplexity"]
            lines.append(f"| {name} | {parameters(model)} | {alone:.2f} | | |")
    if len(networks) > 1:
        chosen = ["5-gram", *networks]
        found = nextword("compare", *(str(models[name]) for name in chosen), *on)
        weights = ", ".join(
            f"{name} {weight:.2f}" for name, weight in zip(chosen, found["mixture"]["weights"], strict=True)
        )
        lines.append(f"| all mixed ({weights}) | | {found['mixture']['perplexity']:.2f} | | |")
    return lines


def main() -> None:
    """Train, measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--time", default="60m")
    parser.add_argument("--only", nargs="*", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True, parents=True)
        models = train_all(given.data, folder, given.time, given.only)
        lines = table(given.data, models, given.only)
    print("\n".join(lines))
    if given.write:
        given.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
