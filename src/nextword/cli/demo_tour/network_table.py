"""The table of the tour's networks: the lecture's systems side by side, and all of them mixed."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nextword.cli.demo_tour.parts import Parts
from nextword.cli.demo_tour.table import Row
from nextword.lm.evaluation import evaluate
from nextword.lm.mixture import LinearMixture
from nextword.lm.model import LanguageModel
from nextword.lm.tuning import tune_weights
from nextword.neural.settings import NeuralSettings

COMMON: dict[str, Any] = {
    "size": 128, "layers": 1, "epochs": 5, "batch": 16, "steps": 35, "softmax": "exact", "rate": 0.004,
    "input_dropout": 0.3, "output_dropout": 0.3,
}  # fmt: skip
NETWORKS: dict[str, NeuralSettings] = {
    "fixed window": NeuralSettings(network="window", window=5, **COMMON),
    "RNN": NeuralSettings(network="rnn", **COMMON),
    "LSTM": NeuralSettings(network="lstm", **COMMON),
}
"""Small, for a small text and a short tour."""
ORDERS = {1: "unigram", 3: "trigram", 5: "5-gram"}
MIXTURE = "best mixture"


@dataclass(frozen=True)
class SystemRow:
    """One of the lecture's systems, and what it makes of the sentences held out."""

    name: str
    model: LanguageModel
    parameters: int
    """Numbers learned by a network; n-grams of an n-gram model."""
    seconds: float
    perplexity: float
    """On the sentences held out."""
    tuning_perplexity: float
    weight: float | None = None
    """In the best mixture."""

    def as_dict(self) -> dict[str, Any]:
        """Return the row as JSON has it."""
        return {
            "system": self.name,
            "parameters": self.parameters,
            "perplexity": self.perplexity,
            "weight": self.weight,
            "seconds": round(self.seconds, 4),
        }


def systems_of(rows: Sequence[Row]) -> list[SystemRow]:
    """Return the n-gram models of the table before, of modified Kneser-Ney, that stand in this one too."""
    return [
        SystemRow(
            ORDERS[row.order],
            row.model,
            sum(row.model.automaton.ngrams),
            row.seconds,
            row.heldout.perplexity,
            row.tune.perplexity,
        )
        for row in rows
        if row.order in ORDERS and row.heldout is not None and row.tune is not None
    ]


def train_networks(parts: Parts) -> Iterator[SystemRow]:
    """Train each of ``NETWORKS``, on one thread so that every tour finds the same, and yield it at once."""
    from nextword.neural.training.training import Training

    for name, settings in NETWORKS.items():
        began = time.perf_counter()
        training = Training(parts.corpus, settings, valid=parts.tune_ids, device="cpu", threads=1)
        for _ in training:
            pass
        seconds = time.perf_counter() - began
        model = training.model()
        perplexity, tuning = (
            evaluate(model, [ids]).perplexity for ids in (parts.heldout_ids, parts.tune_ids)
        )
        yield SystemRow(name, model, model.parameters, seconds, perplexity, tuning)


def mix_systems(rows: Sequence[SystemRow], parts: Parts) -> tuple[SystemRow, list[float]]:
    """Return the best mixture of all systems, and the weight of each."""
    began = time.perf_counter()
    models = [row.model for row in rows]
    tuned = tune_weights(models, [parts.tune_ids])
    mixture = LinearMixture(models, tuned.weights)
    seconds = time.perf_counter() - began
    perplexity = evaluate(mixture, [parts.heldout_ids]).perplexity
    parameters = sum(row.parameters for row in rows)
    mixed = SystemRow(MIXTURE, mixture, parameters, seconds, perplexity, tuned.perplexity)
    return mixed, list(tuned.weights)
