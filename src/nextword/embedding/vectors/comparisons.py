"""How similar given words are."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray
from nextword.embedding.vectors.lookup import Key
from nextword.embedding.vectors.neighbours import Neighbours
from nextword.embedding.vectors.search import Directions, unit
from nextword.errors import SettingError, UnknownWordError


class Comparisons(Neighbours):
    """Questions about words that are all given."""

    def similarity(self, w1: Key, w2: Key) -> float:
        """Return the cosine of the angle between two words, 0 where one has no direction.

        Raises UnknownWordError for a word without a vector.
        """
        return _cosine(self.get_vector(w1), self.get_vector(w2))

    def distance(self, w1: Key, w2: Key) -> float:
        """Return one minus the cosine of the angle between two words."""
        return 1 - self.similarity(w1, w2)

    def distances(
        self, word_or_vector: Key | FloatArray, other_words: Sequence[Key] = ()
    ) -> NDArray[np.float32]:
        """Return one minus the cosine between a word, or a vector (E,), and each of some words, or all (V,)."""
        if not len(other_words):
            return 1 - self._cosines(word_or_vector)
        vector = word_or_vector if isinstance(word_or_vector, np.ndarray) else self.get_vector(word_or_vector)
        self._check_size(vector[None])
        return 1 - self.cosine_similarities(vector, self[other_words])

    def n_similarity(self, ws1: Sequence[Key], ws2: Sequence[Key]) -> float:
        """Return the cosine between the mean vectors of two lists of words; unknown words do not count.

        Raises UnknownWordError where all words of a list are unknown.
        """
        return _cosine(self._mean_of_known(ws1), self._mean_of_known(ws2))

    def most_similar_to_given(self, key1: Key, keys_list: Sequence[Key]) -> Key:
        """Return the one of some words that is most similar to the first."""
        if not len(keys_list):
            raise SettingError("there is no word to choose from; give at least one")
        return keys_list[int(np.argmax([self.similarity(key1, key) for key in keys_list]))]

    def rank_by_centrality(self, words: Sequence[str], use_norm: bool = True) -> list[tuple[float, str]]:
        """Return words with their similarity to the mean of them all, the most similar first.

        The mean is of their directions, or with ``use_norm=False`` of the vectors as they are.
        Raises UnknownWordError for a word without a vector.
        """
        if not len(words):
            raise SettingError("there is no centre of no words; give at least one")
        vectors = np.stack([self.get_vector(word, norm=use_norm) for word in words])
        centre = self.get_mean_vector(vectors, post_normalize=True)
        with np.errstate(over="ignore", invalid="ignore"):
            scores = np.nan_to_num(vectors @ centre, nan=0.0)
        return sorted(zip(scores.tolist(), words, strict=True), reverse=True)

    def doesnt_match(self, words: Sequence[str]) -> str:
        """Return the word that goes least with the others: the one farthest from the mean of all."""
        return self.rank_by_centrality(words)[-1][1]

    def relative_cosine_similarity(self, wa: str, wb: str, topn: int = 10) -> float:
        """Return the similarity of two words as a share of the sum over the first one's ``topn`` neighbours.

        Above 0.10 for ten, they are more similar than most pairs (Leeuwenberg et al. 2016, equation 1).
        """
        neighbours = self.similar_by_word(wa, topn)
        if not neighbours:
            raise SettingError(f"{wa!r} has no neighbours to compare with; topn was {topn}")
        total: float = sum(cosine for _, cosine in neighbours)
        return self.similarity(wa, wb) / total

    @staticmethod
    def cosine_similarities(vector_1: FloatArray, vectors_all: FloatArray) -> NDArray[np.float32]:
        """Return the cosines (n,) between a vector (E,) and others (n, E), 0 where one has no direction."""
        others = Directions.of(np.asarray(vectors_all, dtype=np.float32))
        cosines: NDArray[np.float32] = others.similarities(unit(vector_1[None]))[0]
        return cosines

    def _mean_of_known(self, words: Sequence[Key]) -> FloatArray:
        known = [word for word in words if word in self]
        if len(words) and not known:
            raise UnknownWordError(words[0], lambda: self._near(words[0]))
        return self.get_mean_vector(known, pre_normalize=False)


def _cosine(one: FloatArray, other: FloatArray) -> float:
    return float(unit(one[None])[0] @ unit(other[None])[0])
