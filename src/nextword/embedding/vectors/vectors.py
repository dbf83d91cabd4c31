"""A store of words and their vectors."""

from nextword.embedding.vectors.approximate import ApproximateIndex
from nextword.embedding.vectors.changes import Changes


class WordVectors(Changes):
    """V words, each with a vector of E numbers, the most frequent first.

    The names are those that users of gensim's ``KeyedVectors`` know, and the numbers the same.

    >>> import numpy as np
    >>> vectors = np.array([[1, 1], [1, 0.5], [-1, 0.5], [-1, 1]], dtype=np.float32)
    >>> store = WordVectors(["king", "man", "woman", "queen"], vectors)
    >>> store.most_similar("king", topn=1)[0][0]
    'man'
    """

    def index(self, *, probes: int = 128) -> ApproximateIndex:
        """Build an index for approximate search, to ask itself or to give `most_similar` as its ``indexer``.

        It holds the vectors as they are now. Raises MissingDependencyError without Faiss.
        """
        return ApproximateIndex(self.words, self.directions, probes=probes)
