"""A trained text classifier, which answers without PyTorch."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray, TokenIds
from nextword.errors import InputError, ModelFormatError, shown
from nextword.tasks.classify.bag import Bag
from nextword.tasks.classify.member import Member
from nextword.tasks.classify.settings import ClassifierSettings
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import UNKNOWN

Arrays = Mapping[str, NDArray[np.float32]]


class TextClassifier:
    """P(class | text): the mean of some LSTMs' answers, and a bag of n-grams' where the settings give it a share.

    ``details`` say how it was trained. Raises ModelFormatError for parts that do not fit together.
    """

    model_type = "classifier"

    def __init__(
        self,
        settings: ClassifierSettings,
        labels: Sequence[str],
        tokenizer: Tokenizer,
        members: Sequence[Arrays],
        bag: Bag | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        if len(members) != settings.networks or (bag is None) != (settings.bag == 0):
            raise ModelFormatError(
                f"a classifier of {settings.networks} members and a bag's share of {settings.bag:g} has "
                f"{len(members)} and {'no' if bag is None else 'a'} bag"
            )
        self.settings, self.tokenizer, self.bag = settings, tokenizer, bag
        self.labels = list(labels)
        """C names of classes; columns of probabilities are in this order."""
        self.members = [Member(settings, arrays, len(tokenizer), len(labels)) for arrays in members]
        self.details = dict(details or {})

    def __repr__(self) -> str:
        return f"<TextClassifier: {', '.join(map(shown, self.labels[:6]))}; {self.parameters:,} parameters>"

    @property
    def parameters(self) -> int:
        """How many numbers were learned."""
        bag = 0 if self.bag is None else self.bag.weights.size
        return bag + sum(array.size for member in self.members for array in member.arrays.values())

    def probabilities(self, texts: Sequence[str]) -> FloatArray:
        """Return P(class | text), (N, C); the columns are those of ``labels``.

        Raises InputError for what is no list of texts.
        """
        return self.probabilities_of([self.encode(text) for text in checked_texts(texts)])

    def probabilities_of(self, texts: Sequence[TokenIds]) -> FloatArray:
        """Return P(class | text), (N, C), for texts that are read already."""
        if not texts:
            return np.empty((0, len(self.labels)))
        share = self.settings.bag
        found: FloatArray = np.zeros((len(texts), len(self.labels)))
        if share < 1:
            found += (1 - share) * np.mean([member.probabilities(texts) for member in self.members], axis=0)
        if self.bag is not None:
            found += share * self.bag.probabilities(texts)
        return found

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the likeliest class of each text; raises InputError for what is no list of texts."""
        return [self.labels[place] for place in self.probabilities(texts).argmax(axis=1)]

    def encode(self, text: str) -> TokenIds:
        """Return the ids of a text as the LSTMs read it: at least one, and no more than ``longest``."""
        return encode(self.tokenizer, text, self.settings.longest)


def encode(tokenizer: Tokenizer, text: str, longest: int) -> TokenIds:
    """Return the ids of a text: the unknown word where there are none, and no more than ``longest``."""
    ids = tokenizer.encode(text)[:longest]
    return ids if len(ids) else np.array([UNKNOWN], dtype=np.int32)


def checked_texts(texts: Sequence[str]) -> list[str]:
    """Return texts as a list; raises InputError where they are something else."""
    if isinstance(texts, str) or not hasattr(texts, "__iter__"):
        raise InputError(f"texts come in a list, got {shown(texts)}; try [text]")
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise InputError(f"texts are strings, got {shown(text)} at place {place}")
        check_is_text(f"the text at place {place}", text)
    return [str(text) for text in texts]


def check_is_text(what: str, text: str) -> None:
    """Raise InputError for a string that no file can hold: one with half a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"{what} holds half a surrogate pair, {shown(text[error.start])}, which is no character; read it again "
            "with its right encoding"
        ) from None
