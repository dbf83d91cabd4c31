"""What is done before a classifier's LSTMs learn: texts are read, classes named, and n-grams weighed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nextword.arrays import IntArray, TokenIds
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import InputError, SettingError, shown
from nextword.neural.model import NeuralModel
from nextword.tasks.classify.bag import Bag
from nextword.tasks.classify.bag_learning import Way, learn_bag
from nextword.tasks.classify.beginning import Beginning, at_random, from_classifier, from_model, from_vectors
from nextword.tasks.classify.model import TextClassifier, check_is_text, checked_texts, encode
from nextword.tasks.classify.settings import ClassifierSettings

Begin = WordVectors | NeuralModel | TextClassifier | None


@dataclass(frozen=True, eq=False)
class Prepared:
    """Texts that are ready to be learned from."""

    beginning: Beginning
    names: list[str]
    """Of the C classes."""
    texts: list[TokenIds]
    """The words of each of N texts, by id."""
    classes: IntArray
    """(N,), each from 0 to C - 1."""
    bag: Bag | None
    way: Way | None
    """How the bag's n-grams were weighed."""


def prepare(
    texts: Sequence[str], labels: Sequence[str], settings: ClassifierSettings, begin: Begin = None
) -> Prepared:
    """Read texts and weigh their n-grams, which may take a while.

    Raises InputError for texts of one class only, SettingError for a beginning that does not fit, VocabularyError where
    the texts hold no known word, MissingDependencyError where scikit-learn is not installed.
    """
    texts = checked_texts(texts)
    names = check_labels(texts, labels)
    beginning = begin_with(texts, settings, begin)
    settings, tokenizer = beginning.settings, beginning.tokenizer
    read = [encode(tokenizer, text, settings.longest) for text in texts]
    place_of = {name: place for place, name in enumerate(names)}
    classes = np.array([place_of[label] for label in labels])
    bag, way = None, None
    if settings.bag:
        bag, way = learn_bag(read, classes, len(names), len(tokenizer), settings.bag_order)
    return Prepared(beginning, names, read, classes, bag, way)


def begin_with(texts: Sequence[str], settings: ClassifierSettings, begin: Begin) -> Beginning:
    """Return what training begins with; raises SettingError for what nothing can begin from."""
    if begin is None:
        return at_random(texts, settings)
    if isinstance(begin, WordVectors):
        return from_vectors(texts, settings, begin)
    if isinstance(begin, NeuralModel):
        return from_model(settings, begin)
    if isinstance(begin, TextClassifier):
        return from_classifier(texts, settings, begin)
    raise SettingError(f"a classifier begins from word vectors, an LSTM or a classifier, got {shown(begin)}")


def check_labels(texts: Sequence[str], labels: Sequence[str]) -> list[str]:
    """Return the names of the classes, sorted; raises InputError where there are not at least two, or no names."""
    if len(texts) != len(labels):
        raise InputError(f"each text has a label, got {len(texts):,} texts and {len(labels):,} labels")
    for place, label in enumerate(labels):
        if not isinstance(label, str):
            raise InputError(f"labels are strings, got {shown(label)} at place {place}; try str(label)")
    names = sorted({str(label) for label in labels})
    for name in names:
        check_is_text("a label", name)
    if len(names) < 2:
        what = f"all {len(texts):,} texts are {shown(names[0])}" if names else "there are no texts"
        raise InputError(f"a classifier tells classes apart, and {what}; give texts of at least two classes")
    return names
