"""How the next token is drawn: settings, the filters they compose, and the draw itself."""

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.errors import SettingError
from nextword.lm import filters
from nextword.lm.settings import check_real, check_whole


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """The settings of a draw; the default draws from the model's own distribution.

    They apply in the order of the fields. Raises SettingError for a value that makes no sense.

    >>> Sampling(temperature=-1)
    Traceback (most recent call last):
    nextword.errors.SettingError: temperature must be a number of at least 0, got -1; try 1, or 0 for greedy
    """

    allow_unknown: bool = False
    """Whether ``<unk>`` may be drawn; ``<s>`` never is."""
    repetition_penalty: float = 1.0
    """The power to which the probability of a token already in the text is raised; 1 changes nothing."""
    no_repeat_ngram: int | None = None
    """No run of so many tokens occurs twice."""
    temperature: float = 1.0
    """Below 1 favours the likely, above 1 the unlikely; 0 always takes the likeliest (greedy)."""
    top_k: int | None = None
    """Draw from so many likeliest tokens only."""
    top_p: float | None = None
    """Draw from the fewest likeliest tokens whose probabilities sum to this."""
    min_p: float | None = None
    """Draw from the tokens at least this many times as likely as the likeliest."""
    seed: int | None = None
    """The same seed gives the same text; None a new one each time."""

    def __post_init__(self) -> None:
        check_real("repetition_penalty", self.repetition_penalty, 0, 1000, "try 1.2, or 1 for no penalty")
        check_real("temperature", self.temperature, 0, math.inf, "try 1, or 0 for greedy")
        for name, value in (("top_p", self.top_p), ("min_p", self.min_p)):
            if value is not None:
                check_real(name, value, 0, 1, "try 0.9 (top_p) or 0.05 (min_p), or leave it out")
        for name, count in (("top_k", self.top_k), ("no_repeat_ngram", self.no_repeat_ngram)):
            if count is not None:
                check_whole(name, count, 1, "leave it out to set no such limit")
        if self.seed is not None:
            check_whole("seed", self.seed, 0, "leave it out for a new text each time")
        if self.repetition_penalty == 0:
            raise SettingError("repetition_penalty must be above 0, got 0; try 1.2, or 1 for no penalty")

    def reshape(self, log_probs: FloatArray, histories: Sequence[Sequence[int]]) -> FloatArray:
        """Return the log-probabilities to draw from, each row normalised.

        ``log_probs`` is (B, V), natural log; ``histories`` holds the B texts so far, as token ids.
        """
        shaped = filters.forbid_specials(log_probs, allow_unknown=self.allow_unknown)
        if self.repetition_penalty != 1:
            shaped = filters.penalise_repetition(shaped, histories, self.repetition_penalty)
        if self.no_repeat_ngram is not None:
            shaped = filters.forbid_repeated_ngrams(shaped, histories, self.no_repeat_ngram)
        if self.temperature != 1:
            shaped = filters.apply_temperature(shaped, self.temperature)
        return filters.normalise(self._shorten(shaped))

    def _shorten(self, shaped: FloatArray) -> FloatArray:
        """Drop the tail of unlikely tokens."""
        if self.top_k is not None:
            shaped = filters.keep_top_k(shaped, self.top_k)
        if self.top_p is not None and self.top_p < 1:
            shaped = filters.keep_top_p(shaped, self.top_p)
        if self.min_p is not None:
            shaped = filters.keep_min_p(shaped, self.min_p)
        return shaped

    @cached_property
    def is_plain(self) -> bool:
        """Whether tokens are drawn as often as the model expects them, apart from those `forbidden`."""
        return self == Sampling(allow_unknown=self.allow_unknown, seed=self.seed)

    @property
    def forbidden(self) -> list[int]:
        """The tokens that are never drawn."""
        return filters.never_drawn(allow_unknown=self.allow_unknown)

    def generators(self, count: int) -> list[np.random.Generator]:
        """Return one random generator a text, so that text i is the same however many are drawn."""
        seed = secrets.randbits(64) if self.seed is None else self.seed
        return [np.random.default_rng([seed, row]) for row in range(count)]


PLAIN = Sampling()
"""The model's own distribution, a new text each time."""


def tokens_at(log_probs: FloatArray, shares: Sequence[float]) -> IntArray:
    """Return one token a row of (B, V), (B,): row b's as `place_at` finds it at ``shares[b]``, drawn evenly."""
    rows = zip(np.exp(log_probs), shares, strict=True)
    return np.array([place_at(row, share)[0] for row, share in rows], dtype=np.int64)


def place_at(lengths: FloatArray, share: float) -> tuple[int, float]:
    """Return which of some pieces, laid end to end, is at a share of their whole length, and how much of it is passed.

    Shares are from 0 to below 1, and drawn evenly they find each piece as often as it is long.

    >>> place_at(np.array([2.0, 0.0, 4.0, 2.0]), 0.5)
    (2, 0.5)
    """
    ends = np.cumsum(lengths)
    # The first piece that ends beyond the mark: never one of no length. The last end may round below the mark, hence
    # the bound just beneath it.
    mark = min(share * ends[-1], np.nextafter(ends[-1], 0))
    place = min(
        int(np.searchsorted(ends, mark, side="right")), len(ends) - 1
    )  # the last, if lengths are no numbers
    begin = float(ends[place - 1]) if place else 0.0
    return place, float((mark - begin) / (ends[place] - begin))
