"""A text as the kernels read it: rows of words, cut into sentences."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import TokenIds
from nextword.embedding.word2vec.cutting.kernels import FIRST_WORD, count_sentences, cut_sentences
from nextword.errors import SettingError

LONGEST = 10_000
"""Sentences of more words are cut, so that a text without line breaks can be shared among threads."""
BLOCK_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class Sentences:
    """Words by their rows, sentence after sentence."""

    words: NDArray[np.int32]
    """(T,); below 0 stands an unknown word."""
    bounds: NDArray[np.int64]
    """(S + 1,): sentence s is ``words[bounds[s]:bounds[s + 1]]``."""

    @classmethod
    def of_ids(cls, ids: TokenIds, longest: int = LONGEST) -> "Sentences":
        """Return the sentences of a stream of token ids, whose memory they take over: the ids can be read no more.

        The array is marked as read-only, so that nobody takes rows for ids later; raises SettingError where it was.

        >>> sentences = Sentences.of_ids(np.array([3, 4, 2, 2, 5, 0, 2], np.int32))
        >>> sentences.words.tolist(), sentences.bounds.tolist()
        ([0, 1, 2, -3], [0, 2, 4])
        """
        if not ids.flags.writeable:
            raise SettingError(
                "these ids are read-only, or sentences were made of them before; give ids.copy()"
            )
        bounds = np.zeros(count_sentences(ids, longest) + 1, dtype=np.int64)
        words = ids[: cut_sentences(ids, longest, bounds)]
        ids.flags.writeable = False
        return cls(words, bounds)

    def counts(self, vocabulary: int) -> NDArray[np.int64]:
        """Return how often each word occurs, (V,)."""
        counts = np.zeros(vocabulary + FIRST_WORD, dtype=np.int64)
        for first in range(0, len(self.words), 1 << 20):
            part = self.words[first : first + (1 << 20)] + FIRST_WORD
            counts += np.bincount(part, minlength=len(counts))
        return counts[FIRST_WORD:]

    def blocks(self) -> list[tuple[int, int]]:
        """Return runs of sentences of about as many words each: what a thread trains on at a time."""
        marks = np.searchsorted(self.bounds, np.arange(0, len(self.words), BLOCK_WORDS))
        edges = np.unique(np.append(marks, len(self.bounds) - 1)).tolist()
        return list(pairwise(edges))
