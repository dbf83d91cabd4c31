"""Small functions that reshape next-token log-probabilities, (B, V) to (B, V), before one is drawn.

Each returns a new array. A token that is filtered out gets -inf. A row that a filter would leave with no
possible token keeps its likeliest. What comes out need not sum to one: `normalise` sees to that.
"""

from collections.abc import Sequence

import numpy as np

from nextword.arrays import BoolArray, FloatArray
from nextword.text.vocabulary import SENTENCE_END, SENTENCE_START, UNKNOWN


def normalise(log_probs: FloatArray) -> FloatArray:
    """Return log-probabilities whose ``exp`` sums to one in each row."""
    highest = log_probs.max(axis=1, keepdims=True)
    normalised: FloatArray = log_probs - highest  # (B, V)
    normalised -= np.log(np.exp(normalised).sum(axis=1, keepdims=True))
    return normalised


def never_drawn(*, allow_unknown: bool = False) -> list[int]:
    """Return ``<s>``, which no text contains, and ``<unk>``, which no reader wants."""
    return [SENTENCE_START] if allow_unknown else [UNKNOWN, SENTENCE_START]


def forbid_specials(log_probs: FloatArray, *, allow_unknown: bool = False) -> FloatArray:
    """Drop the tokens that are `never_drawn`; a row where nothing else is possible ends its sentence."""
    kept = log_probs.copy()
    kept[:, never_drawn(allow_unknown=allow_unknown)] = -np.inf
    kept[kept.max(axis=1) == -np.inf, SENTENCE_END] = 0.0
    return kept


def penalise_repetition(
    log_probs: FloatArray, histories: Sequence[Sequence[int]], penalty: float
) -> FloatArray:
    """Raise the probability of every token of the row's history to the power ``penalty``, and normalise.

    That is log p times the penalty: above 1 makes a repetition less likely, below 1 more, 1 changes nothing.
    ``</s>`` is exempt, since a text of many sentences needs many. After Keskar et al. 2019 (CTRL), section
    4.1, who divide the scores before the softmax; log-probabilities are never positive, so one rule does.
    """
    changed = normalise(log_probs)
    for row, history in enumerate(histories):
        seen = np.setdiff1d(np.asarray(history, dtype=np.int64), [SENTENCE_END])
        changed[row, seen] *= penalty
    return normalise(changed)


def forbid_repeated_ngrams(
    log_probs: FloatArray, histories: Sequence[Sequence[int]], size: int
) -> FloatArray:
    """Drop the tokens that would make ``size`` tokens in a row occur a second time (``</s>`` is exempt)."""
    allowed = np.ones(log_probs.shape, dtype=np.bool_)
    for row, history in enumerate(histories):
        allowed[row, _completions(list(history), size)] = False
    allowed[:, SENTENCE_END] = True
    return _keep(log_probs, allowed)


def _completions(history: list[int], size: int) -> list[int]:
    """Return the tokens that have followed the last ``size`` - 1 tokens before."""
    starts = range(len(history) - size + 1)
    ending = history[len(history) - size + 1 :]
    return [history[start + size - 1] for start in starts if history[start : start + size - 1] == ending]


def apply_temperature(log_probs: FloatArray, temperature: float) -> FloatArray:
    """Divide by the temperature: below 1 favours the likely, above 1 the unlikely, 0 keeps one likeliest."""
    if temperature == 0:
        return keep_top_k(log_probs, 1)
    highest = log_probs.max(axis=1, keepdims=True)
    with np.errstate(over="ignore"):  # a tiny temperature sends all but the likeliest to -inf, as it should
        divided: FloatArray = (log_probs - highest) / temperature  # (B, V)
    return divided


def keep_top_k(log_probs: FloatArray, k: int) -> FloatArray:
    """Keep the k likeliest tokens, the lower id first among equals (Fan et al. 2018)."""
    size = log_probs.shape[1]
    if k >= size:
        return log_probs.copy()
    threshold = np.partition(log_probs, size - k, axis=1)[:, size - k, None]  # (B, 1), the k-th likeliest
    above, equal = log_probs > threshold, log_probs == threshold
    places_left = k - above.sum(axis=1, keepdims=True)
    return _keep(log_probs, above | (equal & (np.cumsum(equal, axis=1) <= places_left)))


def keep_top_p(log_probs: FloatArray, top_p: float) -> FloatArray:
    """Keep the likeliest tokens up to the one that brings their sum to ``top_p`` (Holtzman et al. 2020)."""
    order = np.argsort(-log_probs, axis=1, kind="stable")
    probabilities = np.exp(np.take_along_axis(normalise(log_probs), order, axis=1))
    before = np.cumsum(probabilities, axis=1) - probabilities  # the sum over likelier tokens
    allowed = np.empty(log_probs.shape, dtype=np.bool_)
    np.put_along_axis(allowed, order, before < top_p, axis=1)
    return _keep(log_probs, allowed)


def keep_min_p(log_probs: FloatArray, min_p: float) -> FloatArray:
    """Keep the tokens at least ``min_p`` times as likely as the likeliest (Nguyen et al. 2024)."""
    if min_p == 0:
        return log_probs.copy()
    return _keep(log_probs, log_probs >= log_probs.max(axis=1, keepdims=True) + np.log(min_p))


def _keep(log_probs: FloatArray, allowed: BoolArray) -> FloatArray:
    """Return -inf where not allowed, except that an emptied row keeps its likeliest token."""
    kept = np.where(allowed, log_probs, -np.inf)
    emptied = np.isneginf(kept).all(axis=1)
    likeliest = log_probs.argmax(axis=1)
    kept[emptied, likeliest[emptied]] = 0.0
    return kept
