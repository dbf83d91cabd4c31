"""Minimal pairs: does a model find the right sentence likelier than the wrong one (Linzen et al. 2016, BLiMP 2020)?"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from nextword.arrays import TokenIds
from nextword.errors import InputError, SettingError, shown
from nextword.lm.model import LanguageModel
from nextword.text.pairs import Pair
from nextword.text.vocabulary import SENTENCE_END, UNKNOWN

BATCH = 512
"""Pairs that are scored in one call of the model."""


@dataclass(slots=True)
class Tally:
    """How many pairs of a group a model judges right."""

    pairs: int = 0
    right: int = 0
    ties: int = 0
    """Pairs whose sentences are equally likely; they count as half right."""

    @property
    def accuracy(self) -> float:
        """The share that is right, ties counted as half."""
        return (self.right + self.ties / 2) / self.pairs


@dataclass
class PairsReport:
    """What a model makes of minimal pairs."""

    overall: Tally = field(default_factory=Tally)
    groups: dict[str, dict[str, Tally]] = field(default_factory=dict)
    """By the field that groups, and then by what the field holds."""
    tokens: int = 0
    """Words of all sentences, without ``</s>``."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Words outside the vocabulary, as the tokenizer cuts them, and how often each was met: read as ``<unk>``."""
    affected: int = 0
    """Pairs with an unknown word."""


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A pair and the log-probabilities, natural, of its sentences."""

    pair: Pair
    good: float
    bad: float


def judge_pairs(model: LanguageModel, pairs: Sequence[Pair]) -> list[JudgedPair]:
    """Return the log-probability of both sentences of each pair, ``</s>`` included.

    Sentences that a model reads as the same words have the same log-probability.
    """
    sentences: dict[bytes, TokenIds] = {}
    keys = []
    for pair in pairs:
        for text in (pair.good, pair.bad):
            ids = np.append(_encoded(model, text, pair), np.int32(SENTENCE_END))
            keys.append(ids.tobytes())
            sentences.setdefault(keys[-1], ids)
    found = model.token_log_probs(list(sentences.values()))
    sums = {key: math.fsum(scores) for key, scores in zip(sentences, found, strict=True)}
    return [
        JudgedPair(pair, sums[good], sums[bad])
        for pair, good, bad in zip(pairs, keys[::2], keys[1::2], strict=True)
    ]


def score_pairs(
    model: LanguageModel,
    pairs: Iterable[Pair],
    *,
    by: Sequence[str] = (),
    progress: Callable[[int], None] | None = None,
) -> PairsReport:
    """Return how often a model finds the right sentence of a pair likelier, overall and by some fields of the pairs.

    ``progress`` is told how many pairs were judged. Raises SettingError for a field that a pair does not have,
    InputError without pairs.
    """
    report = PairsReport(groups={name: {} for name in by})
    waiting = iter(pairs)
    while batch := list(islice(waiting, BATCH)):
        _check_fields(batch, by)
        for judged in judge_pairs(model, batch):
            of_groups = (report.groups[name].setdefault(judged.pair.fields[name], Tally()) for name in by)
            for tally in (report.overall, *of_groups):
                tally.pairs += 1
                tally.right += judged.good > judged.bad
                tally.ties += judged.good == judged.bad
            _count_unknown(model, judged.pair, report)
        if progress is not None:
            progress(len(batch))
    if not report.overall.pairs:
        raise InputError("there are no pairs to judge")
    return report


def _encoded(model: LanguageModel, text: str, pair: Pair) -> TokenIds:
    try:
        return model.tokenizer.encode(text)
    except InputError as error:
        raise InputError(f"{pair.place}: {error}") from None


def _count_unknown(model: LanguageModel, pair: Pair, report: PairsReport) -> None:
    is_affected = False
    for text in (pair.good, pair.bad):
        ids = model.tokenizer.encode(text)
        report.tokens += len(ids)
        if UNKNOWN in ids:
            is_affected = True
            report.unknown.update(model.tokenizer.unknown_pieces(text))
    report.affected += is_affected


def _check_fields(pairs: Sequence[Pair], by: Sequence[str]) -> None:
    for pair in pairs:
        for name in by:
            if name not in pair.fields:
                known = ", ".join(pair.fields) or "none"
                raise SettingError(
                    f"{pair.place}: there is no field {shown(name)} to group by; fields: {known}"
                )
