"""A store of words and their vectors."""

# Tests and files know this module, so its methods import them only when they are called.

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nextword.embedding.vectors.approximate import ApproximateIndex
from nextword.embedding.vectors.changes import Changes
from nextword.errors import SettingError

if TYPE_CHECKING:
    from nextword.embedding.evaluation.as_gensim import Correlation, SimilarityFunction
    from nextword.embedding.formats.table import DecodingErrors
    from nextword.embedding.formats.write import WrittenFormat

EVALUATED = 300_000
"""gensim's tests ask so many of the most frequent words if nothing else is said."""


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

    def evaluate_word_analogies(
        self,
        analogies: str | Path,
        restrict_vocab: int | None = EVALUATED,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
        similarity_function: "SimilarityFunction" = "most_similar",
    ) -> tuple[float, list[dict[str, Any]]]:
        """Return the share of analogy questions of a file answered right, and which, by section, as gensim does.

        Questions with unknown words are left out, or wrong with ``dummy4unknown``; ``"most_similar_cosmul"`` asks by
        3CosMul. `nextword.embedding.evaluation.analogies.evaluate_analogies` says more. Raises InputError for a
        malformed file.
        """
        from nextword.embedding.evaluation.as_gensim import word_analogies

        return word_analogies(
            self,
            analogies,
            restrict=restrict_vocab,
            fold_case=case_insensitive,
            unknown_is_wrong=dummy4unknown,
            similarity_function=similarity_function,
        )

    def evaluate_word_pairs(
        self,
        pairs: str | Path,
        restrict_vocab: int | None = EVALUATED,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
    ) -> "tuple[Correlation, Correlation, float]":
        """Return Pearson's and Spearman's correlation with people's judgments, and the percentage of unknown pairs.

        Unknown pairs are left out, or have a cosine of zero with ``dummy4unknown``. Tabs, commas and spaces are told
        apart by themselves. Raises InputError for a malformed file, and where all pairs are unknown.
        """
        from nextword.embedding.evaluation.as_gensim import word_pairs

        return word_pairs(
            self,
            pairs,
            restrict=restrict_vocab,
            fold_case=case_insensitive,
            unknown_is_zero=dummy4unknown,
        )

    @staticmethod
    def load_word2vec_format(
        fname: str | Path,
        fvocab: str | Path | None = None,
        binary: bool = False,
        *,
        unicode_errors: "DecodingErrors" = "strict",
        limit: int | None = None,
        no_header: bool = False,
    ) -> "WordVectors":
        """Read word2vec's text, or its binary format, or GloVe's text with ``no_header``.

        `nextword.read_vectors`, which this calls, tells the formats apart by itself, and names the errors.
        """
        from nextword.embedding.formats import read_vectors

        form = _format(binary, has_header=not no_header)
        return read_vectors(fname, format=form, limit=limit, errors=unicode_errors, counts=fvocab)

    def save_word2vec_format(
        self,
        fname: str | Path,
        fvocab: str | Path | None = None,
        binary: bool = False,
        *,
        write_header: bool = True,
    ) -> None:
        """Write word2vec's text, or its binary format, or GloVe's text without the header.

        See `nextword.write_vectors`, which this calls and which names the errors.
        """
        from nextword.embedding.formats import write_vectors

        form = _format(binary, has_header=write_header)
        write_vectors(self, fname, format=form, counts=fvocab)


def _format(binary: bool, *, has_header: bool) -> "WrittenFormat":
    """Return the format that gensim's options mean."""
    if binary and not has_header:
        raise SettingError(
            "word2vec's binary format has a header, got none with binary=True; leave one of them out"
        )
    return "word2vec-binary" if binary else "word2vec" if has_header else "glove"
