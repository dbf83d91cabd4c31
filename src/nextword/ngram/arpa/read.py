"""Read an ARPA file as an n-gram model."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nextword.errors import ModelFormatError
from nextword.ngram.arpa.assembly.build import build_automaton, order_words
from nextword.ngram.arpa.assembly.tree import RepeatedNgramError
from nextword.ngram.arpa.numbers import LN10, MISSING_UNKNOWN
from nextword.ngram.arpa.parsing.parse import Contents, parse_arpa
from nextword.ngram.arpa.parsing.source import LineReader
from nextword.ngram.arpa.tokenizer import ArpaTokenizerKind, TokenizerSettings, given_settings
from nextword.ngram.automaton.verify import verify
from nextword.ngram.model import NgramModel
from nextword.ngram.soundness import ROUNDED, check_scores
from nextword.text.vocabulary import (
    END_TOKEN,
    SENTENCE_END,
    SENTENCE_START,
    START_TOKEN,
    UNKNOWN,
    SpecialTokenPolicy,
)


def read_arpa(
    path: str | Path,
    *,
    tokenizer: ArpaTokenizerKind | None = None,
    lowercase: bool | None = None,
    special_tokens: SpecialTokenPolicy | None = None,
    progress: Callable[[int], None] | None = None,
) -> NgramModel:
    """Read an ARPA file, plain or compressed; ``-`` is standard input.

    A file without ``<unk>`` gets one with KenLM's probability of 10^-100, and n-grams that the model needs but the
    file leaves out are filled in; the model's settings say so. Where the probabilities after some context do not
    sum to one within 0.001, ``is_distribution`` is False: the model has scores, which have no perplexity.
    ``progress`` is told how many bytes on disk were read since it was last told.

    ``tokenizer``, ``lowercase`` and ``special_tokens`` say how the model cuts text; what is not given is as the
    comment says that `write_arpa` leaves in a file. Without either, text is cut at white space.

    Raises SettingError for a tokenizer that cannot be built from words, InputError where the file cannot be
    opened, ModelFormatError, with the line, where it is not an ARPA file or a damaged one.
    """
    return read_with_tokenizer(path, given_settings(tokenizer, lowercase, special_tokens), progress)[0]


def read_with_tokenizer(
    path: str | Path, given: Mapping[str, Any], progress: Callable[[int], None] | None = None
) -> tuple[NgramModel, TokenizerSettings | None]:
    """Read an ARPA file and return, with the model, what the file itself says of its tokenizer.

    ``given``, checked by `given_settings`, goes before it.
    """
    lines = LineReader(path, progress)
    contents = parse_arpa(lines)
    has_unknown = _complete_words(lines, contents)
    tokens, old_ids = order_words(contents)
    table = contents.table
    try:
        automaton, added = build_automaton(
            table.log_probs[old_ids], table.backoffs[old_ids], contents.sections
        )
    except RepeatedNgramError as error:
        _fail_repeated(lines, tokens, error)
    settings: dict[str, Any] = {
        "order": automaton.order,
        "source": "arpa",
        "unknown_word_added": not has_unknown,
        "ngrams_added": added,
    }
    if contents.smoothing is not None:
        settings["smoothing"] = contents.smoothing
    cutting = replace(contents.tokenizer or TokenizerSettings(), **given)
    return _sound(NgramModel(automaton, cutting.build(tokens), settings), lines.name), contents.tokenizer


def _sound(model: NgramModel, name: str) -> NgramModel:
    """Return the model, marked as one of scores where its rows do not sum to one; refuse what is above one."""
    try:
        sums = verify(model.exact)
        if sums.error <= ROUNDED:
            return model
        scores = NgramModel(model.automaton, model.tokenizer, {**model.settings, "scores": True})
        check_scores(scores, sums)
    except ModelFormatError as error:
        raise ModelFormatError(f"{name}: {error}; make the model again") from None
    return scores


def _complete_words(lines: LineReader, contents: Contents) -> bool:
    """Check the special tokens and give ``<unk>`` a probability; return whether the file has one."""
    log_probs = contents.table.log_probs
    for token, word in ((START_TOKEN, SENTENCE_START), (END_TOKEN, SENTENCE_END)):
        if np.isnan(log_probs[word]):
            lines.fail(
                f"the 1-grams lack {token}, without which no sentence has a score; make the model again"
            )
    log_probs[SENTENCE_START] = -np.inf  # given, never predicted, whatever stands in the file
    has_unknown = not np.isnan(log_probs[UNKNOWN])
    if not has_unknown:
        log_probs[UNKNOWN] = MISSING_UNKNOWN * LN10
    return has_unknown


def _fail_repeated(lines: LineReader, tokens: list[str], error: RepeatedNgramError) -> None:
    words = error.section.words[error.second]
    ngram = " ".join(tokens[word] for word in words)[:200]
    first, second = (error.section.first_line + place for place in (error.first, error.second))
    raise ModelFormatError(
        f"{lines.name}: line {second}: the {len(words)}-gram {ngram!r} stands on line {first} already;"
        " remove one of the lines"
    ) from None
