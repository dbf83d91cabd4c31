"""What a classifier begins from: word vectors, or a network that has read other text or learned other classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast, get_args

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import SettingError, VocabularyError
from nextword.neural.model import NeuralModel
from nextword.tasks.classify.member import Member
from nextword.tasks.classify.model import TextClassifier
from nextword.tasks.classify.settings import ClassifierSettings, CutKind
from nextword.text.corpus import learn_from_lines
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import VocabularyLimits

MOST_WORDS = 50_000
"""Words of the vectors, the first ones, that are kept though no training text holds them."""
SCALE = 0.25 / 3**0.5
"""How large the numbers of vectors are made: as those that begin at random."""


Encoder = Mapping[str, NDArray[np.float32]]
"""Weights of an encoder, by name."""


class Start(NamedTuple):
    """The arrays that a member begins with."""

    vectors: NDArray[np.float32]
    """(rows, E)"""
    encoder: Encoder | None = None


@dataclass(frozen=True, eq=False)
class Beginning:
    """The settings, the vocabulary and the arrays that training begins with."""

    settings: ClassifierSettings
    tokenizer: Tokenizer
    rows: NDArray[np.int64]
    """Words, by id, that have a vector to begin with."""
    starts: Sequence[Start]
    """What members begin with, in turn."""

    def of_member(self, member: int) -> Start:
        """Return what one member begins with."""
        return self.starts[member % len(self.starts)]


def at_random(texts: Sequence[str], settings: ClassifierSettings) -> Beginning:
    """Begin with the words of the texts and nothing known of them."""
    none = np.empty((0, settings.size), np.float32)
    return Beginning(settings, _tokenizer(texts, settings, ()), np.empty(0, np.int64), [Start(none)])


def from_vectors(texts: Sequence[str], settings: ClassifierSettings, vectors: WordVectors) -> Beginning:
    """Begin with word vectors: E is theirs, and their words are known though no training text holds them.

    Raises VocabularyError where no word of the texts has a vector.
    """
    settings = replace(settings, size=vectors.vector_size)
    known = set(_tokenizer(texts, settings, ()).tokens) & set(vectors.key_to_index)
    if not known:
        raise VocabularyError(
            "no word of the texts has a vector; train vectors on such text, cut into words in the same way"
        )
    tokenizer = _tokenizer(texts, settings, vectors.words[:MOST_WORDS])
    rows = [place for place, word in enumerate(tokenizer.tokens) if word in vectors.key_to_index]
    chosen = np.asarray(
        vectors.vectors[[vectors.key_to_index[tokenizer.tokens[row]] for row in rows]], dtype=np.float32
    )
    size = float(np.sqrt(np.square(chosen, dtype=np.float64).mean()))
    vectors_to_begin = chosen * np.float32(SCALE / max(size, 1e-12))
    return Beginning(settings, tokenizer, np.array(rows), [Start(vectors_to_begin)])


def from_model(settings: ClassifierSettings, model: NeuralModel) -> Beginning:
    """Begin with a language model's words and LSTMs; its sizes are taken, and texts are read from their first word on.

    Raises SettingError for a model of another kind, of text cut in a way that classifiers lack, or of layers that
    differ in size.
    """
    known = model.settings
    if known.network != "lstm":
        raise SettingError(f"a classifier begins from an lstm, this model is a {known.network}")
    if len(set(known.layer_sizes)) > 1 or known.learned_start:
        raise SettingError(
            f"a classifier's layers are all of one size and begin at zero, this model's have {known.layer_sizes}"
            f"{' and learned beginnings' if known.learned_start else ''}; train it with --hidden as its --size"
        )
    kind = model.tokenizer.kind
    if kind not in get_args(CutKind):
        raise SettingError(
            f"a classifier reads {', '.join(get_args(CutKind))}, and this model's text is cut by {kind}; train one "
            "with --tokenizer words"
        )
    settings = replace(
        settings,
        size=known.size,
        hidden=known.layer_sizes[0],
        layers=known.layers,
        directions=1,
        tokenizer=cast("CutKind", kind),
        lowercase=model.tokenizer.lowercase,
    )
    tokens = np.arange(len(model.tokenizer))
    embedding = model.arrays["embedding"][model.numbering.of(tokens)]
    encoder = {
        name.replace("layers.", "").replace(".", ".from_start.", 1): array
        for name, array in model.arrays.items()
        if name.startswith("layers.")
    }
    encoder = {f"layers.{name}": array for name, array in encoder.items()}
    tokenizer = model.tokenizer.with_special_tokens("skip")
    return Beginning(settings, tokenizer, tokens, [Start(embedding, encoder)])


def from_classifier(texts: Sequence[str], settings: ClassifierSettings, model: TextClassifier) -> Beginning:
    """Begin with the words and the LSTMs of a classifier that learned other texts: a member with each of its members.

    Its sizes and its way to cut texts are taken; what it said of its own classes is left behind. Raises SettingError
    where it has none, being a bag alone.
    """
    known = model.settings
    if not model.members:
        raise SettingError(
            "this classifier is a bag of n-grams alone (--bag 1), and has no LSTM to begin from"
        )
    settings = replace(
        settings,
        **{name: getattr(known, name) for name in ("size", "hidden", "layers", "directions", "lowercase")},
        tokenizer=known.tokenizer,
    )
    tokenizer = _tokenizer(texts, settings, model.tokenizer.tokens)
    row_of = model.tokenizer.ids
    rows = [place for place, word in enumerate(tokenizer.tokens) if word in row_of]
    known_rows = [row_of[tokenizer.tokens[row]] for row in rows]
    starts = [_start_of(member, known_rows) for member in model.members[: settings.members]]
    return Beginning(settings, tokenizer, np.array(rows), starts)


def _start_of(member: Member, rows: Sequence[int]) -> Start:
    prefix = "encoder."
    encoder = {
        name.removeprefix(prefix): each for name, each in member.arrays.items() if name.startswith(prefix)
    }
    return Start(member.arrays["embedding"][rows], encoder)


def _tokenizer(texts: Sequence[str], settings: ClassifierSettings, others: Sequence[str]) -> Tokenizer:
    """Return the tokenizer of the texts' words, and of others."""
    # A text is one line here, whatever it holds.
    lines = [" ".join(text.replace("\0", " ").split("\n")) for text in texts]
    how: dict[str, Any] = {
        "tokenizer": settings.tokenizer,
        "lowercase": settings.lowercase,
        "special_tokens": "skip",
    }
    found = learn_from_lines(lines, **how, limits=VocabularyLimits(min_count=settings.min_count)).tokenizer
    if not others:
        return found
    words = tuple(dict.fromkeys([*found.tokens, *others]))
    return learn_from_lines(lines, **how, limits=VocabularyLimits(words=words)).tokenizer
