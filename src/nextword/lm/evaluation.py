"""Perplexity: how many words, on average, a model hesitates between.

Perplexity is exp(-(1/T) sum_t log P(w_t | w_1 ... w_{t-1})) over T tokens: every ``</s>``
counts, no ``<s>`` does.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import tee
from typing import Any

import numpy as np

from nextword.arrays import FloatArray, TokenIds
from nextword.errors import InputError, NotADistributionError
from nextword.lm.model import LanguageModel
from nextword.text.vocabulary import SENTENCE_END, UNKNOWN


@dataclass(frozen=True)
class Evaluation:
    """What a model makes of a text: its perplexity, and the counts without which that number says little."""

    tokens: int
    """T, each ``</s>`` included, no ``<s>``."""
    sentences: int
    oov: int
    """Tokens outside the vocabulary, scored as ``<unk>``."""
    zero_probability: int
    """Tokens that the model holds impossible; one is enough for an infinite perplexity."""
    perplexity: float
    perplexity_without_oov: float
    """Perplexity over the tokens of the vocabulary alone; NaN where there are none."""
    bits_per_token: float
    seconds: float
    """Wall time, the reading of the streams included."""
    tokens_per_second: float

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, None in place of what JSON cannot say (infinity and NaN)."""
        return {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True)
class _Block:
    """The sums over one block of the text."""

    tokens: int
    sentences: int
    oov: int
    zero_probability: int
    log_prob: float
    known_log_prob: float


def evaluate(
    model: LanguageModel, streams: Iterable[TokenIds], progress: Callable[[int], None] | None = None
) -> Evaluation:
    """Return the perplexity of a model on a text that arrives in blocks.

    Each stream is (T,) ids of whole sentences, each ended by ``</s>``. ``progress`` is called after each
    block with the number of tokens read so far.

    Raises NotADistributionError for a model whose scores do not sum to one, and InputError for a text without
    tokens or a block that ends within a sentence.
    """
    require_distribution(model, "perplexity")
    began = time.perf_counter()
    blocks: list[_Block] = []
    tokens = 0
    # One copy is scored, and counted beside the other: each block is dropped before the next one arrives.
    scored, counted = tee(_whole_sentences(streams))
    for log_probs, stream in zip(model.score_streams(scored), counted, strict=True):
        blocks.append(_add_up(stream, log_probs.astype(np.float64)))
        tokens += len(stream)
        if progress is not None:
            progress(tokens)
    if not blocks:
        raise InputError(
            "there is nothing to evaluate: the text has 0 tokens; give a text with at least one line"
        )
    return _summarise(blocks, time.perf_counter() - began)


def require_distribution(model: LanguageModel, question: str) -> None:
    """Raise NotADistributionError where ``question`` needs probabilities and the model gives only scores."""
    if not model.is_distribution:
        raise NotADistributionError(
            f"{question} needs probabilities that sum to one, and {type(model).__name__} gives scores that "
            "do not; try a smoothed model, such as one with Kneser-Ney smoothing"
        )


def _whole_sentences(streams: Iterable[TokenIds]) -> Iterator[TokenIds]:
    """Yield the blocks that hold something; raises InputError for one that ends within a sentence."""
    for stream in streams:
        if len(stream) == 0:
            continue
        if stream[-1] != SENTENCE_END:
            raise InputError(
                f"a block of text must end with </s> (id {SENTENCE_END}), this one ends with id {stream[-1]}; "
                "cut the text between sentences"
            )
        yield stream


def _add_up(stream: TokenIds, log_probs: FloatArray) -> _Block:
    """Return the sums over a block, (T,), and the log-probabilities of its tokens."""
    unknown = stream == UNKNOWN
    return _Block(
        tokens=len(stream),
        sentences=int(np.count_nonzero(stream == SENTENCE_END)),
        oov=int(np.count_nonzero(unknown)),
        zero_probability=int(np.count_nonzero(np.isneginf(log_probs))),
        log_prob=float(log_probs.sum()),
        known_log_prob=float(log_probs[~unknown].sum()),
    )


def _summarise(blocks: list[_Block], seconds: float) -> Evaluation:
    tokens = sum(block.tokens for block in blocks)
    oov = sum(block.oov for block in blocks)
    # Block sums are added without rounding, so that the result does not depend on their number.
    mean_log_prob = math.fsum(block.log_prob for block in blocks) / tokens
    known_log_prob = math.fsum(block.known_log_prob for block in blocks)
    return Evaluation(
        tokens=tokens,
        sentences=sum(block.sentences for block in blocks),
        oov=oov,
        zero_probability=sum(block.zero_probability for block in blocks),
        perplexity=perplexity_of(mean_log_prob),
        perplexity_without_oov=perplexity_of(known_log_prob / (tokens - oov)) if tokens > oov else math.nan,
        bits_per_token=-mean_log_prob / math.log(2),
        seconds=seconds,
        tokens_per_second=tokens / seconds if seconds > 0 else math.inf,
    )


def perplexity_of(mean_log_prob: float) -> float:
    """Return exp(-mean), infinity where that is above the largest float.

    >>> round(perplexity_of(math.log(1 / 8)))
    8
    """
    try:
        return math.exp(-mean_log_prob)
    except OverflowError:
        return math.inf
