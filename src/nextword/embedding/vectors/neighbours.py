"""Which words are near: one question, or thousands at once."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray
from nextword.embedding.vectors.lookup import KEY_TYPES, Key, Lookup
from nextword.embedding.vectors.search import NO_ROW, Vectors, best_of, unit
from nextword.errors import SettingError

Item: TypeAlias = "Key | FloatArray | tuple[Key | FloatArray, float]"
"""A word, the number of its row or a vector (E,), alone or with its weight."""
Items: TypeAlias = "Item | Sequence[Item] | None"
Neighbour = tuple[str, float]

SMALLEST_DIVISOR = 1e-6
"""Keeps 3CosMul from dividing by zero (epsilon of equation 4)."""


class Indexer(Protocol):
    """What can be asked for neighbours in place of an exact search."""

    def most_similar(self, vector: FloatArray, topn: int) -> list[Neighbour]:
        """Return the words nearest to a vector (E,) and their cosines."""


class Neighbours(Lookup):
    """Questions for the words that are most similar to something."""

    def most_similar(
        self,
        positive: Items = None,
        negative: Items = None,
        topn: int | None = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
        indexer: Indexer | None = None,
    ) -> Any:
        """Return the ``topn`` words whose vectors point most nearly where the mean of some words points.

        Every word has the weight 1 if positive and -1 if negative, or the one given with it; words count by their
        direction, arrays as they are. Asked are the rows clip_start..clip_end, or the first ``restrict_vocab``; not
        the words in the question. With two positive words and one negative this is 3CosAdd (Mikolov et al. 2013).

        Returns pairs of word and cosine, or all cosines (V,) where ``topn`` is None. A word without a direction, all
        zero or not finite, is nobody's neighbour and has none. Raises UnknownWordError for a word without a vector.
        """
        if topn is not None and topn < 1:
            return []
        keys, weights = _weighted(positive, negative)
        query = self.get_mean_vector(keys, weights, post_normalize=True, ignore_missing=False)
        begin, end = self._clip(clip_start, clip_end, restrict_vocab)
        if topn is None:
            return self.directions.similarities(query[None], begin, end)[0]
        own = self._rows_of(keys)
        if indexer is not None:
            if (begin, end) != (0, len(self)):
                raise SettingError(
                    f"an index holds all words, got rows {begin} to {end}; leave one of the two out"
                )
            words = {self.words[row] for row in own}
            found = indexer.most_similar(query, topn + len(own))
            return [neighbour for neighbour in found if neighbour[0] not in words][:topn]
        count = min(topn, end - begin)
        rows, cosines = self.directions.nearest(query[None], count, begin=begin, end=end, excluded=[own])
        return self._named(rows[0], cosines[0])

    def similar_by_key(self, key: Key, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """Return the words most similar to one; see `most_similar`."""
        return self.most_similar([key], topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_word(self, word: str, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """Return the words most similar to one; see `most_similar`."""
        return self.similar_by_key(word, topn, restrict_vocab)

    def similar_by_vector(
        self, vector: FloatArray, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        """Return the words most similar to a vector (E,); see `most_similar`."""
        return self.most_similar([np.asarray(vector)], topn=topn, restrict_vocab=restrict_vocab)

    def most_similar_batch(
        self, queries: Sequence[Key] | FloatArray, topn: int = 10, restrict_vocab: int | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows (B, topn) nearest to each of many words, or vectors (B, E), and their cosines (B, topn).

        A thousand queries at once take a fraction of the time of a thousand questions. A word is not its own
        neighbour. Where there are fewer than ``topn``, -1 and NaN stand in their place.
        """
        if topn < 1:
            raise SettingError(f"topn must be 1 or more, got {topn}")
        _, end = self._clip(0, None, restrict_vocab)
        if isinstance(queries, np.ndarray) and queries.ndim == 2:
            self._check_size(queries)
            return self.directions.nearest(queries.astype(np.float32, copy=False), topn, end=end)
        keys = list(queries)
        own = [self._rows_of([key]) for key in keys]
        return self.directions.nearest(self[keys], topn, end=end, excluded=own)

    def most_similar_cosmul(
        self,
        positive: Items = None,
        negative: Items = None,
        topn: int | None = 10,
        restrict_vocab: int | None = None,
    ) -> Any:
        """Return the ``topn`` words that are near every positive word and far from every negative one.

        Cosines are brought to 0..1 and multiplied, those to negative words divide: 3CosMul (Levy and Goldberg 2014,
        equation 4). Returns what `most_similar` does, with these scores in place of cosines.
        """
        if topn is not None and topn < 1:
            return []
        near, far = _listed(positive), _listed(negative)
        if not near:
            raise SettingError("there is no word to be near to; give a positive one")
        _, end = self._clip(0, None, restrict_vocab)
        scores = self._closeness(near, end).prod(axis=0)
        scores /= self._closeness(far, end).prod(axis=0) + np.float32(SMALLEST_DIVISOR)
        if topn is None:
            return scores
        scores[self.directions.scales[:end] == 0] = -np.inf
        scores[[row for row in self._rows_of([*near, *far]) if row < end]] = -np.inf
        return self._named(*best_of(scores, min(topn, end)))

    def closer_than(self, key1: Key, key2: Key) -> list[str]:
        """Return the words that are closer to the first word than the second is, in the order of their rows."""
        cosines = self._cosines(key1)
        is_closer = cosines > cosines[self.get_index(key2)]
        is_closer &= self.directions.scales > 0
        is_closer[self._rows_of([key1])] = False
        return [self.words[row] for row in np.flatnonzero(is_closer).tolist()]

    def rank(self, key1: Key, key2: Key) -> int:
        """Return the place of the second word among those closest to the first, 1 for the closest."""
        return len(self.closer_than(key1, key2)) + 1

    def _cosines(self, key: Key | FloatArray) -> NDArray[np.float32]:
        """Return the cosines (V,) of all words to one, or to a vector."""
        vector = key if isinstance(key, np.ndarray) else self.get_vector(key)
        self._check_size(vector[None])
        cosines: NDArray[np.float32] = self.directions.similarities(unit(vector[None]))[0]
        return cosines

    def _closeness(self, items: list[Any], end: int) -> NDArray[np.float32]:
        """Return the cosines (n, end) of n words to all, brought to 0..1."""
        vectors = [
            item if isinstance(item, np.ndarray) else self.get_vector(item, norm=True) for item in items
        ]
        if not vectors:
            return np.ones((1, end), dtype=np.float32)
        queries: Vectors = np.stack(vectors).astype(np.float32)
        self._check_size(queries)
        return (self.directions.similarities(queries, 0, end) + np.float32(1)) / np.float32(2)

    def _clip(self, start: int, end: int | None, restrict_vocab: int | None) -> tuple[int, int]:
        if restrict_vocab:
            start, end = 0, restrict_vocab
        end = min(end or len(self), len(self))
        if start < 0 or end < 0:
            raise SettingError(f"rows are counted from 0; {start} to {end} asks for none")
        return min(start, end), end

    def _rows_of(self, items: Sequence[Any]) -> list[int]:
        """Return the rows of those items that are words of the store."""
        return [
            self.get_index(item) for item in items if isinstance(item, KEY_TYPES) and self.has_index_for(item)
        ]

    def _named(self, rows: NDArray[np.int64], scores: NDArray[np.float32]) -> list[Neighbour]:
        found = [(row, score) for row, score in zip(rows.tolist(), scores.tolist(), strict=True)]
        return [(self.words[row], score) for row, score in found if row != NO_ROW]


def _listed(items: Items) -> list[Any]:
    """Return one item, or several, as a list."""
    if items is None:
        return []
    if isinstance(items, KEY_TYPES) or (isinstance(items, np.ndarray) and items.ndim == 1):
        return [items]
    return list(items)


def _weighted(positive: Items, negative: Items) -> tuple[list[Any], list[float]]:
    """Return words or vectors and the weight of each."""
    keys, weights = [], []
    for items, usual in ((_listed(positive), 1.0), (_listed(negative), -1.0)):
        for item in items:
            key, weight = item if isinstance(item, tuple | list) else (item, usual)
            keys.append(key)
            weights.append(float(weight))
    if not keys:
        raise SettingError("there is no word to be similar to; give at least one")
    return keys, weights
