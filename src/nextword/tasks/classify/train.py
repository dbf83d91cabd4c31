"""From labelled texts to a classifier."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import InputError, MissingDependencyError, SettingError, shown
from nextword.lm.checks import check_count
from nextword.neural.model import NeuralModel
from nextword.tasks.classify.bag_learning import learn_bag
from nextword.tasks.classify.beginning import Beginning, at_random, from_classifier, from_model, from_vectors
from nextword.tasks.classify.model import TextClassifier, check_is_text, checked_texts, encode
from nextword.tasks.classify.progress import Progress
from nextword.tasks.classify.settings import ClassifierSettings
from nextword.text.vocabulary import UNKNOWN

if TYPE_CHECKING:
    from nextword.tasks.classify.under_way import UnderWay

Begin = WordVectors | NeuralModel | TextClassifier | None

MOST_THREADS = 1 << 12


def train_classifier(
    texts: Sequence[str],
    labels: Sequence[str],
    settings: ClassifierSettings | None = None,
    *,
    begin: Begin = None,
    threads: int = 1,
    progress: Callable[[Progress], None] | None = None,
    under_way: "UnderWay | None" = None,
) -> TextClassifier:
    """Train a classifier on texts and the name of each one's class.

    ``begin`` are word vectors, an LSTM language model or another classifier to begin from: their sizes replace those of
    the settings. With one of ``threads`` the same seed gives the same weights, and networks this small gain little from
    more. ``under_way`` is where the training stands, at its beginning if not given.

    Raises InputError for texts of one class only, SettingError for a beginning that does not fit,
    MissingDependencyError where PyTorch is not installed.
    """
    settings = settings or ClassifierSettings()
    check_count("threads", threads, 1, MOST_THREADS)
    texts = checked_texts(texts)
    names = check_labels(texts, labels)
    beginning = begin_with(texts, settings, begin)
    settings, tokenizer = beginning.settings, beginning.tokenizer
    read = [encode(tokenizer, text, settings.longest) for text in texts]
    classes = np.array([names.index(label) for label in labels])
    bag, way = None, None
    if settings.bag:
        bag, way = learn_bag(read, classes, len(names), len(tokenizer), settings.bag_order)
    try:
        from nextword.tasks.classify.training import arrays_of, computing_with, new_network, train_member
        from nextword.tasks.classify.under_way import UnderWay
    except ImportError as error:
        raise MissingDependencyError(
            "classifiers are trained by PyTorch, which is not installed; try: pip install 'nextword[neural]'"
        ) from error
    # Only words that are met learn: a step costs as much as they are many, however many the vectors know.
    met = np.union1d(np.concatenate(read), [UNKNOWN]).astype(np.int64)  # (M,)
    numbered = [np.searchsorted(met, text).astype(np.int32) for text in read]
    under_way = under_way or UnderWay()
    with computing_with(threads):
        for member in range(len(under_way.members), settings.members):
            seed = member_seed(settings.seed, member)
            network = new_network(beginning, met, len(names), seed, member)
            for event in train_member(network, numbered, classes, seed, member, under_way):
                if progress is not None:
                    progress(event)
            under_way.end_member(arrays_of(network, beginning, met, member))
    details = {"texts": len(texts), "vocabulary": len(tokenizer), "loss": float(np.mean(under_way.losses))}
    if way is not None:
        details |= {"bag_idf": way.idf, "bag_strength": way.strength}
    return TextClassifier(settings, names, tokenizer, under_way.members, bag, details)


def member_seed(seed: int, member: int) -> int:
    """Return where the random numbers of a member begin, who shares them with no member of another seed.

    >>> member_seed(1, 0), member_seed(1, 1) == member_seed(2, 0)
    (1, False)
    """
    return (
        seed if member == 0 else int(np.random.SeedSequence((seed, member)).generate_state(1, np.uint64)[0])
    )


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
