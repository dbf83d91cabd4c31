"""The table of the tour: a model for each order and smoothing, measured on the sentences held out."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nextword.cli.demo_tour.parts import Parts
from nextword.lm.evaluation import Evaluation, evaluate
from nextword.ngram.counting.counts import count_ngrams
from nextword.ngram.estimation.smoothing import (
    SMOOTHINGS,
    Additive,
    MaximumLikelihood,
    ModifiedKneserNey,
    Smoothing,
)
from nextword.ngram.model import NgramModel
from nextword.ngram.train import estimate_model

ORDERS = (1, 2, 3, 4, 5)
DELTA = 0.01
"""The pseudo-count of additive smoothing: Laplace's 1 drowns what little a long context has been seen with."""


@dataclass(frozen=True)
class Row:
    """One model and what it makes of the sentences held out."""

    order: int
    smoothing: Smoothing
    model: NgramModel
    seconds: float
    """To count and to estimate."""
    heldout: Evaluation | None
    """None for a model whose scores do not sum to one: it has no perplexity."""
    tune: Evaluation | None

    @property
    def label(self) -> str:
        """The smoothing's name, with the parameter that matters."""
        return (
            f"{self.smoothing.name} {DELTA}" if isinstance(self.smoothing, Additive) else self.smoothing.name
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the row as JSON has it."""
        measured = {} if self.heldout is None else self.heldout.as_dict()
        names = (
            "tokens",
            "oov",
            "zero_probability",
            "perplexity",
            "perplexity_without_oov",
            "bits_per_token",
        )
        return {
            "order": self.order,
            "smoothing": self.smoothing.name,
            "settings": self.smoothing.settings(),
            "ngrams": sum(self.model.automaton.ngrams),
            **{name: measured.get(name) for name in names},
            "seconds": round(self.seconds, 4),
        }


def measure(parts: Parts) -> Iterator[Row]:
    """Train and measure a model for each order and smoothing, and yield it as soon as it is there."""
    _warm_up(parts)
    for order in ORDERS:
        began = time.perf_counter()
        counts = count_ngrams(parts.corpus.ids, len(parts.corpus.tokenizer), order)
        counting = time.perf_counter() - began
        for smoothing in _smoothings():
            began = time.perf_counter()
            model = estimate_model(counts, parts.corpus.tokenizer, smoothing)
            seconds = counting + time.perf_counter() - began
            results = [
                evaluate(model, [ids]) if model.is_distribution else None
                for ids in (parts.heldout_ids, parts.tune_ids)
            ]
            yield Row(order, smoothing, model, seconds, *results)


def best_row(rows: Sequence[Row]) -> Row:
    """Return the model with the lowest perplexity on the tuning sentences: those held out choose nothing."""
    return min((row for row in rows if row.tune is not None), key=_tuning_perplexity)


def of_smoothing(rows: Sequence[Row], smoothing: type[Smoothing]) -> list[Row]:
    """Return the rows of one smoothing, by order."""
    return [row for row in rows if type(row.smoothing) is smoothing]


def _smoothings() -> list[Smoothing]:
    # The poorest first, the best last, as the lecture has them; methods that come later stand between.
    first, last = [MaximumLikelihood(), Additive(delta=DELTA)], [ModifiedKneserNey()]
    named = {smoothing.name for smoothing in [*first, *last]}
    return [*first, *(kind() for name, kind in SMOOTHINGS.items() if name not in named), *last]


def _tuning_perplexity(row: Row) -> float:
    return float("inf") if row.tune is None else row.tune.perplexity


def _warm_up(parts: Parts) -> None:
    """Compile the kernels on a little text, so that the seconds in the table are those of the models."""
    tokenizer = parts.corpus.tokenizer
    counts = count_ngrams(parts.tune_ids, len(tokenizer), order=3)
    for smoothing in _smoothings():
        model = estimate_model(counts, tokenizer, smoothing)
        if model.is_distribution:
            evaluate(model, [parts.heldout_ids])
