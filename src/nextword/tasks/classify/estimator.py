"""The text classifier as an estimator of scikit-learn."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nextword.errors import InputError, MissingDependencyError, SettingError, shown
from nextword.tasks.classify.model import checked_texts
from nextword.tasks.classify.preparing import Begin
from nextword.tasks.classify.settings import ClassifierSettings
from nextword.tasks.classify.train import train_classifier

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, column_or_1d
except ImportError as error:
    raise MissingDependencyError(
        "LSTMClassifier needs scikit-learn, which is not installed; try: pip install 'nextword[tasks]'"
    ) from error

NAMED = (
    "size", "hidden", "layers", "directions", "pooling", "members", "bag", "epochs", "rate", "word_dropout",
    "input_dropout", "output_dropout",
)  # fmt: skip
"""Settings that are parameters of their own."""
LARGEST_SEED = 1 << 31


class LSTMClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A scikit-learn classifier of texts: an LSTM that reads them, and a bag of n-grams beside it.

    Parameters
    ----------
    begin
        Word vectors of ``nextword.load_vectors``, an LSTM language model of ``nextword.load_model``, or a
        classifier of ``nextword.load_classifier``.
    size, hidden, layers, directions, pooling, members, bag, epochs, rate, word_dropout, input_dropout, output_dropout
        As `ClassifierSettings` says.
    settings
        A dictionary of any other settings.
    random_state
        Where random numbers begin; None draws other weights each time.
    """

    def __init__(
        self,
        *,
        begin: Begin = None,
        size: int = 100,
        hidden: int = 100,
        layers: int = 1,
        directions: int = 2,
        pooling: str = "mean+max",
        members: int = 1,
        bag: float = 0.5,
        epochs: int = 10,
        rate: float = 0.003,
        word_dropout: float = 0.1,
        input_dropout: float = 0.3,
        output_dropout: float = 0.5,
        settings: dict[str, Any] | None = None,
        random_state: Any = None,
    ) -> None:
        self.begin = begin
        self.size = size
        self.hidden = hidden
        self.layers = layers
        self.directions = directions
        self.pooling = pooling
        self.members = members
        self.bag = bag
        self.epochs = epochs
        self.rate = rate
        self.word_dropout = word_dropout
        self.input_dropout = input_dropout
        self.output_dropout = output_dropout
        self.settings = settings
        self.random_state = random_state

    def fit(self, X: Iterable[str], y: Any) -> Self:
        """Learn from texts and the class of each, (N,).

        Raises SettingError for settings that make no sense, InputError for what is no list of texts.
        """
        texts = checked_texts(X)  # type: ignore[arg-type]
        classes = column_or_1d(y, warn=True)
        check_classification_targets(classes)
        if len(texts) != len(classes):
            raise InputError(f"each text has a class, got {len(texts):,} texts and {len(classes):,} classes")
        self.classes_, places = np.unique(classes, return_inverse=True)
        if len(self.classes_) < 2:
            raise InputError(
                f"a classifier tells classes apart, and there is one class, {shown(self.classes_[0])}; give two"
            )
        # Names of one length, so that they are in the order of the classes, whatever those are.
        names = [f"{place:09d}" for place in range(len(self.classes_))]
        self.model_ = train_classifier(
            texts, [names[place] for place in places], self._settings(), begin=self.begin
        )
        self.model_.labels = [str(each) for each in self.classes_]
        return self

    def predict_proba(self, X: Iterable[str]) -> NDArray[np.float64]:
        """Return P(class | text), (N, C), with columns as in ``classes_``; raises InputError for no list of texts."""
        check_is_fitted(self)
        return np.asarray(self.model_.probabilities(checked_texts(X)), np.float64)  # type: ignore[arg-type]

    def predict(self, X: Iterable[str]) -> NDArray[Any]:
        """Return the likeliest class of each text, (N,); raises InputError for what is no list of texts."""
        probabilities = self.predict_proba(X)
        found: NDArray[Any] = self.classes_[probabilities.argmax(axis=1)]
        return found

    def __sklearn_clone__(self) -> Self:
        # Vectors and models are never changed, so that a search over settings need not copy them.
        parameters = self.get_params(deep=False)
        copied = {name: value if name == "begin" else deepcopy(value) for name, value in parameters.items()}
        clone = type(self)(**copied)
        if hasattr(self, "_metadata_request"):
            clone._metadata_request = deepcopy(self._metadata_request)
        return clone

    def _settings(self) -> ClassifierSettings:
        chosen = {name: getattr(self, name) for name in NAMED}
        others = self.settings or {}
        if not isinstance(others, dict) or set(others) & {*NAMED, "seed"}:
            raise SettingError(
                f"settings are a dictionary of those that are no parameter of their own, got {shown(others)}"
            )
        settings = ClassifierSettings.from_dict({**chosen, **others})
        state = self.random_state
        is_number = isinstance(state, int | np.integer)
        return replace(
            settings, seed=int(state) if is_number else int(check_random_state(state).randint(LARGEST_SEED))
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.non_deterministic = False
        return tags
