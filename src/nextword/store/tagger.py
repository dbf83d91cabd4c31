"""Folders of taggers: save, load, replace. They are laid out as models are, and answer other questions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import numpy as np

from nextword.errors import ModelFormatError, NextwordError, SettingError, shown
from nextword.store.card import tagger_card
from nextword.store.config import CONFIG_FILE, TAGGER_TYPE
from nextword.store.files import LOG_FILE
from nextword.store.task_folder import TENSORS_FILE, TaskFolder
from nextword.store.tensors import Array, map_tensors
from nextword.tasks.tagging.files.layout import Layout
from nextword.tasks.tagging.lexicon import Lexicon
from nextword.tasks.tagging.model import SequenceTagger
from nextword.tasks.tagging.settings import TaggerSettings
from nextword.tasks.tagging.spans.spans import Scheme, marks_spans

TAGGERS = TaskFolder(
    model_type=TAGGER_TYPE, command="nextword tag train FILE", other_files=frozenset({LOG_FILE})
)
PARTS = frozenset({"settings", "scheme", "columns", "layout", "details"})
"""What ``config.json`` says of a tagger: its settings, the scheme of its answers, how many columns of features it looks
at, where things stood in the training file, and how training went."""
NAMES = "names."
"""What the names of arrays begin with that hold words, characters and tags."""
MOST_COLUMNS = 1 << 10
LARGEST = 1e4
"""What no number of a tagger is above; trained ones are far below."""
LARGEST_SCORE = 150.0
"""What no score of a tag or a step is above: weights of paths are then far from the ends of what numbers can hold."""


def save_tagger(
    tagger: SequenceTagger, path: str | Path, provenance: Mapping[str, Any] | None = None
) -> None:
    """Save a tagger as a folder, which appears whole or not at all; an older tagger there is replaced.

    Raises StorageError where the place cannot be written or holds something else, SettingError for numbers that no
    training leaves.
    """
    weights = {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in tagger.arrays.items()}
    try:
        _check_numbers(weights)
    except ModelFormatError as error:
        raise SettingError(
            f"this tagger cannot be saved: {error}; train it with a lower rate, or with fewer hidden units"
        ) from None
    model = {
        "settings": tagger.settings.as_dict(),
        "scheme": tagger.scheme,
        "columns": len(tagger.lexicon.features),
        "layout": tagger.layout,
        "details": tagger.details,
    }
    TAGGERS.save(
        path,
        weights | tagger.lexicon.tensors(),
        model,
        provenance,
        card=lambda config: tagger_card(config, tagger.tags),
        log=tagger.log,
    )


def check_tagger_target(path: str | Path) -> None:
    """Raise StorageError unless a tagger can be saved at ``path``; worth asking before long work."""
    TAGGERS.check_target(path)


def load_tagger(path: str | Path, *, verify: bool | None = None) -> SequenceTagger:
    """Load a tagger, mapped from its file; runs no code and needs no PyTorch.

    All its numbers are looked at, unless ``verify`` is False; ``verify=True`` compares a large file's checksum, too.
    Raises ModelFormatError for anything but a tagger.
    """
    folder, config = TAGGERS.open(path, verify)
    tensors = map_tensors(folder / TENSORS_FILE)
    try:
        return _tagger(config.model, tensors, verify)
    except ModelFormatError as error:
        raise ModelFormatError(f"{folder} is damaged: {error}; copy it again, or train it again") from None


def _tagger(model: Mapping[str, Any], tensors: Mapping[str, Array], verify: bool | None) -> SequenceTagger:
    settings, scheme, columns, layout = _checked(model)
    names = {name: tensor for name, tensor in tensors.items() if name.startswith(NAMES)}
    weights = {name: tensor for name, tensor in tensors.items() if not name.startswith(NAMES)}
    lexicon = Lexicon.from_tensors(names, columns)
    unknown = sorted(set(names) - set(lexicon.tensors()))
    if unknown:
        raise ModelFormatError(f"{shown(unknown[0])} is no part of a tagger")
    if scheme is not None and not marks_spans(lexicon.tags):
        raise ModelFormatError(
            f"tags of the scheme {scheme} mark spans, and these do not: {shown(lexicon.tags)}"
        )
    tagger = SequenceTagger(settings, lexicon, weights, scheme, layout, model["details"])
    if verify is not False:
        _check_numbers(weights)
    return tagger


def _checked(model: Mapping[str, Any]) -> tuple[TaggerSettings, Scheme | None, int, dict[str, Any]]:
    """Return the settings, the scheme, the number of columns and the layout, whole where there is one.

    Raises ModelFormatError for what makes no sense.
    """
    if set(model) != PARTS:
        raise ModelFormatError(
            f"model in {CONFIG_FILE} has the keys {', '.join(sorted(PARTS))}, got {shown(sorted(model))}"
        )
    for name in ("settings", "layout", "details"):
        if not isinstance(model[name], dict):
            raise ModelFormatError(f"{name} in {CONFIG_FILE} is an object, got {shown(model[name])}")
    scheme, columns = model["scheme"], model["columns"]
    if scheme is not None and scheme not in get_args(Scheme):
        raise ModelFormatError(f"the scheme is {', '.join(get_args(Scheme))} or null, got {shown(scheme)}")
    if type(columns) is not int or not 0 <= columns <= MOST_COLUMNS:
        raise ModelFormatError(f"columns is a number up to {MOST_COLUMNS:,}, got {shown(columns)}")
    try:
        layout: dict[str, Any] = {}
        if model["layout"]:
            found = Layout.from_dict(model["layout"])
            if len(found.features) != columns:
                raise SettingError(f"{columns} columns of features, and a layout with {len(found.features)}")
            layout = found.as_dict()
        return TaggerSettings.from_dict(model["settings"]), scheme, columns, layout
    except (NextwordError, TypeError, ValueError) as error:
        raise ModelFormatError(f"settings in {CONFIG_FILE} make no sense: {error}") from None


def _check_numbers(weights: Mapping[str, Array]) -> None:
    for name, array in weights.items():
        largest = LARGEST_SCORE if name in ("b", "steps", "start", "end") else LARGEST
        if array.dtype != np.float32 or not bool((np.abs(array) <= largest).all()):
            raise ModelFormatError(f"{name} holds numbers that are not finite, or above {largest:g}")
    scores = np.abs(weights["W"]).sum(axis=1)  # (K,), since no number that W meets is above one
    if not bool((scores <= LARGEST_SCORE).all()):
        raise ModelFormatError(f"W gives scores above {LARGEST_SCORE:g}, got {scores.max():.4g}")
