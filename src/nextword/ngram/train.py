"""Train an n-gram model on text."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np

from nextword.arrays import TokenIds
from nextword.errors import SettingError
from nextword.ngram.counting.counts import NgramCounts, check_order, count_ngrams
from nextword.ngram.estimation.estimate import check_thresholds, estimate
from nextword.ngram.estimation.smoothing import Smoothing, as_smoothing, check_held_out
from nextword.ngram.external.count import count_within
from nextword.ngram.model import NgramModel
from nextword.scratch import Scratch
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
from nextword.workspace import Workspace

SMALLEST_MEMORY = 250_000_000
"""The interpreter, its libraries and the compiled kernels alone take most of this."""


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
    counted: Callable[[NgramCounts], None] | None = None,
    memory: int | None = None,
    scratch_folder: str | Path | None = None,
) -> NgramModel:
    """Read text files and estimate an n-gram model; interpolated modified Kneser-Ney by default.

    ``held_out`` is text on which Jelinek-Mercer smoothing fits its weights. ``counted`` is told of the counts
    before the model is estimated from them.

    ``memory`` bounds, in bytes, what this process has resident: what is more lies in temporary files in
    ``scratch_folder`` (the system's folder for these), the arrays of the model too until it is dropped. The model
    is the same to the last bit. The vocabulary is held in memory in any case.

    Raises SettingError for settings that make no sense (before reading), InputError for unreadable text,
    StorageError where the temporary files find no room.
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
    scratch = make_scratch(memory, scratch_folder)
    corpus = learn_corpus(
        sources,
        tokenizer=tokenizer,
        lowercase=lowercase,
        special_tokens=special_tokens,
        limits=limits,
        field=field,
        max_line_bytes=max_line_bytes,
        progress=progress_bytes,
        scratch=scratch,
    )
    return train_on_corpus(
        corpus,
        order,
        smoothing,
        held_out=None
        if held_out is None
        else read_held_out(held_out, corpus.tokenizer, field, max_line_bytes),
        prune=prune,
        progress=progress,
        counted=counted,
        scratch=scratch,
    )


def read_held_out(
    sources: Sequence[Source], tokenizer: Tokenizer, field: str = "text", max_line_bytes: int = 1 << 26
) -> TokenIds:
    """Return the ids of held-out text, (T,)."""
    streams = encode_sources(sources, tokenizer, field=field, max_line_bytes=max_line_bytes)
    return np.concatenate([np.empty(0, dtype=np.int32), *streams])


def make_scratch(memory: int | None, folder: str | Path | None = None) -> Scratch | None:
    """Return where to work within ``memory`` bytes, or None for no bound; raises SettingError for too few."""
    if memory is None:
        if folder is not None:
            raise SettingError(
                f"a scratch folder is for a bound on memory, got {folder} alone; give memory too"
            )
        return None
    if memory < SMALLEST_MEMORY:
        raise SettingError(
            f"memory must be at least {SMALLEST_MEMORY:,} bytes, got {memory:,}: the interpreter and its "
            "libraries take most of that; 1,000,000,000 is a good start"
        )
    return Scratch(folder or gettempdir(), memory)


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
    counted: Callable[[NgramCounts], None] | None = None,
    scratch: Scratch | None = None,
) -> NgramModel:
    """Count and estimate an n-gram model on a corpus of ids; with ``scratch``, on disk.

    ``held_out`` (T,) is text for weights to be fitted.
    """
    say = progress or (lambda _: None)
    check_order(order)
    check_thresholds(prune, order)
    if scratch is None:
        counts = count_ngrams(
            corpus.ids, len(corpus.tokenizer), order, progress=lambda k: say(f"counting {k}-grams")
        )
    else:
        counts = count_within(corpus.ids, len(corpus.tokenizer), order, scratch, progress=say)
    if counted is not None:
        counted(counts)
    say("estimating")
    return estimate_model(
        counts, corpus.tokenizer, smoothing, held_out=held_out, prune=prune, workspace=scratch
    )


def estimate_model(
    counts: NgramCounts,
    tokenizer: Tokenizer,
    smoothing: Smoothing | str | None = None,
    *,
    held_out: TokenIds | None = None,
    prune: Sequence[int] = (),
    workspace: Workspace | None = None,
) -> NgramModel:
    """Estimate an n-gram model from counts; ``held_out`` (T,) is text for weights to be fitted.

    ``workspace`` says where the arrays live (in memory).
    """
    smoothing = as_smoothing(smoothing)
    result = estimate(counts, smoothing, prune, held_out=held_out, workspace=workspace)
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
