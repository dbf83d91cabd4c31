"""A tagger that answers: sentences in, a tag for each word out. PyTorch is not needed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray, IntArray
from nextword.errors import InputError, ModelFormatError, shown
from nextword.neural.encoder.batches import sorted_batches
from nextword.tasks.tagging.crf.chain import Chain
from nextword.tasks.tagging.lexicon import Lexicon
from nextword.tasks.tagging.numbering import number_features, number_forms, number_sentences
from nextword.tasks.tagging.reader import TaggerReader
from nextword.tasks.tagging.settings import TaggerSettings
from nextword.tasks.tagging.spans.schemes import allowed_steps, labels_of, tags_of
from nextword.tasks.tagging.spans.spans import Scheme, Span, find_spans, rewritten

BATCH = 64
"""Sentences of like lengths that are read side by side."""
MOST_REMEMBERED = 1 << 17
"""Forms whose vectors are kept; beyond, all are forgotten and looked up anew."""
PIECE = 2048
"""Forms whose characters are read at once."""

Words = Sequence[str]
Features = Sequence[Sequence[str]]
"""What each column of features says of each word of a sentence."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A batch of sentences: their places among all, and what was found of their words."""

    rows: IntArray
    scores: FloatArray
    """(N, K), sentence after sentence"""
    starts: IntArray
    """(S + 1,), where each sentence begins"""


