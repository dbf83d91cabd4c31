"""Linear mixtures of models: P(w | h) = sum_k weight_k P_k(w | h) (Jelinek and Mercer 1980)."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import tee
from typing import Any, Self

import numpy as np

from nextword.arrays import FloatArray, IntArray, TokenIds
from nextword.errors import SettingError, VocabularyError
from nextword.lm.evaluation import require_distribution
from nextword.lm.model import LanguageModel


@dataclass(frozen=True)
class MixtureState:
    """The states of the components, each of the same B texts."""

    parts: tuple[Any, ...]

    def __len__(self) -> int:
        return len(self.parts[0])

    def __getitem__(self, rows: slice | IntArray) -> Self:
        return type(self)(tuple(part[rows] for part in self.parts))


class LinearMixture(LanguageModel):
    """Several models of one vocabulary, each believed to a degree.

    A mixture among ``models`` is taken apart into its own components. Raises SettingError for weights that
    are negative or do not sum to one (within 1e-6), VocabularyError for models that number words differently,
    and NotADistributionError for a model whose scores do not sum to one.
    """

    model_type = "mixture"

    def __init__(self, models: Sequence[LanguageModel], weights: Sequence[float]) -> None:
        check_components(models)
        flat = _flatten(models, _checked_weights(weights, len(models)))
        self.models = tuple(model for model, _ in flat)
        self.weights = tuple(weight for _, weight in flat)
        self.tokenizer = models[0].tokenizer
        self.block_bytes = min(model.block_bytes for model in self.models)

    def initial_state(self, batch: int = 1) -> MixtureState:
        """Return the state after ``<s>``, for ``batch`` texts."""
        return MixtureState(tuple(model.initial_state(batch) for model in self.models))

    def advance(self, state: MixtureState, tokens: IntArray) -> MixtureState:
        """Return the state after one more token a row; ``tokens`` is (B,)."""
        pairs = zip(self.models, state.parts, strict=True)
        return MixtureState(tuple(model.advance(part, tokens) for model, part in pairs))

    def log_probs(self, state: MixtureState) -> FloatArray:
        """Return log P(next token | state), (B, V)."""
        pairs = zip(self.models, state.parts, strict=True)
        return self._combine([model.log_probs(part) for model, part in pairs])

    def token_log_probs(self, sequences: Sequence[TokenIds]) -> list[FloatArray]:
        """Return log P of every token of each sequence, by way of the components' own fast paths."""
        by_model = [model.token_log_probs(sequences) for model in self.models]
        return [self._combine(parts) for parts in zip(*by_model, strict=True)]

    def stream_log_probs(self, stream: TokenIds) -> FloatArray:
        """Return log P of every token of a stream, (T,), by way of the components' own fast paths."""
        return self._combine([model.stream_log_probs(stream) for model in self.models])

    def score_streams(self, streams: Iterable[TokenIds]) -> Iterator[FloatArray]:
        """Yield log P of every token of each stream, the components in step, each with its own memory."""
        copies = tee(streams, len(self.models))
        scored = [model.score_streams(copy) for model, copy in zip(self.models, copies, strict=True)]
        for parts in zip(*scored, strict=True):
            yield self._combine(parts)

    def _combine(self, parts: Sequence[FloatArray]) -> FloatArray:
        """Return log sum_k exp(log weight_k + log P_k), which no small probability makes underflow."""
        total: FloatArray = np.full(parts[0].shape, -np.inf)
        for weight, part in zip(self.weights, parts, strict=True):
            if weight > 0:
                total = np.logaddexp(total, math.log(weight) + part.astype(np.float64))
        return np.minimum(total, 0.0)  # rounding may lift a certainty just above probability one


def check_components(models: Sequence[LanguageModel]) -> None:
    """Raise an error unless the models are distributions over one vocabulary."""
    if not models:
        raise SettingError("a mixture needs at least one model, got 0; name the models to mix")
    for model in models:
        require_distribution(model, "a mixture")
    first = models[0].tokenizer
    for place, model in enumerate(models[1:], start=2):
        if not first.same_vocabulary(model.tokenizer):
            raise VocabularyError(
                f"models in a mixture must share one tokenizer, but those of model 1 ({len(first)} tokens) "
                f"and model {place} ({len(model.tokenizer)} tokens) differ; train them with the same one"
            )


def _checked_weights(weights: Sequence[float], count: int) -> list[float]:
    """Return the weights scaled to sum to one exactly."""
    values = [float(weight) for weight in weights]
    total = math.fsum(values)
    if len(values) != count:
        raise SettingError(
            f"a mixture needs one weight a model, got {len(values)} weights for {count} models"
        )
    if not all(value >= 0 for value in values) or not abs(total - 1) <= 1e-6:
        raise SettingError(
            f"the weights of a mixture must be at least 0 and sum to 1, got {values} with sum {total}; "
            "try tune_weights, which finds the best ones"
        )
    return [value / total for value in values]


def _flatten(models: Sequence[LanguageModel], weights: Sequence[float]) -> list[tuple[LanguageModel, float]]:
    flat: list[tuple[LanguageModel, float]] = []
    for model, weight in zip(models, weights, strict=True):
        if isinstance(model, LinearMixture):
            flat += [(part, weight * inner) for part, inner in zip(model.models, model.weights, strict=True)]
        else:
            flat.append((model, weight))
    return flat
