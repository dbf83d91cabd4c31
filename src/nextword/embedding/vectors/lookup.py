"""Which word has which vector."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray
from nextword.embedding.vectors.search import Directions, Vectors, unit
from nextword.embedding.vectors.words import WordTable
from nextword.errors import SettingError, UnknownWordError, VocabularyError

Key = str | int | np.integer[Any]
"""A word, or the number of its row."""
KEY_TYPES = (str, int, np.integer)
SUGGESTED_FROM = 30_000
"""Near spellings are looked for among so many of the most frequent words."""


class Lookup:
    """V words, each with a vector of E numbers, the most frequent first."""

    def __init__(
        self,
        words: Sequence[str],
        vectors: Vectors,
        counts: NDArray[np.int64] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        vectors = np.asarray(vectors, dtype=np.float32)
        if vectors.ndim != 2 or len(vectors) != len(words):
            raise SettingError(f"{len(words)} words need as many vectors, got an array of {vectors.shape}")
        if counts is not None and counts.shape != (len(words),):
            raise SettingError(f"{len(words)} words need as many counts, got an array of {counts.shape}")
        self.words = words
        self.vectors = vectors
        """(V, E), float32."""
        self.counts = counts
        """(V,), how often each word occurred, where that is known."""
        self.settings = dict(settings or {})
        """How the vectors were made: what ``config.json`` keeps."""

    @cached_property
    def index_to_key(self) -> list[str]:
        """The words in the order of their rows."""
        return self.words if isinstance(self.words, list) else list(self.words)

    @cached_property
    def key_to_index(self) -> dict[str, int]:
        """The row of each word; raises VocabularyError where one stands twice."""
        rows = {word: row for row, word in enumerate(self.index_to_key)}
        if len(rows) < len(self):
            twice = next(word for row, word in enumerate(self.words) if rows[word] != row)
            raise VocabularyError(f"the word {twice!r} stands twice; give every word one vector")
        return rows

    @property
    def vector_size(self) -> int:
        """E, the length of a vector."""
        return int(self.vectors.shape[1])

    @property
    def norms(self) -> NDArray[np.float32]:
        """The Euclidean length of every vector (V,)."""
        return self.directions.norms

    @cached_property
    def directions(self) -> Directions:
        """The vectors and their lengths; measured when first asked for."""
        return Directions.of(self.vectors)

    def fill_norms(self, force: bool = False) -> None:
        """Measure the vectors now; again with ``force``, after they were changed in place."""
        if force:
            self.__dict__.pop("directions", None)
        _ = self.directions

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self):,} words of {self.vector_size} numbers)"

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, key: object) -> bool:
        return self.has_index_for(key)

    def __getitem__(self, keys: Key | Iterable[Key]) -> Vectors:
        """Return the vector (E,) of one word, or those (n, E) of several."""
        if isinstance(keys, KEY_TYPES):
            return self.get_vector(keys)
        found = [self.get_vector(key) for key in keys]
        return np.stack(found) if found else np.empty((0, self.vector_size), dtype=np.float32)

    def has_index_for(self, key: object) -> bool:
        """Whether a word has a row of its own."""
        return self._row(key) >= 0

    def get_index(self, key: Key, default: int | None = None) -> int:
        """Return the row of a word; ``default``, or an UnknownWordError without one, where it has none."""
        row = self._row(key)
        if row >= 0:
            return row
        if default is None:
            raise UnknownWordError(key, lambda: self._near(key), has_pieces=key in self)
        return default

    def get_vector(self, key: Key, norm: bool = False) -> Vectors:
        """Return the vector (E,) of a word, read-only, with a length of one if ``norm``.

        Raises UnknownWordError, which is a KeyError too, for a word without a vector.
        """
        vector: Vectors = self.vectors[self.get_index(key)]
        if norm:
            vector = unit(vector[None])[0]
        vector.setflags(write=False)  # who changes a vector must have its length measured again
        return vector

    def get_mean_vector(
        self,
        keys: Sequence[Key | Vectors] | Vectors,
        weights: Sequence[float] | NDArray[Any] | None = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> Vectors:
        """Return the weighted mean (E,) of the vectors of some words, and of vectors given as arrays.

        Words, not arrays, are brought to a length of one if ``pre_normalize``, the mean if ``post_normalize``.
        It is zero where no word is known; without ``ignore_missing`` the first such raises UnknownWordError.
        """
        if len(keys) == 0:
            raise SettingError("there is no mean of no words; give at least one")
        factors = np.ones(len(keys)) if weights is None else np.asarray(weights, dtype=np.float64)
        if factors.shape != (len(keys),):
            raise SettingError(f"{len(keys)} words need as many weights, got {factors.shape}")
        total, mean = 0.0, np.zeros(self.vector_size)
        with np.errstate(over="ignore", invalid="ignore"):
            for factor, key in zip(factors, keys, strict=True):
                if isinstance(key, np.ndarray) and key.ndim:
                    self._check_size(key[None])
                    vector = key
                elif key in self or not ignore_missing:
                    vector = self.get_vector(key, norm=pre_normalize)
                else:
                    continue
                mean += factor * vector
                total += abs(factor)
            mean /= total or 1.0
        return unit(mean[None])[0] if post_normalize else mean.astype(np.float32)

    def _check_size(self, vectors: FloatArray) -> None:
        """Raise SettingError for anything but vectors (n, E)."""
        if vectors.ndim != 2 or vectors.shape[1] != self.vector_size:
            raise SettingError(
                f"the vectors here have {self.vector_size} numbers, got an array of {vectors.shape[1:]}; "
                "give one from the same store"
            )

    def _row(self, key: object) -> int:
        if isinstance(key, str):
            if isinstance(self.words, WordTable) and "key_to_index" not in self.__dict__:
                return self.words.find(key)
            return self.key_to_index.get(key, -1)
        return int(key) if isinstance(key, int | np.integer) and 0 <= key < len(self) else -1

    def _near(self, key: object) -> list[str]:
        """Return words that are spelled nearly as one that is not there."""
        from difflib import get_close_matches

        if not isinstance(key, str):
            return []
        cases = [word for word in (key.lower(), key.capitalize(), key.upper()) if self.has_index_for(word)]
        frequent = islice(self.words, SUGGESTED_FROM)
        alike = [word for word in frequent if abs(len(word) - len(key)) <= 2]
        return list(dict.fromkeys([*cases, *get_close_matches(key, alike, n=3)]))[:3]
