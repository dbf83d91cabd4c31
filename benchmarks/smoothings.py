"""Perplexity of every smoothing at orders 1 to 5, and of the best mixture of them all.

    python benchmarks/smoothings.py --data DIR

DIR holds ``train.txt``, ``valid.txt`` and ``test.txt``, a sentence or a paragraph a line, with ``<unk>`` for unknown
words where the text has them (WikiText-2, for example). All models learn from ``train.txt``. What has to be fitted (the
weights of Jelinek-Mercer smoothing, those of the mixture) is fitted on ``valid.txt``; the table is of ``test.txt``.
"""

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nextword.arrays import TokenIds
from nextword.lm import LinearMixture, evaluate, tune_weights
from nextword.ngram.counting.counts import count_ngrams
from nextword.ngram.estimation.smoothing import (
    AbsoluteDiscounting,
    Additive,
    JelinekMercer,
    Katz,
    KneserNey,
    MaximumLikelihood,
    ModifiedKneserNey,
    Smoothing,
    StupidBackoff,
    WittenBell,
)
from nextword.ngram.model import NgramModel
from nextword.ngram.train import estimate_model
from nextword.text.corpus import Corpus, encode_sources, learn_corpus

ORDERS = (1, 2, 3, 4, 5)
METHODS: dict[str, Smoothing] = {
    "mle": MaximumLikelihood(),
    "additive, delta 1": Additive(),
    "additive, delta 0.01": Additive(delta=0.01),
    "stupid-backoff": StupidBackoff(),
    "witten-bell": WittenBell(),
    "absolute-discounting": AbsoluteDiscounting(),
    "katz": Katz(),
    "jelinek-mercer, leaving one out": JelinekMercer(),
    "jelinek-mercer, held-out text": JelinekMercer(),
    "kneser-ney": KneserNey(),
    "modified-kneser-ney": ModifiedKneserNey(),
}
SHOWN_WEIGHT = 0.05


@dataclass(frozen=True)
class Text:
    corpus: Corpus
    valid: TokenIds
    test: TokenIds


@dataclass(frozen=True)
class Cell:
    name: str
    order: int
    model: NgramModel
    perplexity: float | None
    """None for scores, which have none."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    text = read(parser.parse_args().data)
    cells = list(measure(text))
    print("| smoothing | " + " | ".join(f"order {order}" for order in ORDERS) + " |")
    print("|---|" + "---|" * len(ORDERS))
    for name in METHODS:
        row = [shown(cell.perplexity) for cell in cells if cell.name == name]
        print(f"| {name} | {' | '.join(row)} |")
    print(f"\n{mixture([cell for cell in cells if cell.model.is_distribution], text)}")


def read(folder: Path) -> Text:
    corpus = learn_corpus([folder / "train.txt"], special_tokens="keep")
    streams = [encode_sources([folder / name], corpus.tokenizer) for name in ("valid.txt", "test.txt")]
    return Text(corpus, *(np.concatenate(list(stream)) for stream in streams))


def measure(text: Text) -> Iterator[Cell]:
    tokenizer = text.corpus.tokenizer
    for order in ORDERS:
        counts = count_ngrams(text.corpus.ids, len(tokenizer), order)
        for name, method in METHODS.items():
            held_out = text.valid if name.endswith("held-out text") else None
            model = estimate_model(counts, tokenizer, method, held_out=held_out)
            measured = evaluate(model, [text.test]).perplexity if model.is_distribution else None
            yield Cell(name, order, model, measured)


def mixture(cells: list[Cell], text: Text) -> str:
    models = [cell.model for cell in cells]
    weights = tune_weights(models, [text.valid]).weights
    perplexity = evaluate(LinearMixture(models, weights), [text.test]).perplexity
    largest = sorted(zip(weights, cells, strict=True), key=lambda pair: -pair[0])
    parts = "; ".join(
        f"{weight:.2f} {cell.name} of order {cell.order}"
        for weight, cell in largest
        if weight >= SHOWN_WEIGHT
    )
    return f"The best mixture of all {len(cells)} models that give probabilities: {perplexity:.1f} ({parts}; ...)."


def shown(perplexity: float | None) -> str:
    if perplexity is None:
        return "scores"
    return f"{perplexity:,.1f}" if math.isfinite(perplexity) else "infinite"


if __name__ == "__main__":
    main()
