"""The lecture's systems as a probe asks them: trained on a small language, and judging its pairs."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nextword.lm.model import LanguageModel
from nextword.lm.pairs import score_pairs
from nextword.neural.settings import NeuralSettings
from nextword.neural.train import train_network_on_lines
from nextword.ngram.train import train_on_lines
from nextword.tasks.probes.probe import Language

COMMON: dict[str, Any] = {
    "size": 64, "layers": 1, "softmax": "exact", "batch": 32, "steps": 64, "epochs": 4, "rate": 0.004,
    "input_dropout": 0.0, "output_dropout": 0.0, "hidden_dropout": 0.0, "weight_decay": 0.0, "warm_up": 0.1,
}  # fmt: skip
"""The same for all networks: their sizes, and how often they read the language."""
NETWORKS: dict[str, NeuralSettings] = {
    "fixed window": NeuralSettings(network="window", window=5, **COMMON),
    "RNN": NeuralSettings(network="rnn", **COMMON),
    "LSTM": NeuralSettings(network="lstm", **COMMON),
}
ORDERS = {"trigram": 3, "5-gram": 5}
SYSTEMS = (*ORDERS, *NETWORKS)
"""From the nearest sight to the longest memory."""


@dataclass(frozen=True)
class Outcome:
    """What one system, trained with one seed, makes of the pairs of a language."""

    system: str
    seed: int
    accuracy: dict[int, float]
    """By distance, from 0 to 1."""
    seconds: float
    """Of training."""


def train_system(
    system: str, lines: Sequence[str], seed: int, changed: Mapping[str, Any] | None = None
) -> LanguageModel:
    """Return a system trained on lines, on one thread; ``changed`` are settings of networks that differ."""
    if system in ORDERS:
        return train_on_lines(lines, order=ORDERS[system])
    settings = replace(NETWORKS[system], seed=seed, **(changed or {}))
    return train_network_on_lines(lines, settings, threads=1)


def probe_system(
    system: str,
    language: Language,
    seed: int,
    changed: Mapping[str, Any] | None = None,
    keep: Callable[[LanguageModel], None] | None = None,
) -> Outcome:
    """Train a system on a language and return what it makes of the pairs; ``keep`` is given the model."""
    began = time.perf_counter()
    model = train_system(system, language.lines, seed, changed)
    seconds = time.perf_counter() - began
    if keep is not None:
        keep(model)
    tallies = score_pairs(model, language.pairs, by=["distance"]).groups["distance"]
    accuracy = {int(distance): tally.accuracy for distance, tally in tallies.items()}
    return Outcome(system, seed, accuracy, seconds)
