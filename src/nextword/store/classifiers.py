"""Folders of text classifiers: save, load, replace. They are laid out as models are, and answer other questions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nextword.errors import ModelFormatError, NextwordError, SettingError, shown
from nextword.store.card import classifier_card
from nextword.store.config import CLASSIFIER_TYPE, CONFIG_FILE, Config
from nextword.store.neural import check_numbers
from nextword.store.task_folder import TENSORS_FILE, TaskFolder
from nextword.store.tensors import Array, map_tensors
from nextword.store.tokenizers import read_tokenizer
from nextword.tasks.classify.bag import Bag
from nextword.tasks.classify.model import TextClassifier
from nextword.tasks.classify.settings import ClassifierSettings

CLASSIFIERS = TaskFolder(
    model_type=CLASSIFIER_TYPE,
    command="nextword classify train FILE",
    other_files=frozenset({"tokenizer.json", "tokenizer_config.json"}),
)
PARTS = frozenset({"settings", "labels", "details"})
"""What ``config.json`` says of a classifier."""


def save_classifier(
    model: TextClassifier, path: str | Path, provenance: Mapping[str, Any] | None = None
) -> None:
    """Save a classifier as a folder, which appears whole or not at all; an older one there is replaced.

    Raises StorageError where the place cannot be written or holds something else, SettingError for numbers that no
    training leaves and for labels that are no names.
    """
    try:
        _check_labels(model.labels)
        _check_numbers(model)
    except ModelFormatError as error:
        raise SettingError(f"this classifier cannot be saved: {error}") from None
    tensors: dict[str, Array] = {
        f"members.{place}.{name}": np.ascontiguousarray(array)
        for place, member in enumerate(model.members)
        for name, array in member.arrays.items()
    }
    if model.bag is not None:
        bag = model.bag
        tensors |= {"bag.keys": bag.keys, "bag.weights": bag.weights, "bag.bias": bag.bias}
    content = {"settings": model.settings.as_dict(), "labels": model.labels, "details": model.details}
    CLASSIFIERS.save(path, tensors, content, provenance, card=classifier_card, tokenizer=model.tokenizer)


def check_classifier_target(path: str | Path) -> None:
    """Raise StorageError unless a classifier can be saved at ``path``; worth asking before long work."""
    CLASSIFIERS.check_target(path)


def load_classifier(path: str | Path, *, verify: bool | None = None) -> TextClassifier:
    """Load a classifier's folder, mapped from its files; runs no code.

    Checksums of small files are compared, of all if ``verify``, of none if it is False; so are the numbers.

    Raises ModelFormatError for anything but a classifier.
    """
    folder, config = CLASSIFIERS.open(path, verify)
    settings, labels = _settings(folder, config)
    tokenizer = read_tokenizer(folder, config.tokenizer)
    file = folder / TENSORS_FILE
    tensors = map_tensors(file)
    try:
        members = [_part(tensors, f"members.{place}.") for place in range(settings.networks)]
        bag = _bag(_part(tensors, "bag."), settings, len(tokenizer), len(labels)) if settings.bag else None
        _refuse_others(tensors)
        model = TextClassifier(settings, labels, tokenizer, members, bag, config.model.get("details"))
        if verify is not False:
            _check_numbers(model)
    except ModelFormatError as error:
        raise ModelFormatError(f"{file}: {error}; copy the classifier again, or train it again") from None
    return model


def holds_classifier(path: str | Path) -> bool:
    """Whether a folder that says it holds a classifier is at ``path``."""
    return CLASSIFIERS.holds(path)


def _check_numbers(model: TextClassifier) -> None:
    """Raise ModelFormatError for numbers that no training leaves behind."""
    for member in model.members:
        check_numbers(member.arrays)
    if model.bag is not None:
        check_numbers({"bag.weights": model.bag.weights, "bag.bias": model.bag.bias})


def _check_labels(labels: Any) -> None:
    """Raise ModelFormatError unless these are the names of two classes or more."""
    is_list = isinstance(labels, list) and all(isinstance(label, str) for label in labels)
    if not is_list or len(set(labels)) != len(labels) or len(labels) < 2:
        raise ModelFormatError(f"labels must be two names or more, each once, got {shown(labels)}")
    if any("\ud800" <= character <= "\udfff" for label in labels for character in label):
        raise ModelFormatError(f"labels are text, and half a surrogate pair is none, got {shown(labels)}")


def _part(tensors: dict[str, Array], prefix: str) -> dict[str, Array]:
    """Take the arrays whose names begin with a prefix."""
    names = [name for name in tensors if name.startswith(prefix)]
    return {name.removeprefix(prefix): tensors.pop(name) for name in names}


def _refuse_others(tensors: Mapping[str, Array]) -> None:
    if tensors:
        raise ModelFormatError(f"{shown(min(tensors))} is no part of this classifier")


def _bag(arrays: Mapping[str, Array], settings: ClassifierSettings, words: int, classes: int) -> Bag:
    keys = arrays.get("keys", np.empty(0, np.int64))
    if keys.ndim != 1:
        raise ModelFormatError(f"the n-grams of the bag are to be a row of numbers, got {shown(keys.shape)}")
    shapes = {"keys": (len(keys),), "weights": (len(keys), classes), "bias": (classes,)}
    dtypes = {"keys": np.int64, "weights": np.float32, "bias": np.float32}
    found = {name: (array.dtype, array.shape) for name, array in arrays.items()}
    if found != {name: (np.dtype(dtypes[name]), shape) for name, shape in shapes.items()}:
        raise ModelFormatError(
            f"the bag of n-grams holds {shown(found, 200)}, and its settings ask for {shapes}"
        )
    if np.any(np.diff(keys) <= 0):
        raise ModelFormatError("the n-grams of the bag are not in their order")
    return Bag(keys, arrays["weights"], arrays["bias"], words, settings.bag_order)


def _settings(folder: Path, config: Config) -> tuple[ClassifierSettings, list[str]]:
    unknown = sorted(set(config.model) - PARTS)
    if unknown:
        raise ModelFormatError(f"{folder}: unknown key {shown(unknown[0])} under model in {CONFIG_FILE}")
    content = config.model.get("settings")
    if not isinstance(content, dict) or not isinstance(config.model.get("details", {}), dict):
        raise ModelFormatError(f"{folder}: settings and details under model in {CONFIG_FILE} must be objects")
    try:
        labels: list[str] = config.model.get("labels")  # type: ignore[assignment]  # which is looked at now
        _check_labels(labels)
    except ModelFormatError as error:
        raise ModelFormatError(f"{folder}: {CONFIG_FILE}: {error}") from None
    try:
        return ClassifierSettings.from_dict(content), labels
    except (NextwordError, TypeError, ValueError) as error:
        raise ModelFormatError(f"{folder}: settings in {CONFIG_FILE} make no sense: {error}") from None
