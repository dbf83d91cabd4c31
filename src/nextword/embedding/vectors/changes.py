"""Changes of a whole store: more words, another order, unit lengths, other vectors."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray
from nextword.embedding.vectors.comparisons import Comparisons
from nextword.embedding.vectors.search import Vectors
from nextword.errors import SettingError

if TYPE_CHECKING:
    from nextword.embedding.vectors.vectors import WordVectors

MEASURED = ("index_to_key", "key_to_index", "directions")
"""What is worked out of words and vectors when it is first asked for."""


class Changes(Comparisons):
    """Each change makes new arrays: what was mapped from a file, or is held by somebody else, stays as it is."""

    def add_vector(self, key: str, vector: FloatArray) -> int:
        """Add one word with its vector (E,) and return its row; a word that is there already keeps its vector."""
        self.add_vectors([key], [vector])
        return self.get_index(key)

    def add_vectors(
        self,
        keys: str | Sequence[str],
        weights: Sequence[FloatArray] | FloatArray,
        replace: bool = False,
        counts: Sequence[int] | None = None,
    ) -> None:
        """Add words with their vectors (n, E) at the end; words that are there keep theirs unless ``replace``.

        Every call copies the store, so add many at once. Counts, where the store has them, are 0 unless given.
        """
        names = [keys] if isinstance(keys, str) else list(keys)
        rows = np.atleast_2d(np.asarray(weights, dtype=np.float32))
        if rows.shape != (len(names), self.vector_size):
            raise SettingError(
                f"{len(names)} words need vectors of {self.vector_size} numbers, got an array of {rows.shape}"
            )
        if counts is not None and (self.counts is None or len(counts) != len(names)):
            raise SettingError(
                f"{len(counts)} counts for {len(names)} words; the store has "
                f"{'none' if self.counts is None else 'counts'}"
            )
        fresh = {
            name: place for place, name in reversed(list(enumerate(names))) if not self.has_index_for(name)
        }
        places = sorted(fresh.values())
        vectors = np.concatenate([self.vectors, rows[places]])
        words = [*self.words, *(names[place] for place in places)]
        if self.counts is not None:
            added = np.zeros(len(names), dtype=np.int64) if counts is None else np.asarray(counts, np.int64)
            self.counts = np.concatenate([self.counts, added[places]])
        if replace:
            known = [place for place, name in enumerate(names) if name not in fresh]
            vectors[[self.get_index(names[place]) for place in known]] = rows[known]
        self._become(words, vectors)

    def __setitem__(self, keys: str | Sequence[str], weights: Sequence[FloatArray] | FloatArray) -> None:
        """Give words these vectors, whether they were there or not."""
        self.add_vectors(keys, weights, replace=True)

    def sort_by_descending_frequency(self) -> None:
        """Put the most frequent words first; words of one count keep their order."""
        if self.counts is None:
            raise SettingError("there are no counts to sort by; these vectors came without")
        order = np.argsort(-self.counts, kind="stable")
        self.counts = self.counts[order]
        self._become([self.words[row] for row in order.tolist()], self.vectors[order])

    def get_normed_vectors(self) -> Vectors:
        """Return all vectors (V, E) brought to a length of one; those without a direction are zero."""
        with np.errstate(over="ignore", invalid="ignore"):
            normed = self.vectors * self.directions.scales[:, None]
        normed[self.directions.scales == 0] = 0
        return normed

    def unit_normalize_all(self) -> None:
        """Bring all vectors to a length of one, for good."""
        self._become(self.words, self.get_normed_vectors())

    def init_sims(self, replace: bool = False) -> None:
        """Measure the vectors now, or with ``replace`` bring them to a length of one."""
        if replace:
            self.unit_normalize_all()
        else:
            self.fill_norms()

    def vectors_for_all(self, keys: Iterable[str], allow_inference: bool = True) -> "WordVectors":
        """Return a new store of those words that have a vector, in the order given, each once.

        Words that have a vector without a row of their own, from their pieces, count with ``allow_inference``.
        """
        from nextword.embedding.vectors.vectors import WordVectors

        is_there = self.__contains__ if allow_inference else self.has_index_for
        words = [word for word in dict.fromkeys(keys) if is_there(word)]
        counts: NDArray[np.int64] | None = None
        if self.counts is not None:
            rows = np.array([self.get_index(word, -1) for word in words], dtype=np.int64)
            counts = np.where(rows < 0, 0, self.counts[rows]) if len(rows) else np.zeros(0, dtype=np.int64)
        return WordVectors(words, self[words], counts, self.settings)

    def intersect(self, other: Comparisons) -> int:
        """Take the vectors of another store for the words that both have; returns how many there are."""
        if other.vector_size != self.vector_size:
            raise SettingError(
                f"the vectors here have {self.vector_size} numbers, the others {other.vector_size}"
            )
        both = [(row, other.get_index(word, -1)) for row, word in enumerate(self.words)]
        pairs = np.array([pair for pair in both if pair[1] >= 0], dtype=np.int64).reshape(-1, 2)
        vectors = np.array(self.vectors)
        vectors[pairs[:, 0]] = other.vectors[pairs[:, 1]]
        self._become(self.words, vectors)
        return len(pairs)

    def _become(self, words: Sequence[str], vectors: Vectors) -> None:
        self.words, self.vectors = words, vectors
        for name in MEASURED:
            self.__dict__.pop(name, None)