class SequenceTagger:
    """A trained tagger; raises ModelFormatError for arrays that do not fit its settings.

    ``scheme`` is the one in which spans are answered, None where tags mark none; ``layout`` says where words, tags and
    features stood in the training file.
    """

    def __init__(
        self,
        settings: TaggerSettings,
        lexicon: Lexicon,
        arrays: Mapping[str, NDArray[np.float32]],
        scheme: Scheme | None = None,
        layout: Mapping[str, Any] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        if not lexicon.tags:
            raise ModelFormatError("a tagger has tags, and this one has 0")
        self.settings, self.lexicon, self.arrays = settings, lexicon, arrays
        self.scheme, self.layout, self.details = scheme, dict(layout or {}), dict(details or {})
        self.reader = TaggerReader(settings, lexicon, arrays)
        allowed = None
        if scheme is not None and settings.constrained:
            allowed = allowed_steps(lexicon.tags, settings.scheme)
        self.chain = Chain.of(arrays["steps"], arrays["start"], arrays["end"], allowed)
        self.log: list[dict[str, Any]] = []
        self._rows: dict[str, int] = {}
        self._vectors: FloatArray = np.zeros((0, 0), dtype=np.float32)
        self._lock = Lock()

    @property
    def tags(self) -> list[str]:
        """The tags of the chain, in the order of `probabilities`' columns."""
        return list(self.lexicon.tags)

    @property
    def answers(self) -> list[str]:
        """The tags that `tag` may answer, in alphabetical order: those of spans in the scheme of the training file."""
        return self.tags if self.scheme is None else sorted(tags_of(labels_of(self.tags), self.scheme))

    @property
    def parameters(self) -> int:
        """How many numbers were learned."""
        return sum(array.size for array in self.arrays.values())

    def tag(self, sentences: Sequence[Words], features: Sequence[Features] | None = None) -> list[list[str]]:
        """Return the likeliest tags of each sentence, a list of words, together.

        ``features`` are needed by a model that was trained with some. Raises InputError for what is no list of words,
        and for features that are not there.
        """
        found: list[list[str]] = [[] for _ in sentences]
        for batch in self._batches(sentences, features):
            best, _ = self.chain.best(batch.scores, batch.starts)
            for row, begin, end in zip(batch.rows, batch.starts, batch.starts[1:], strict=False):
                tags = [self.lexicon.tags[tag] for tag in best[begin:end]]
                found[row] = tags if self.scheme is None else rewritten(tags, self.scheme)
        return found

    def spans(
        self, sentences: Sequence[Words], features: Sequence[Features] | None = None
    ) -> list[list[Span]]:
        """Return the spans of each sentence; raises what `tag` does, and InputError where tags mark none."""
        if self.scheme is None:
            raise InputError(f"these tags mark no spans: {shown(self.tags)}; ask for the tags")
        return [find_spans(tags) for tags in self.tag(sentences, features)]

    def probabilities(
        self, sentences: Sequence[Words], features: Sequence[Features] | None = None
    ) -> list[FloatArray]:
        """Return P(tag | sentence) of each word, (T, K) for each sentence, in the order of `tags`."""
        found: list[FloatArray] = [np.zeros((0, len(self.tags))) for _ in sentences]
        for batch in self._batches(sentences, features):
            _, marginals, _ = self.chain.weigh(batch.scores, batch.starts)
            for row, begin, end in zip(batch.rows, batch.starts, batch.starts[1:], strict=False):
                found[row] = marginals[begin:end]
        return found

    def tag_probabilities(
        self, sentences: Sequence[Words], features: Sequence[Features] | None, tags: Sequence[Sequence[str]]
    ) -> list[list[float]]:
        """Return how probable given tags are, each by itself: a number a word of each sentence.

        Raises what `tag` does, and InputError for a tag that the chain has not.
        """
        inner = [each if self.scheme is None else rewritten(each, self.settings.scheme) for each in tags]
        ids = self.lexicon.tag_ids
        unknown = sorted({tag for each in inner for tag in each} - set(ids))
        if unknown:
            raise InputError(f"the tag {shown(unknown[0])} is none of {shown(self.tags)}")
        found = self.probabilities(sentences, features)
        return [
            [float(row[ids[tag]]) for row, tag in zip(rows, each, strict=True)]
            for rows, each in zip(found, inner, strict=True)
        ]

    def _batches(self, sentences: Sequence[Words], features: Sequence[Features] | None) -> Iterator[Tagged]:
        """Yield the scores of all sentences with words, those of like lengths together."""
        numbers = self._check(sentences, features)
        forms, places = number_sentences(sentences)
        vectors, rows_of = self._look_up(forms)
        lengths = np.array([len(each) for each in places], dtype=np.int64)
        for rows in sorted_batches(lengths, BATCH):
            rows = rows[lengths[rows] > 0]
            if not len(rows):
                continue
            words = [vectors[rows_of[places[row]]] for row in rows]
            scores = self.reader.scores(words, [numbers[row] for row in rows])
            yield Tagged(rows, scores, np.concatenate([[0], np.cumsum(lengths[rows])]))

    def _look_up(self, forms: list[str]) -> tuple[FloatArray, IntArray]:
        """Return a table of vectors, and the row of each form; characters of a form are read once, and remembered."""
        with self._lock:
            if len(self._rows) + len(forms) > MOST_REMEMBERED:
                self._rows, self._vectors = {}, self._vectors[:0]
            new = [form for form in forms if form not in self._rows]
            found = [
                self.reader.word_vectors(
                    number_forms(new[begin : begin + PIECE], self.lexicon, self.settings)
                )
                for begin in range(0, len(new), PIECE)
            ]
            if found:
                kept = [self._vectors] if len(self._rows) else []
                self._vectors = np.concatenate([*kept, *found])
                self._rows = self._rows | {form: len(self._rows) + place for place, form in enumerate(new)}
            return self._vectors, np.array([self._rows[form] for form in forms], dtype=np.int64)

    def _check(self, sentences: Sequence[Words], features: Sequence[Features] | None) -> list[IntArray]:
        """Return the numbers of the features; raises InputError for what are no sentences of this tagger."""
        if isinstance(sentences, str) or any(isinstance(words, str) for words in sentences):
            raise InputError(
                "sentences are lists of words, got a text; cut it into words first, as in [text.split()]"
            )
        columns = len(self.lexicon.features)
        given: Sequence[Features] = [()] * len(sentences) if features is None else features
        if len(given) != len(sentences):
            raise InputError(f"{len(sentences)} sentences need as many features, got {len(given)}")
        for words, each in zip(sentences, given, strict=True):
            if len(each) != columns or any(len(values) != len(words) for values in each):
                raise InputError(
                    f"this tagger looks at {columns} columns of features beside the words, a value a word, got "
                    f"{shown(each)} for {shown(list(words))}"
                )
        return [number_features(each, self.lexicon) for each in given]
