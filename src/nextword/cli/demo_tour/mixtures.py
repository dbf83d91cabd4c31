"""Mixtures of all orders, one a smoothing: what the longest contexts know, and the shorter ones where they do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nextword.cli.demo_tour.parts import Parts
from nextword.cli.demo_tour.table import Row
from nextword.lm.evaluation import evaluate
from nextword.lm.mixture import LinearMixture
from nextword.lm.tuning import tune_weights


@dataclass(frozen=True)
class Mixture:
    """The best mixture of some models, tuned on sentences that are neither learned from nor measured on."""

    rows: Sequence[Row]
    weights: tuple[float, ...]
    tuning_perplexity: float
    perplexity: float
    """On the sentences held out."""

    @property
    def best_alone(self) -> float:
        """The lowest perplexity of its models, on the sentences held out."""
        return min(row.heldout.perplexity for row in self.rows if row.heldout is not None)

    def as_dict(self) -> dict[str, Any]:
        """Return the mixture as JSON has it."""
        return {
            "smoothing": self.rows[0].smoothing.name,
            "orders": [row.order for row in self.rows],
            "weights": list(self.weights),
            "perplexity": self.perplexity,
            "best_alone": self.best_alone,
        }


def mix(rows: Sequence[Row], parts: Parts) -> list[Mixture]:
    """Find the best mixture of the models of all orders, for each smoothing that gives probabilities."""
    by_smoothing: dict[str, list[Row]] = {}
    for row in rows:
        if row.heldout is not None:
            by_smoothing.setdefault(row.label, []).append(row)
    return [_mix(chosen, parts) for chosen in by_smoothing.values()]


def best_mixture(mixtures: Sequence[Mixture]) -> Mixture:
    """Return the mixture with the lowest perplexity on the tuning sentences."""
    return min(mixtures, key=lambda mixture: mixture.tuning_perplexity)


def _mix(rows: Sequence[Row], parts: Parts) -> Mixture:
    models = [row.model for row in rows]
    tuned = tune_weights(models, [parts.tune_ids])
    result = evaluate(LinearMixture(models, tuned.weights), [parts.heldout_ids])
    return Mixture(rows, tuned.weights, tuned.perplexity, result.perplexity)
