"""Words without regard to case, as test sets and training texts differ in it."""

from collections.abc import Collection
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.vectors.lookup import Lookup


class FoldedWords:
    """The most frequent words of a store, where spellings in other cases stand for one: the most frequent of them."""

    def __init__(self, vectors: Lookup, restrict: int | None = None, *, fold: bool = True) -> None:
        self._fold = fold
        rows: dict[str, int] = {}
        self.numbers: NDArray[np.int64] = np.array(
            [
                rows.setdefault(self.folded(word), row)
                for row, word in enumerate(islice(vectors.words, restrict))
            ],
            dtype=np.int64,
        )
        """(N,), the row that stands for each of the first N."""
        self._rows = rows

    def folded(self, word: str) -> str:
        """Return a word in upper case, unless case counts."""
        return word.upper() if self._fold else word

    def rows(self, words: Collection[str]) -> list[int]:
        """Return the row of each word, -1 for one that is not among them."""
        return [self._rows.get(self.folded(word), -1) for word in words]
