"""Token ids and ranks: inside a network words are numbered by falling frequency in the training text."""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.errors import ModelFormatError, VocabularyError


class Ranks:
    """The rank of each token, or the same numbers for both where ``ranks`` is None.

    Raises ModelFormatError for ranks that are not 0 to V - 1, each once, with the special tokens in their places.
    """

    def __init__(self, ranks: IntArray | None, vocabulary_size: int) -> None:
        self.vocabulary_size = vocabulary_size
        self.ranks: IntArray | None = None
        """(V,) by token id; None for identity."""
        if ranks is None:
            return
        places = np.arange(vocabulary_size)
        given = np.asarray(ranks)
        if given.shape != places.shape or not np.issubdtype(given.dtype, np.integer):
            raise ModelFormatError(
                f"ranks are one whole number a token, ({vocabulary_size},); got {given.dtype} {given.shape}"
            )
        if not np.array_equal(np.sort(given), places) or not np.array_equal(given[:3], places[:3]):
            raise ModelFormatError(
                f"ranks are 0 to {vocabulary_size - 1}, each once, and begin 0, 1, 2; got {given[:8].tolist()} ..."
            )
        if not np.array_equal(given, places):
            self.ranks = given.astype(np.int64)
            self._tokens = np.argsort(self.ranks)

    def of(self, tokens: object) -> IntArray:
        """Return the ranks of token ids, (T,); raises VocabularyError for ids that are none."""
        ids = np.asarray(tokens)
        if ids.ndim != 1 or (len(ids) and not np.issubdtype(ids.dtype, np.integer)):
            raise VocabularyError(
                f"token ids are a list of whole numbers, got {ids.dtype} of shape {ids.shape}"
            )
        if len(ids) and (int(ids.min()) < 0 or int(ids.max()) >= self.vocabulary_size):
            raise VocabularyError(
                f"token ids go from 0 to {self.vocabulary_size - 1}, got {ids.min()} to {ids.max()}"
            )
        ids = ids.astype(np.int64)
        return ids if self.ranks is None else self.ranks[ids]

    def tokens(self, ranks: IntArray) -> IntArray:
        """Return the token id of each rank."""
        return ranks if self.ranks is None else self._tokens[ranks]

    def by_token(self, rows: FloatArray) -> FloatArray:
        """Return rows (B, V) that are in the order of ranks in that of token ids."""
        return rows if self.ranks is None else rows[:, self.ranks]
