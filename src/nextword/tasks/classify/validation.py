"""Cross-validation: each text is answered by what was trained without it, and baselines answer the same folds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nextword.errors import InputError, MissingDependencyError, SettingError
from nextword.tasks.classify.labelled import LabelledTexts
from nextword.tasks.classify.measures import Measures, measure
from nextword.tasks.classify.model import TextClassifier
from nextword.tasks.classify.preparing import Begin
from nextword.tasks.classify.settings import ClassifierSettings
from nextword.tasks.classify.train import train_classifier

Learn = Callable[[Sequence[str], Sequence[str], int], TextClassifier]
"""From training texts, their labels and a seed to a classifier."""

LARGEST_SEED = 1 << 32
"""Scikit-learn's seeds are below it."""
CLASSIFIER = "classifier"
LSTM_ALONE, BAG_ALONE = "its LSTM alone", "its bag alone"


@dataclass(frozen=True, eq=False)
class SystemReport:
    """How one system did: measures of each seed, over all folds, and the accuracy of each fold."""

    name: str
    seeds: list[Measures]
    fold_accuracies: list[float]

    def mean(self, name: str) -> float:
        """Return the mean of a measure over seeds: accuracy, matthews or macro_f1."""
        return float(np.mean([getattr(each, name) for each in self.seeds]))

    def spread(self, name: str) -> float:
        """Return the standard deviation of a measure over seeds."""
        return float(np.std([getattr(each, name) for each in self.seeds]))

    @property
    def fold_spread(self) -> float:
        """The standard deviation of the accuracy over all folds of all seeds."""
        return float(np.std(self.fold_accuracies))

    @property
    def confusion(self) -> NDArray[np.int64]:
        """What was taken for what, (C, C), added up over seeds."""
        total: NDArray[np.int64] = np.sum([each.confusion for each in self.seeds], axis=0)
        return total


def cross_validate(
    data: LabelledTexts,
    settings: ClassifierSettings,
    *,
    begin: Begin = None,
    learn: Learn | None = None,
    folds: int = 10,
    seeds: int = 3,
    threads: int = 1,
    progress: Callable[[int], None] | None = None,
) -> list[SystemReport]:
    """Return how a classifier, its parts and the baselines do in ``folds`` stratified folds, ``seeds`` times over.

    Each seed cuts other folds and draws other weights. ``progress`` is told of each fold that is done. With ``learn``
    it makes the classifiers, so that settings can be chosen, from the training texts of each fold alone.

    Raises InputError where a class has fewer texts than there are folds, SettingError for fewer than 2 folds or 1
    seed, MissingDependencyError where PyTorch or scikit-learn is not installed.
    """

    if seeds < 1:
        raise SettingError(f"there is at least 1 seed, got {seeds}; 3 shows how much chance has its part")

    def usual(texts: Sequence[str], labels: Sequence[str], seed: int) -> TextClassifier:
        return train_classifier(texts, labels, replace(settings, seed=seed), begin=begin, threads=threads)

    answers: dict[str, list[tuple[int, list[str], list[str]]]] = {}
    for number in range(seeds):
        seed = settings.seed + number
        for train, test in stratified_folds(data, folds, seed):
            texts, labels = [data.texts[row] for row in train], [data.labels[row] for row in train]
            others, truth = [data.texts[row] for row in test], [data.labels[row] for row in test]
            model = (learn or usual)(texts, labels, seed)
            for name, found in _answered(model, texts, labels, others).items():
                answers.setdefault(name, []).append((number, truth, found))
            if progress is not None:
                progress(1)
    names = sorted(set(data.labels))
    return [_report(name, names, told, seeds) for name, told in answers.items()]


def stratified_folds(
    data: LabelledTexts, folds: int, seed: int
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield the places of training and of test texts: ``folds`` parts in which classes have their shares.

    Raises InputError where a class has fewer texts than there are folds, SettingError for fewer than 2 folds.
    """
    try:
        from sklearn.model_selection import StratifiedKFold
    except ImportError as error:
        raise MissingDependencyError(
            "folds are cut by scikit-learn, which is not installed; try: pip install 'nextword[tasks]'"
        ) from error
    if folds < 2:
        raise SettingError(f"there are at least 2 folds, got {folds}; 10 is usual")
    data.check_classes()
    fewest = min(map(data.labels.count, sorted(set(data.labels))))
    if fewest < folds:
        raise InputError(
            f"a class has {fewest} texts, fewer than the {folds} folds; give --folds {max(2, fewest)}, or more texts"
        )
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed % LARGEST_SEED)
    yield from splitter.split(np.zeros(len(data)), data.labels)


def _answered(
    model: TextClassifier, texts: Sequence[str], labels: Sequence[str], others: Sequence[str]
) -> dict[str, list[str]]:
    """Return what each system answers, by its name."""
    from nextword.tasks.classify.baselines import BASELINES

    found = {CLASSIFIER: model.predict(others), **_parts(model, others)}
    return found | {name: baseline(texts, labels, others) for name, baseline in BASELINES.items()}


def _parts(model: TextClassifier, texts: Sequence[str]) -> dict[str, list[str]]:
    """Return what the LSTMs and the bag of a classifier answer alone, where it has both."""
    if model.bag is None or model.settings.bag == 1:
        return {}
    read = [model.encode(text) for text in texts]
    lstm = np.mean([member.probabilities(read) for member in model.members], axis=0)
    parts = {LSTM_ALONE: lstm, BAG_ALONE: model.bag.probabilities(read)}
    return {name: [model.labels[row.argmax()] for row in found] for name, found in parts.items()}


def _report(
    name: str, labels: Sequence[str], told: Sequence[tuple[int, list[str], list[str]]], seeds: int
) -> SystemReport:
    by_fold = [measure(labels, truth, found) for _, truth, found in told]
    by_seed = [
        Measures(
            list(labels),
            np.sum(
                [each.confusion for (of, _, _), each in zip(told, by_fold, strict=True) if of == seed], axis=0
            ),
        )
        for seed in range(seeds)
    ]
    return SystemReport(name, by_seed, [each.accuracy for each in by_fold])
