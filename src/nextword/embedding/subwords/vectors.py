"""A store of vectors that also knows the pieces of words, as fastText's models do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.subwords import kernels
from nextword.embedding.vectors.lookup import Key
from nextword.embedding.vectors.search import unit
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import ModelFormatError, SettingError, shown

END_OF_SENTENCE = "</s>"
"""A word without pieces."""
LONGEST = 255
"""No n-gram has more characters."""
_NONE = np.empty(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class SubwordSettings:
    """Which pieces of words have vectors."""

    shortest: int
    """Characters of the shortest n-gram."""
    longest: int
    """Characters of the longest n-gram."""
    buckets: int
    """The numbers that n-grams are hashed to."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise SettingError(
                    f"the {name} of subwords must be a whole number from 1 up, got {shown(value)}"
                )
        if not self.shortest <= self.longest <= LONGEST:
            raise SettingError(
                f"n-grams have from 1 to {LONGEST} characters, got {self.shortest} to {self.longest}"
            )
        if self.buckets >= 1 << 31:
            raise SettingError(f"buckets are fewer than 2^31, got {self.buckets}")


class SubwordVectors(WordVectors):
    """Word vectors with a vector for any word that has a known piece: the mean of the vectors of its n-grams.

    ``vectors`` (V, E) holds the known words, each the mean of its own row and its n-grams'; ``subwords`` (buckets, E)
    the n-grams. Bojanowski et al., "Enriching Word Vectors with Subword Information" (2017).
    """

    def __init__(
        self,
        words: Sequence[str],
        vectors: NDArray[np.float32],
        subwords: NDArray[np.float32],
        subword_settings: SubwordSettings,
        *,
        kept: NDArray[np.int32] | None = None,
        counts: NDArray[np.int64] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(words, vectors, counts, settings)
        rows = subword_settings.buckets if kept is None else len(kept)
        if subwords.shape != (rows, vectors.shape[1]):
            raise SettingError(
                f"{rows} subwords need as many vectors of {vectors.shape[1]} numbers, got an array of {subwords.shape}"
            )
        self.subwords = subwords
        """(buckets, E), float32; of a pruned model, only the buckets in `kept`."""
        self.subword_settings = subword_settings
        self.kept = kept
        """The buckets that a pruned model keeps, ascending; None where it keeps all."""

    def get_vector(self, key: Key, norm: bool = False) -> NDArray[np.float32]:
        """Return the vector (E,) of a word: its own, or the mean of its n-grams'; with a length of one if ``norm``.

        Raises UnknownWordError for a word that has neither.
        """
        if not isinstance(key, str) or self.has_index_for(key):
            return super().get_vector(key, norm)
        rows = self.subword_rows(key)
        if len(rows) == 0:
            return super().get_vector(key, norm)  # which says that the word is unknown, and names others
        vector: NDArray[np.float32] = self.subwords[rows].mean(axis=0, dtype=np.float32)
        return unit(vector[None])[0] if norm else vector

    def __contains__(self, key: object) -> bool:
        """Whether a word has a vector: it is known, or one of its n-grams is."""
        return self.has_index_for(key) or (isinstance(key, str) and len(self.subword_rows(key)) > 0)

    def subword_rows(self, word: str) -> NDArray[np.int64]:
        """Return the rows of `subwords` that the n-grams of a word have, in the order of the word."""
        text, begins = bracketed([word])
        shortest, longest, buckets = _values(self.subword_settings)
        found = np.empty(len(text) * longest, dtype=np.int64)
        count = 0
        if word != END_OF_SENTENCE:
            count = kernels.hash_ngrams(text, 0, int(begins[1]), shortest, longest, buckets, found)
        if self.kept is None:
            return found[:count]
        rows = [kernels.bucket_row(self.kept, bucket) for bucket in found[:count].tolist()]
        return np.array([row for row in rows if row >= 0], dtype=np.int64)


def average_words(
    words: Sequence[str],
    rows: NDArray[np.float32],
    subwords: NDArray[np.float32],
    settings: SubwordSettings,
    kept: NDArray[np.int32] | None,
) -> None:
    """Turn each word's own row, (V, E), into the mean of it and of the rows of its n-grams, in place.

    Raises ModelFormatError where the words have more n-grams than any text gives them.
    """
    # Whoever writes a file can make it slow: a long word has many n-grams, each as many additions as a row has bytes.
    text, begins = bracketed("" if word == END_OF_SENTENCE else word for word in words)
    shortest, longest, buckets = _values(settings)
    total, most = kernels.count_ngrams(text, begins, shortest, longest)
    if total > 1000 * (1 + len(words) + len(subwords)) or most > 1 << 22:
        raise ModelFormatError(
            f"{len(words):,} words have {total:,} n-grams of {shortest} to {longest} characters, more than words "
            "of any language; the file is damaged"
        )
    counts, found = np.ones(len(words), dtype=np.float32), np.empty(most, dtype=np.int64)
    kernels.add_subwords(
        text,
        begins,
        shortest,
        longest,
        buckets,
        _NONE if kept is None else kept,
        subwords,
        found,
        rows,
        counts,
    )
    rows /= counts[:, None]  # (V, E)


def bracketed(words: Iterable[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the bytes of words, each in angle brackets, in a row, and where each begins, (V + 1,)."""
    encoded = [b"<%s>" % word.encode("utf-8", "surrogatepass") if word else b"" for word in words]
    begins = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(word) for word in encoded], out=begins[1:])
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), begins


def _values(settings: SubwordSettings) -> tuple[int, int, int]:
    return settings.shortest, settings.longest, settings.buckets
