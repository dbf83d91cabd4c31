"""Train an n-gram model on text."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from nextword.arrays import TokenIds
from nextword.errors import SettingError
from nextword.ngram.counting.counts import NgramCounts, check_order, count_ngrams
from nextword.ngram.estimation.estimate import check_thresholds, estimate
from nextword.ngram.estimation.smoothing import Smoothing, as_smoothing, check_held_out
from nextword.ngram.model import NgramModel
from nextword.text.corpus import (
    Corpus,
    Source,
    TokenizerKind,
    check_tokenizer,
    encode_lines,
    encode_sources,
    learn_corpus,
    learn_from_lines,
)
from nextword.text.sources import find_sources
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import SpecialTokenPolicy, VocabularyLimits


def train_ngram(
    sources: Sequence[Source],
    order: int = 5,
    smoothing: Smoothing | str | None = None,
    *,
    held_out: Sequence[Source] | None = None,
    prune: Sequence[int] = (),
    tokenizer: TokenizerKind | Tokenizer = "whitespace",
    lowercase: bool = False,
    special_tokens: SpecialTokenPolicy = "error",
    limits: VocabularyLimits | None = None,
    field: str = "text",
    max_line_bytes: int = 1 << 26,
    progress: Callable[[str], None] | None = None,
    progress_bytes: Callable[[int], None] | None = None,
) -> NgramModel:
    """Read text files and estimate an n-gram model; interpolated modified Kneser-Ney by default.

    ``held_out`` is text on which Jelinek-Mercer smoothing fits its weights.

    Raises SettingError for settings that make no sense (before reading), InputError for unreadable text.
    """
    check_order(order)
    check_thresholds(prune, order)
    smoothing = as_smoothing(smoothing)
    check_held_out(smoothing, held_out)
    if held_out is not None:
        find_sources(held_out)  # what is missing is said before the long reading
    check_tokenizer(tokenizer, limits or VocabularyLimits())
    if tokenizer == "bpe" and any(prune[:1]):
        raise SettingError(
            f"a byte-pair vocabulary cannot lose tokens; prune from order 2 up, got {list(prune)}"
        )
    corpus = learn_corpus(
        sources,
        tokenizer=tokenizer,
        lowercase=lowercase,
        special_tokens=special_tokens,
        limits=limits,
        field=field,
        max_line_bytes=max_line_bytes,
        progress=progress_bytes,
    )
    held_out_ids = None
    if held_out is not None:
        streams = encode_sources(held_out, corpus.tokenizer, field=field, max_line_bytes=max_line_bytes)
        held_out_ids = np.concatenate([np.empty(0, dtype=np.int32), *streams])
    return train_on_corpus(corpus, order, smoothing, held_out=held_out_ids, prune=prune, progress=progress)


def train_on_lines(
    lines: Iterable[str],
    order: int = 5,
    smoothing: Smoothing | str | None = None,
    *,
    held_out: Iterable[str] | None = None,
    prune: Sequence[int] = (),
    tokenizer: TokenizerKind | Tokenizer = "whitespace",
    lowercase: bool = False,
    special_tokens: SpecialTokenPolicy = "error",
    limits: VocabularyLimits | None = None,
) -> NgramModel:
    """Estimate an n-gram model from lines in memory; the settings are those of `train_ngram`.

    >>> model = train_on_lines(["the cat sat", "the cat ran"], order=2)
    >>> model.next_words("the", k=1)[0][0]
    'cat'
    """
    check_order(order)
    check_thresholds(prune, order)
    smoothing = as_smoothing(smoothing)
    check_held_out(smoothing, held_out)
    corpus = learn_from_lines(
        lines, tokenizer=tokenizer, lowercase=lowercase, special_tokens=special_tokens, limits=limits
    )
    held_out_ids = None if held_out is None else encode_lines(held_out, corpus.tokenizer)
    return train_on_corpus(corpus, order, smoothing, held_out=held_out_ids, prune=prune)


def train_on_corpus(
    corpus: Corpus,
    order: int = 5,
    smoothing: Smoothing | str | None = None,
    *,
    held_out: TokenIds | None = None,
    prune: Sequence[int] = (),
    progress: Callable[[str], None] | None = None,
) -> NgramModel:
    """Count and estimate an n-gram model on a corpus of ids; ``held_out`` (T,) is text for weights to be fitted."""
    say = progress or (lambda _: None)
    check_order(order)
    check_thresholds(prune, order)
    counts = count_ngrams(
        corpus.ids, len(corpus.tokenizer), order, progress=lambda k: say(f"counting {k}-grams")
    )
    say("estimating")
    return estimate_model(counts, corpus.tokenizer, smoothing, held_out=held_out, prune=prune)


def estimate_model(
    counts: NgramCounts,
    tokenizer: Tokenizer,
    smoothing: Smoothing | str | None = None,
    *,
    held_out: TokenIds | None = None,
    prune: Sequence[int] = (),
) -> NgramModel:
    """Estimate an n-gram model from counts; ``held_out`` (T,) is text for weights to be fitted."""
    smoothing = as_smoothing(smoothing)
    result = estimate(counts, smoothing, prune, held_out=held_out)
    if len(result.kept_words) < len(tokenizer):
        tokenizer = tokenizer.restrict(result.kept_words)
    settings: dict[str, Any] = {
        "order": counts.order,
        "smoothing": result.smoothing.settings(),
        **result.fitted,
        "prune": check_thresholds(prune, counts.order),
        "discounts": [list(discounts) for discounts in result.discounts if discounts],
        "fallback_orders": result.fallback_orders,
        "tokens": int(counts.counts[0]),
        "sentences": int(counts.counts[2]),
    }
    return NgramModel(result.automaton, tokenizer, settings)
