"""From labelled texts to a classifier."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nextword.errors import MissingDependencyError
from nextword.lm.checks import check_count
from nextword.tasks.classify.model import TextClassifier
from nextword.tasks.classify.preparing import Begin as Begin
from nextword.tasks.classify.preparing import Prepared, prepare
from nextword.tasks.classify.progress import Progress
from nextword.tasks.classify.settings import ClassifierSettings
from nextword.text.vocabulary import UNKNOWN

if TYPE_CHECKING:
    from nextword.tasks.classify.under_way import UnderWay

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

    Raises what `prepare` does, and MissingDependencyError where PyTorch is not installed.
    """
    check_count("threads", threads, 1, MOST_THREADS)
    prepared = prepare(texts, labels, settings or ClassifierSettings(), begin)
    return train_prepared(prepared, threads=threads, progress=progress, under_way=under_way)


def train_prepared(
    prepared: Prepared,
    *,
    threads: int = 1,
    progress: Callable[[Progress], None] | None = None,
    under_way: "UnderWay | None" = None,
) -> TextClassifier:
    """Train the LSTMs of a classifier on texts that are prepared, as `train_classifier` does.

    Raises MissingDependencyError where PyTorch is not installed.
    """
    check_count("threads", threads, 1, MOST_THREADS)
    try:
        from nextword.neural.training.devices import computing_with
        from nextword.tasks.classify.training import arrays_of, new_network, train_member
        from nextword.tasks.classify.under_way import UnderWay
    except ImportError as error:
        raise MissingDependencyError(
            "classifiers are trained by PyTorch, which is not installed; try: pip install 'nextword[neural]'"
        ) from error
    beginning, names, read = prepared.beginning, prepared.names, prepared.texts
    settings, tokenizer = beginning.settings, beginning.tokenizer
    # Only words that are met learn: a step costs as much as they are many, however many the vectors know.
    met = np.union1d(np.concatenate(read), [UNKNOWN]).astype(np.int64)  # (M,)
    numbered = [np.searchsorted(met, text).astype(np.int32) for text in read]
    under_way = under_way or UnderWay()
    with computing_with(threads):
        for member in range(len(under_way.members), settings.networks):
            seed = member_seed(settings.seed, member)
            network = new_network(beginning, met, len(names), seed, member)
            for event in train_member(network, numbered, prepared.classes, seed, member, under_way):
                if progress is not None:
                    progress(event)
            under_way.end_member(arrays_of(network, beginning, met, member))
    details: dict[str, Any] = {"texts": len(read), "vocabulary": len(tokenizer)}
    if under_way.losses:
        details["loss"] = float(np.mean(under_way.losses))
    if prepared.way is not None:
        details |= {"bag_idf": prepared.way.idf, "bag_strength": prepared.way.strength}
    return TextClassifier(settings, names, tokenizer, under_way.members, prepared.bag, details)


def member_seed(seed: int, member: int) -> int:
    """Return where the random numbers of a member begin, who shares them with no member of another seed.

    >>> member_seed(1, 0), member_seed(1, 1) == member_seed(2, 0)
    (1, False)
    """
    return (
        seed if member == 0 else int(np.random.SeedSequence((seed, member)).generate_state(1, np.uint64)[0])
    )
