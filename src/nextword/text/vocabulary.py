"""The vocabulary: which token has which id.

Ids are 0 ``<unk>``, 1 ``<s>``, 2 ``</s>``, then tokens by falling frequency; equal frequencies are ordered by the
bytes of the token, so that the same text gives the same ids however it is cut into files.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from nextword.errors import SettingError

UNKNOWN_TOKEN, START_TOKEN, END_TOKEN = "<unk>", "<s>", "</s>"
UNKNOWN, SENTENCE_START, SENTENCE_END = 0, 1, 2
SPECIAL_TOKENS = (UNKNOWN_TOKEN, START_TOKEN, END_TOKEN)

SpecialTokenPolicy = Literal["error", "skip", "keep"]
"""What to do with ``<s>``, ``</s>`` and ``<unk>`` inside a text: refuse it, drop them as if they were white
space, or keep ``<unk>`` as the unknown word, counted like any other (``<s>`` and ``</s>`` are refused)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VocabularyLimits:
    """Which tokens of a corpus get an id of their own; the others become ``<unk>``."""

    min_count: int = 1
    """Keep tokens seen at least this often."""
    max_size: int | None = None
    """Keep at most this many of the most frequent tokens, the three special ones not counted."""
    words: tuple[str, ...] | None = None
    """Keep exactly these tokens, seen or not."""

    def __post_init__(self) -> None:
        if self.min_count < 1:
            raise SettingError(f"the minimum count must be at least 1, got {self.min_count}")
        if self.max_size is not None and self.max_size < 1:
            raise SettingError(f"the vocabulary size must be at least 1, got {self.max_size}")
        if self.words is not None and (self.min_count > 1 or self.max_size is not None):
            raise SettingError("a word list is kept whole; give it without a minimum count or a size")
        if self.words is not None and not self.words:
            raise SettingError("the word list is empty; give at least one word")

    @property
    def is_open(self) -> bool:
        """Whether every token of the corpus gets an id."""
        return self.min_count == 1 and self.max_size is None and self.words is None


def order_vocabulary(counts: Mapping[str, int], limits: VocabularyLimits) -> list[str]:
    """Return the tokens by id: the three special ones, then those within the limits by falling frequency.

    >>> order_vocabulary({"b": 2, "a": 2, "c": 5, "d": 1}, VocabularyLimits(min_count=2))
    ['<unk>', '<s>', '</s>', 'c', 'a', 'b']
    """
    kept: Iterable[str] = counts if limits.words is None else dict.fromkeys(limits.words)
    frequent = [
        token for token in kept if counts.get(token, 0) >= limits.min_count or limits.words is not None
    ]
    frequent = [token for token in frequent if token not in SPECIAL_TOKENS]
    # UTF-8 bytes sort like code points, which is how Python compares strings. Sorting keeps the order of equals,
    # so two plain sorts do what one by count and name would, in half the time.
    frequent.sort()
    frequent.sort(key=lambda token: counts.get(token, 0), reverse=True)
    return [*SPECIAL_TOKENS, *frequent[: limits.max_size]]
