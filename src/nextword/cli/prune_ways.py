"""The ways of ``nextword prune``: what to drop, and how little to leave."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, Whole, read_words
from nextword.cli.train import MOST_BYTES, parse_thresholds
from nextword.errors import SettingError

if TYPE_CHECKING:
    from nextword.ngram.model import NgramModel

FILE_BYTES = 1 << 14
"""More than the small files of a model folder take together, for ``--target-size``."""
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kmgt]?)b?", re.IGNORECASE | re.ASCII)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class PruningOptions:
    """What goes: first words, then n-grams that are rare, then those that matter least."""

    entropy: float | None = None
    """Drop n-grams whose loss, each alone, raises the perplexity by less than this part: 1e-8, for example."""
    target_ngrams: Whole | None = None
    """Find the --entropy that leaves at most this many n-grams, words included."""
    target_size: str | None = None
    """Find the --entropy that leaves a folder of at most this size: 500kB, 10MB, 1.5GB."""
    counts: str | None = None
    """Drop n-grams seen this often or less, a threshold an order from 1 up: 0,0,1 keeps all words and pairs."""
    vocabulary: Path | None = None
    """Keep the words in this file, one a line; the others become <unk>."""
    vocabulary_size: Whole | None = None
    """Keep this many most frequent words; the others become <unk>."""
    context_probability: Literal["counts", "model"] | None = None
    """What --entropy weighs contexts by: how often they were seen (if the model knows), or the model's own guess."""

    @property
    def is_by_entropy(self) -> bool:
        """Whether a threshold is given or to be found."""
        return any(way is not None for way in (self.entropy, self.target_ngrams, self.target_size))

    def check(self) -> None:
        """Raise SettingError for ways that exclude one another, for what is no number, and where there is none."""
        by_entropy = [self.entropy, self.target_ngrams, self.target_size]
        by_words = [self.vocabulary, self.vocabulary_size]
        if not self.is_by_entropy and all(way is None for way in (*by_words, self.counts)):
            raise SettingError(
                "nothing says what to drop; give --entropy 1e-8, --target-size 10MB, --target-ngrams, --counts 0,0,1, "
                "--vocabulary FILE or --vocabulary-size"
            )
        if sum(way is not None for way in by_entropy) > 1:
            raise SettingError(
                "--entropy, --target-ngrams and --target-size find one threshold; give one of them"
            )
        if None not in by_words:
            raise SettingError("--vocabulary is kept whole; give it without --vocabulary-size")
        if self.context_probability is not None and not self.is_by_entropy:
            raise SettingError(
                "--context-probability belongs to --entropy, --target-ngrams and --target-size; give one of them"
            )
        # Said before the model is loaded and measured.
        parse_thresholds(self.counts or "0", "--counts")
        parse_size(self.target_size or "1")


def apply_ways(model: "NgramModel", options: PruningOptions, answer: OutputOptions) -> "NgramModel":
    """Return the model without what the options drop."""
    from nextword.ngram.pruning import prune_by_counts, prune_by_entropy, prune_to_size, prune_vocabulary
    from nextword.text.vocabulary import VocabularyLimits

    if options.vocabulary is not None:
        words = tuple(_known_words(options.vocabulary, model, answer))
        model = prune_vocabulary(model, VocabularyLimits(words=words))
    if options.vocabulary_size is not None:
        model = prune_vocabulary(model, VocabularyLimits(max_size=options.vocabulary_size))
    if options.counts is not None:
        model = prune_by_counts(model, parse_thresholds(options.counts, "--counts"))
    source = options.context_probability
    if options.entropy is not None:
        return prune_by_entropy(model, options.entropy, context_probability=source)
    if options.target_ngrams is not None:
        return prune_to_size(model, ngrams=options.target_ngrams, context_probability=source)
    if options.target_size is not None:
        room = _room_for_arrays(options.target_size, model)
        return prune_to_size(model, array_bytes=room, context_probability=source)
    return model


def _room_for_arrays(size: str, model: "NgramModel") -> int:
    others = len(model.tokenizer.to_json().encode()) + FILE_BYTES
    room = parse_size(size) - others
    if room <= 0:
        raise SettingError(
            f"--target-size {size}: the tokenizer alone takes {others:,} bytes; give more, or a --vocabulary-size"
        )
    return room


def _known_words(path: Path, model: "NgramModel", answer: OutputOptions) -> list[str]:
    """Return the words of a file, and remark on those that the model lacks."""
    if path.is_dir():
        raise SettingError(f"{path} is a folder; --vocabulary takes a file, one word a line")
    words = read_words(path)
    unknown = len(set(words) - set(model.tokenizer.tokens))
    if unknown:
        answer.remark(f"{unknown:,} of the {len(set(words)):,} words in {path} are not in the model")
    return words


def parse_size(text: str) -> int:
    """Return the bytes of ``500kB``, ``10MB`` or ``1.5 GB``, in powers of 1000.

    >>> parse_size("1.5GB")
    1500000000
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise SettingError(f"--target-size takes a number of bytes, got {text!r}; try 500kB, 10MB or 1.5GB")
    return int(min(float(found[1]), MOST_BYTES) * 1000 ** " kmgt".index(found[2].lower() or " "))
