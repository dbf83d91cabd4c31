"""The weights of a mixture, found by expectation maximisation on a text (Jelinek and Mercer 1980)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import tee

import numpy as np

from nextword.arrays import FloatArray, TokenIds
from nextword.errors import InputError, SettingError
from nextword.lm.evaluation import perplexity_of
from nextword.lm.mixture import check_components
from nextword.lm.model import LanguageModel
from nextword.lm.settings import check_whole


@dataclass(frozen=True)
class TunedWeights:
    """The best weights of a mixture on a text, and the way there."""

    weights: tuple[float, ...]
    """One a model, in the order given; they sum to one."""
    perplexities: tuple[float, ...]
    """With equal weights, then after each iteration; never rising. Impossible tokens are left out."""
    tokens: int
    """All tokens of the text."""
    zero_probability: int
    """Tokens that every model holds impossible: no weights can help with them, so they are left out."""

    @property
    def perplexity(self) -> float:
        """The perplexity of the mixture with these weights."""
        return self.perplexities[-1]


def tune_weights(
    models: Sequence[LanguageModel],
    streams: Iterable[TokenIds],
    tolerance: float = 1e-6,
    max_iterations: int = 200,
) -> TunedWeights:
    """Return the mixture weights under which a text is likeliest.

    Each stream is (T,) ids of whole sentences, each ended by ``</s>``; K x T log-probabilities are held in
    memory. Iterations end when one gains less than ``tolerance`` nats a token. The likelihood has a single
    highest value, so the start at equal weights does not matter.

    Raises SettingError and the errors of `LinearMixture` for models that do not mix, and InputError for a
    text without tokens or one that no model holds possible anywhere.
    """
    check_components(models)
    check_whole("max_iterations", max_iterations, 1, "try 200")
    if not tolerance >= 0:
        raise SettingError(f"tolerance must be a number of at least 0, got {tolerance!r}; try 1e-6")
    log_probs = _token_log_probs(models, streams)  # (K, T)
    possible = log_probs[:, np.isfinite(log_probs).any(axis=0)]
    zero_probability = log_probs.shape[1] - possible.shape[1]
    if possible.shape[1] == 0:
        raise InputError(
            f"every model gives probability zero to all {zero_probability} tokens of the tuning text; "
            "tune on text of the kind the models learned from"
        )
    weights, perplexities = _maximise(possible, tolerance, max_iterations)
    return TunedWeights(tuple(weights.tolist()), tuple(perplexities), log_probs.shape[1], zero_probability)


def _token_log_probs(models: Sequence[LanguageModel], streams: Iterable[TokenIds]) -> FloatArray:
    """Return each model's log-probability of each token, (K, T)."""
    scored = [
        model.score_streams(copy) for model, copy in zip(models, tee(streams, len(models)), strict=True)
    ]
    blocks = [np.stack(parts) for parts in zip(*scored, strict=True)]  # models in step, block by block
    if sum(block.shape[1] for block in blocks) == 0:
        raise InputError(
            "there is nothing to tune on: the text has 0 tokens; give a text with at least one line"
        )
    return np.concatenate(blocks, axis=1).astype(np.float64)


def _maximise(log_probs: FloatArray, tolerance: float, max_iterations: int) -> tuple[FloatArray, list[float]]:
    """Return the weights and the perplexity after each iteration, the first one with equal weights.

    With weights w, and p_kt the probability that model k gives token t:
      E step: r_kt = w_k p_kt / sum_j w_j p_jt, the probability that token t came from model k
      M step: w_k = (1/T) sum_t r_kt, the share of tokens that came from model k
    The likelihood prod_t sum_k w_k p_kt never falls (Dempster, Laird and Rubin 1977).
    """
    # r_kt does not change when token t's probabilities are all scaled; scaled so that the largest is one,
    # none that matters underflows.
    highest = log_probs.max(axis=0)  # (T,)
    scaled = np.exp(log_probs - highest)  # (K, T)
    mean_highest = float(highest.mean())
    weights = np.full(len(log_probs), 1 / len(log_probs))  # (K,)
    mixed = weights @ scaled  # (T,), sum_k w_k p_kt
    mean_log_probs = [mean_highest + float(np.log(mixed).mean())]
    for _ in range(max_iterations):
        weights = weights * (scaled @ (1 / mixed)) / len(mixed)  # both steps at once
        weights /= weights.sum()
        mixed = weights @ scaled
        mean_log_probs.append(mean_highest + float(np.log(mixed).mean()))
        if mean_log_probs[-1] - mean_log_probs[-2] < tolerance:
            break
    return weights, [perplexity_of(mean_log_prob) for mean_log_prob in mean_log_probs]
