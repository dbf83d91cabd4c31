"""The errors that nextword raises: one small family, each with the exit code the command line gives it.

A message has three parts: what was wrong, the value seen, what to try.
"""

import errno
from collections.abc import Callable, Sequence
from functools import cached_property


class NextwordError(Exception):
    """Whatever nextword itself reports as wrong; catch this to catch them all."""

    exit_code = 1


class SettingError(NextwordError, ValueError):
    """A setting that makes no sense, alone or together with another (an order of 0, a negative temperature)."""

    exit_code = 2


class VocabularyError(NextwordError, ValueError):
    """Words or vocabularies that do not fit together (mixing models of different vocabularies)."""

    exit_code = 2


class UnknownWordError(VocabularyError, KeyError):
    """A word that has no vector; the message suggests near spellings, which are looked for when it is read."""

    def __init__(self, word: object, near: Callable[[], Sequence[str]], *, has_pieces: bool = False) -> None:
        super().__init__(word)
        self.word = word
        self.has_pieces = has_pieces
        """Whether its pieces give it a vector, and what was asked needs a word of the vocabulary."""
        self._near = near

    @cached_property
    def suggestions(self) -> list[str]:
        """Words of the vocabulary that are spelled nearly as this one."""
        try:
            return list(self._near())
        except NextwordError:  # a damaged vocabulary: what is said is that the word was not found
            return []

    def __str__(self) -> str:
        if self.suggestions:
            advice = "did you mean " + " or ".join(self.suggestions) + "?"
        else:
            advice = "the vocabulary has none that is spelled like it; try another"
        what = (
            "is not in the vocabulary: a vector from its pieces is no answer here"
            if self.has_pieces
            else "has no vector"
        )
        return f"the word {shown(self.word)} {what}; {advice}"


class InputError(NextwordError, ValueError):
    """Text that cannot be read or learned from (missing, empty, not UTF-8, special tokens inside)."""

    exit_code = 3


class ModelFormatError(NextwordError, ValueError):
    """A model file or folder that is damaged, incomplete or of another kind."""

    exit_code = 3


class StorageError(NextwordError, OSError):
    """A place that cannot be written: no permission, no space, or in the way."""

    exit_code = 3


class DivergedError(NextwordError, ArithmeticError):
    """A training whose numbers are no longer finite."""


class NotADistributionError(NextwordError, TypeError):
    """A question that only probabilities can answer, asked of scores that do not sum to one."""

    exit_code = 2


class MissingDependencyError(NextwordError, ImportError):
    """A feature whose optional package is not installed."""

    exit_code = 1


def disk_reason(error: OSError) -> str:
    """Return why the disk refused, and what to try."""
    advice = {
        errno.ENOSPC: "; free some space or choose another disk",
        errno.EDQUOT: "; free some space or choose another disk",
        errno.EACCES: "; choose another place",
        errno.EROFS: "; choose another place",
        errno.ENAMETOOLONG: "; choose a shorter name",
        errno.EFBIG: "; the file size is limited here, raise the limit (ulimit -f)",
    }
    return f"{error.strerror or error}{advice.get(error.errno or 0, '')}"


def shown(value: object, longest: int = 80) -> str:
    """Return a value as a message shows it: as Python writes it, on one line, and cut short.

    >>> shown("a" * 100, longest=8)
    "'aaaaaaa..."
    """
    text = repr(value)
    return text if len(text) <= longest else text[:longest] + "..."


def counted(number: int, noun: str) -> str:
    """Return so many of something, as a message says it.

    >>> counted(1, "column"), counted(1200, "word")
    ('1 column', '1,200 words')
    """
    return f"{number:,} {noun}{'s' * (number != 1)}"
