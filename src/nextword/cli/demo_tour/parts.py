"""The text of the tour: Python's own documentation in three parts, and the ids of each."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nextword.arrays import TokenIds
from nextword.errors import SettingError, StorageError
from nextword.text.corpus import Corpus, encode_lines, learn_from_lines
from nextword.text.python_docs import documentation_lines, split_heldout
from nextword.text.vocabulary import UNKNOWN, VocabularyLimits

MIN_COUNT = 2
"""Words seen once become ``<unk>``, so that the models learn what an unknown word's company is."""
MIN_WORDS = 5_000
"""With less text there is nothing to see, and parts may be empty."""
PART_NAMES = ("train", "tune", "heldout")


@dataclass(frozen=True)
class Parts:
    """Sentences to learn from, to tune a mixture on, and to measure on: no sentence is in two of them."""

    train: list[str]
    tune: list[str]
    heldout: list[str]
    corpus: Corpus
    """The ids of ``train``, with the vocabulary learned from it."""
    tune_ids: TokenIds
    heldout_ids: TokenIds

    @property
    def words(self) -> int:
        """The number of words between white space, in all three."""
        return sum(map(_word_count, (self.train, self.tune, self.heldout)))

    @property
    def unknown(self) -> int:
        """How many of the tokens held out are not in the vocabulary."""
        return int(np.count_nonzero(self.heldout_ids == UNKNOWN))

    def as_dict(self) -> dict[str, Any]:
        """Return the sizes as JSON has them."""
        return {
            "python": platform.python_version(),
            "words": self.words,
            "sentences": {name: len(getattr(self, name)) for name in PART_NAMES},
            "tokens": {
                "train": len(self.corpus.ids),
                "tune": len(self.tune_ids),
                "heldout": len(self.heldout_ids),
            },
            "vocabulary": len(self.corpus.tokenizer),
            "min_count": MIN_COUNT,
            "heldout_oov": self.unknown,
        }

    def write(self, folder: Path) -> None:
        """Write the three parts as text files; raises StorageError where that is not possible."""
        for name in PART_NAMES:
            path = folder / f"{name}.txt"
            try:
                path.write_text("".join(f"{line}\n" for line in getattr(self, name)), encoding="utf-8")
            except OSError as error:
                raise StorageError(
                    f"cannot write {path}: {error.strerror}; choose another place with -o"
                ) from None


def read_parts(words: int | None = None) -> Parts:
    """Read the documentation inside the running Python, or its first ``words`` words, and split it.

    Raises SettingError for too few words, InputError where this Python has no documentation.
    """
    if words is not None and words < MIN_WORDS:
        raise SettingError(
            f"--words must be at least {MIN_WORDS:,}, got {words}; leave it out for all the text"
        )
    lines = documentation_lines()
    if words is not None:
        sizes = np.cumsum([len(line.split()) for line in lines])
        lines = lines[: int(np.searchsorted(sizes, words)) + 1]
    learned, heldout = split_heldout(lines, every=20)
    train, tune = split_heldout(learned, every=19)
    corpus = learn_from_lines(
        train, tokenizer="words", lowercase=True, limits=VocabularyLimits(min_count=MIN_COUNT)
    )
    ids = [encode_lines(part, corpus.tokenizer) for part in (tune, heldout)]
    return Parts(train, tune, heldout, corpus, *ids)


def _word_count(lines: Sequence[str]) -> int:
    return sum(len(line.split()) for line in lines)
