"""Texts as the mean of their words' vectors, for scikit-learn."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import InputError, MissingDependencyError, SettingError, shown
from nextword.text.vocabulary import SPECIAL_TOKENS
from nextword.text.word_level import WhitespaceTokenizer, WordsTokenizer

try:
    from scipy.sparse import csr_array
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise MissingDependencyError(
        "MeanVectors needs scikit-learn, which is not installed; try: pip install 'nextword[tasks]'"
    ) from error

Cut = Callable[[str], Iterable[str]]


class MeanVectors(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A scikit-learn transformer: n texts become the mean vectors of their words, (n, E), float32.

    Words without a row of their own are passed over, whatever their pieces are; a text without any known word becomes
    zeros. A clone shares the vectors,
    which are never changed, so that a search over settings does not copy them.

    >>> from nextword.embedding.handmade import handmade_vectors
    >>> MeanVectors(handmade_vectors()).fit_transform(["The king and the queen", "a girl", "nobody"]).tolist()
    [[0.5, 0.0, 1.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]

    Parameters
    ----------
    vectors
        The words' vectors, as ``nextword.load_vectors`` gives them.
    tokenizer
        How texts are cut: ``words`` (punctuation apart), ``whitespace``, or a function from a text to its words. None:
        as the text was from which the vectors come, or ``words`` where they do not say. ``coverage_`` tells after
        ``fit`` what share of the texts' words has a vector.
    lowercase
        Fold texts to lower case first; False for vectors of words with capitals. None: as for ``tokenizer``, or True.
    weighting
        ``mean``: every word counts the same. ``idf``: a word in few of the texts of ``fit`` counts more, by
        ln((1 + n) / (1 + texts that hold it)) + 1, as scikit-learn's own ``TfidfTransformer`` weighs.
    """

    def __init__(
        self,
        vectors: WordVectors,
        *,
        tokenizer: Literal["words", "whitespace"] | Cut | None = None,
        lowercase: bool | None = None,
        weighting: Literal["mean", "idf"] = "mean",
    ) -> None:
        self.vectors = vectors
        self.tokenizer = tokenizer
        self.lowercase = lowercase
        self.weighting = weighting

    def fit(self, X: Iterable[str], y: object = None) -> Self:
        """Learn how many of the texts hold each word, where the weighting asks for it.

        Raises SettingError for settings that make no sense, InputError for what is no list of texts and where not one
        word of the texts has a vector.
        """
        if not isinstance(self.vectors, WordVectors):
            raise SettingError(
                f"vectors are word vectors, got {shown(self.vectors)}; load them with nextword.load_vectors"
            )
        if self.weighting not in ("mean", "idf"):
            raise SettingError(f"the weighting is mean or idf, got {self.weighting!r}")
        counts, length = self._counts(X)  # (n, V)
        if not counts.nnz:
            raise InputError(
                f"not one word of the {counts.shape[0]} texts has a vector; do tokenizer and lowercase fit the vectors?"
            )
        if self.weighting == "idf":
            texts_with = np.bincount(counts.indices, minlength=counts.shape[1])  # (V,)
            self.idf_ = np.log((1 + counts.shape[0]) / (1 + texts_with)) + 1
        self.coverage_ = float(counts.data.sum() / length)
        self._n_features_out = self.vectors.vector_size
        return self

    def transform(self, X: Iterable[str]) -> NDArray[np.float32]:
        """Return the mean vector of each text, (n, E); raises InputError for what is no list of texts."""
        check_is_fitted(self)
        weights = self._counts(X)[0].astype(np.float32)  # (n, V)
        if self.weighting == "idf":
            weights.data *= self.idf_[weights.indices].astype(np.float32)
        totals = np.asarray(weights.sum(axis=1))[:, None]  # (n, 1)
        sums = np.asarray(weights @ self.vectors.vectors, np.float32)  # (n, E)
        means = np.zeros_like(sums)
        np.divide(sums, totals, out=means, where=totals > 0)
        return means

    def _counts(self, texts: Iterable[str]) -> tuple[Any, int]:
        """Return how often each text holds each word that has a vector, (n, V), and the number of all words."""
        cut, row_of = self._cutter(), self.vectors.key_to_index
        rows: list[int] = []
        bounds, length = [0], 0
        for text in _checked(texts):
            words = list(cut(text))
            length += len(words)
            rows += [row_of[word] for word in words if word in row_of]
            bounds.append(len(rows))
        if len(bounds) == 1:
            raise InputError("there are no texts, 0 of them; give at least one")
        shape = (len(bounds) - 1, len(self.vectors))
        counts = csr_array((np.ones(len(rows), np.int64), np.array(rows, np.int64), bounds), shape=shape)
        counts.sum_duplicates()
        return counts, length

    def _cutter(self) -> Cut:
        known = self.vectors.settings.get("tokenizer")
        own = known if isinstance(known, Mapping) else {}
        lowercase = own.get("lowercase", True) if self.lowercase is None else self.lowercase
        kind = own.get("kind", "words") if self.tokenizer is None else self.tokenizer
        if callable(kind):
            cut: Cut = kind
            return (lambda text: cut(text.lower())) if lowercase else cut
        kinds = {"words": WordsTokenizer, "whitespace": WhitespaceTokenizer}
        if kind not in kinds:
            raise SettingError(
                f"the tokenizer is words, whitespace or a function from a text to its words, got {shown(kind)}"
            )
        tokenizer = kinds[kind](SPECIAL_TOKENS, lowercase=bool(lowercase))
        return lambda text: [
            piece for piece, _ in tokenizer.cutter.pre_tokenize_str(tokenizer.normalize(text))
        ]

    def __sklearn_clone__(self) -> Self:
        clone = type(self)(**self.get_params(deep=False))
        if hasattr(self, "_sklearn_output_config"):  # what set_output was told
            clone._sklearn_output_config = copy(self._sklearn_output_config)
        return clone

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.transformer_tags.preserves_dtype = []
        return tags


def _checked(texts: Iterable[str]) -> Iterator[str]:
    """Yield the texts; raises InputError where they are something else."""
    if isinstance(texts, str) or not isinstance(texts, Iterable):
        raise InputError(f"texts come in a list, got {shown(texts)}; try [text]")
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise InputError(f"texts are strings, got {shown(text)} at place {place}")
        yield text
