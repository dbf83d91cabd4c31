"""Beam search: the likeliest continuations, found by keeping the best few at every length."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.errors import SettingError
from nextword.lm.model import LanguageModel
from nextword.lm.prompt import Prompt
from nextword.lm.settings import check_real, check_whole
from nextword.text.vocabulary import SENTENCE_END, SENTENCE_START, SPECIAL_TOKENS, UNKNOWN


@dataclass(frozen=True)
class Hypothesis:
    """One continuation of a prompt."""

    text: str
    """The continuation without the prompt; prompt + text reads as one."""
    tokens: tuple[int, ...]
    """Its ids, with the ``</s>`` that ends it where one does."""
    log_prob: float
    """Natural log-probability of all its tokens given the prompt."""
    score: float
    """What hypotheses are ranked by: ``log_prob`` over the length penalty."""


@dataclass(frozen=True)
class _Beam:
    """The unfinished continuations of one length, likeliest first, and the state after each."""

    state: Any
    tokens: list[tuple[int, ...]]
    log_probs: FloatArray  # (B,)


def beam_search(
    model: LanguageModel,
    prompt: str = "",
    *,
    length: int = 20,
    beams: int = 5,
    n: int = 1,
    length_penalty: float = 0.0,
    allow_unknown: bool = False,
) -> list[Hypothesis]:
    """Return the ``n`` best continuations found, best first, each ended by ``</s>`` or at ``length`` tokens.

    At each length the ``beams`` likeliest unfinished continuations live on, so the answer is exact when beams
    are at least as many as there are continuations. Fewer than ``n`` come back where no more are possible.
    Hypotheses are ranked by log_prob / ((5 + tokens) / 6) ** length_penalty (Wu et al. 2016, equation 14): 0
    ranks by probability, which favours short texts, and 1 nearly by the mean over tokens.

    Raises SettingError for settings below 1, a negative length penalty, or n above beams.
    """
    _check(length, beams, n, length_penalty)
    read = Prompt(model, prompt)
    beam = _Beam(read.state(1), [()], np.zeros(1))
    finished: list[Hypothesis] = []
    forbidden = [SENTENCE_START] if allow_unknown else [SENTENCE_START, UNKNOWN]
    for _ in range(length):
        ended, log_probs, beam = _extend(model, beam, beams, forbidden)
        finished = _best(finished + _hypotheses(read, ended, log_probs, length_penalty), n)
        if not beam.tokens or _is_settled(finished, n, beam, length, length_penalty):
            return finished
    return _best(finished + _hypotheses(read, beam.tokens, beam.log_probs, length_penalty), n)


def _extend(
    model: LanguageModel, beam: _Beam, beams: int, forbidden: list[int]
) -> tuple[list[tuple[int, ...]], FloatArray, _Beam]:
    """Return the continuations ``</s>`` ends here, their log-probabilities, and the others one longer."""
    # The special tokens may be among a row's likeliest; with as many more, ``beams`` others are there too.
    words, log_probs = model.top_k(beam.state, beams + len(SPECIAL_TOKENS))  # (B, k)
    log_probs = np.asarray(log_probs, dtype=np.float64) + beam.log_probs[:, None]
    log_probs[np.isin(words, forbidden)] = -np.inf
    ends = words == SENTENCE_END
    rows, places = np.nonzero(ends & np.isfinite(log_probs))
    ended = [(*beam.tokens[row], SENTENCE_END) for row in rows]
    survivors = _survivors(model, beam, words, np.where(ends, -np.inf, log_probs), beams)
    return ended, log_probs[rows, places], survivors


def _survivors(
    model: LanguageModel, beam: _Beam, words: IntArray, log_probs: FloatArray, beams: int
) -> _Beam:
    """Return the beam of the likeliest continuations one token longer; both arrays are (B, k)."""
    flat = log_probs.ravel()
    best = np.argsort(-flat, kind="stable")[:beams]
    best = best[np.isfinite(flat[best])]
    rows, chosen = best // words.shape[1], words.ravel()[best]
    tokens = [(*beam.tokens[row], int(token)) for row, token in zip(rows, chosen, strict=True)]
    state = model.advance(beam.state[rows], chosen) if tokens else None
    return _Beam(state, tokens, flat[best])


def _is_settled(finished: list[Hypothesis], n: int, beam: _Beam, length: int, length_penalty: float) -> bool:
    """Whether no unfinished continuation can still overtake the n-th finished one."""
    # A log-probability only falls from here, and the penalty's divisor is largest at full length.
    highest = float(beam.log_probs[0]) / _divisor(length, length_penalty)
    return len(finished) == n and finished[-1].score >= highest


def _hypotheses(
    read: Prompt, texts: list[tuple[int, ...]], log_probs: FloatArray, length_penalty: float
) -> list[Hypothesis]:
    return [
        Hypothesis(
            text=read.continuation(tokens[:-1] if tokens[-1] == SENTENCE_END else tokens),
            tokens=tokens,
            log_prob=log_prob,
            score=log_prob / _divisor(len(tokens), length_penalty),
        )
        for tokens, log_prob in zip(texts, log_probs.tolist(), strict=True)
    ]


def _best(hypotheses: list[Hypothesis], n: int) -> list[Hypothesis]:
    return sorted(hypotheses, key=lambda hypothesis: (-hypothesis.score, hypothesis.tokens))[:n]


def _divisor(tokens: int, length_penalty: float) -> float:
    return math.pow((5 + tokens) / 6, length_penalty)


def _check(length: int, beams: int, n: int, length_penalty: float) -> None:
    check_whole("length", length, 1, "try 20")
    check_whole("beams", beams, 1, "try 5")
    check_whole("n", n, 1, "try 1")
    if n > beams:
        raise SettingError(f"n must not be above beams, got n {n} with {beams} beams; try beams={n}")
    check_real("length_penalty", length_penalty, 0, 100, "try 0 or 1")
