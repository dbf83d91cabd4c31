"""A tagger as scikit-learn's estimators are: fit, predict, score."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np

from nextword.arrays import FloatArray
from nextword.errors import InputError, MissingDependencyError, shown
from nextword.tasks.tagging.evaluation import check_spans, score_tags
from nextword.tasks.tagging.files.sentences import Sentence
from nextword.tasks.tagging.settings import TaggerSettings
from nextword.tasks.tagging.train import train_tagger

try:
    from sklearn.base import BaseEstimator
    from sklearn.utils import check_random_state
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise MissingDependencyError(
        "LSTMTagger needs scikit-learn, which is not installed; try: pip install 'nextword[tasks]'"
    ) from error

Texts = Sequence[Sequence[str]]
LARGEST_SEED = 1 << 31


class LSTMTagger(BaseEstimator):  # type: ignore[misc]
    """A bidirectional LSTM with a chain of tags: X are sentences, lists of words, and y a list of tags for each.

    Parameters
    ----------
    size, characters, hidden, layers, epochs, batch, rate, dropout, held_out
        As `TaggerSettings` has them.
    random_state
        Where random numbers begin; None draws other weights each time.
    """

    def __init__(
        self,
        *,
        size: int = 100,
        characters: str = "cnn",
        hidden: int = 128,
        layers: int = 1,
        epochs: int | None = None,
        batch: int = 32,
        rate: float = 0.004,
        dropout: float = 0.4,
        held_out: float = 0.0,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.size = size
        self.characters = characters
        self.hidden = hidden
        self.layers = layers
        self.epochs = epochs
        self.batch = batch
        self.rate = rate
        self.dropout = dropout
        self.held_out = held_out
        self.random_state = random_state

    def fit(self, X: Texts, y: Texts) -> Self:
        """Learn from sentences and their tags.

        Raises SettingError for settings that make no sense, InputError for sentences that have not a tag for each word,
        MissingDependencyError without PyTorch.
        """
        self.tagger_ = train_tagger(_sentences(X, y), self._settings())
        self.classes_ = self.tagger_.answers
        return self

    def predict(self, X: Texts) -> list[list[str]]:
        """Return the tags of each sentence."""
        check_is_fitted(self)
        return list(self.tagger_.tag(X))

    def predict_proba(self, X: Texts) -> list[FloatArray]:
        """Return P(tag) of each word, (T, K) for each sentence, in the order of ``tagger_.tags``.

        Those are the tags of the chain, which tells first and last words of spans apart; ``classes_`` are those that
        `predict` may answer.
        """
        check_is_fitted(self)
        return list(self.tagger_.probabilities(X))

    def score(self, X: Texts, y: Texts) -> float:
        """Return F1 of spans where tags mark spans, or else the share of words tagged right.

        Raises InputError for lists of other lengths, and for tags that mark no spans where those learned do.
        """
        check_is_fitted(self)
        sentences = _sentences(X, y)
        check_spans(self.tagger_, sentences)
        return score_tags(self.tagger_, sentences).measure

    def _settings(self) -> TaggerSettings:
        chosen = self.get_params()
        state = chosen.pop("random_state")
        # A number is the seed itself, so that it gives the weights that the command line gives with it.
        is_number = isinstance(state, int | np.integer)
        seed = int(state) if is_number else int(check_random_state(state).randint(LARGEST_SEED))
        return replace(TaggerSettings.from_dict(chosen), seed=seed)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.two_d_array = False
        return tags


def _sentences(X: Texts, y: Texts) -> list[Sentence]:
    if len(X) != len(y):
        raise InputError(f"{len(X)} sentences need as many lists of tags, got {len(y)}")
    for words, tags in zip(X, y, strict=True):
        if isinstance(words, str) or len(words) != len(tags):
            raise InputError(
                f"a sentence is a list of words with a tag for each, got {shown(words)} and {shown(tags)}"
            )
    return [Sentence(words=tuple(words), tags=tuple(tags)) for words, tags in zip(X, y, strict=True)]
