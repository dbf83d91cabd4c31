"""What is told of each kind of folder: how large it is, what it answers with, how it was made."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nextword.store.config import (
    CLASSIFIER_TYPE,
    COUNTS_TYPE,
    FORECASTER_TYPE,
    TAGGER_TYPE,
    TRAINING_TYPES,
    VECTORS_TYPE,
    Config,
)

SHOWN_WORDS = 10


def told(path: Path, config: Config, verify: bool) -> dict[str, Any]:
    """Return what a folder holds, and how it was made; nothing is told twice."""
    content = _OF.get(config.model_type, _of_model)(path, verify)
    made = _how_made({name: value for name, value in config.model.items() if name not in _INSIDE})
    return {**content, **{name: value for name, value in made.items() if content.get(name) != value}}


_INSIDE = ("words",)
"""Of ``config.json``: the number of vectors, which is the vocabulary's."""


def _how_made(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings, and apart from them whatever else is said, such as what a network's training told."""
    if "settings" not in model:
        return {"settings": dict(model)}
    others = {name: value for name, value in model.items() if name not in ("settings", "details")}
    training = {"training": model["details"]} if "details" in model else {}
    return {**others, "settings": model["settings"], **training}


def _of_model(path: Path, verify: bool) -> dict[str, Any]:
    from nextword.store.models import load_model

    model: Any = load_model(path, verify=verify or None)
    content = {"vocabulary": len(model.tokenizer), "tokenizer": model.tokenizer.settings()}
    if hasattr(model, "parameters"):
        return {**content, "parameters": model.parameters}
    return {**content, "ngrams": model.automaton.ngrams} if hasattr(model, "automaton") else content


def _of_counts(path: Path, _verify: bool) -> dict[str, Any]:
    from nextword.store.counts import load_counts

    counts = load_counts(path)
    return {
        "vocabulary": len(counts.tokenizer),
        "tokenizer": counts.tokenizer.settings(),
        "ngrams": counts.ngrams,
    }


def _of_vectors(path: Path, verify: bool) -> dict[str, Any]:
    from nextword.store.vectors import open_saved

    saved = open_saved(path, verify=verify or None)
    return {
        "vocabulary": len(saved.words),
        "size": saved.tensors["input"].shape[1],
        "tensors": sorted(saved.tensors),
        "most_frequent": list(saved.words[:SHOWN_WORDS]),
    }


def _of_classifier(path: Path, verify: bool) -> dict[str, Any]:
    from nextword.store.classifiers import load_classifier

    model = load_classifier(path, verify=verify or None)
    return {
        "vocabulary": len(model.tokenizer),
        "tokenizer": model.tokenizer.settings(),
        "labels": list(model.labels),
        "parameters": model.parameters,
    }


def _of_tagger(path: Path, verify: bool) -> dict[str, Any]:
    from nextword.store.tagger import load_tagger

    tagger = load_tagger(path, verify=verify or None)
    return {
        "vocabulary": len(tagger.lexicon.words),
        "tags": tagger.tags,
        "parameters": tagger.parameters,
    }


def _of_forecaster(path: Path, verify: bool) -> dict[str, Any]:
    from nextword.store.forecaster import load_forecaster

    loaded = load_forecaster(path, verify=verify or None)
    return {
        "parameters": sum(array.size for array in loaded.arrays.values()),
        "numbers": len(loaded.series),
    }


def _of_training(path: Path, verify: bool) -> dict[str, Any]:
    """Return what is in a training that was kept while it ran."""
    from nextword.store.files import TRAINING_FILE, check_files
    from nextword.store.tensors import map_tensors

    check_files(path, Config.read(path).files, verify or None)
    arrays = map_tensors(path / TRAINING_FILE).values()
    return {
        "holds": "a training under way, and no model yet; the command that began it goes on with --resume",
        "numbers": sum(array.size for array in arrays),
    }


_OF: dict[str, Callable[[Path, bool], dict[str, Any]]] = {
    COUNTS_TYPE: _of_counts,
    VECTORS_TYPE: _of_vectors,
    CLASSIFIER_TYPE: _of_classifier,
    TAGGER_TYPE: _of_tagger,
    FORECASTER_TYPE: _of_forecaster,
    **dict.fromkeys(TRAINING_TYPES, _of_training),
}
"""What tells of each ``model_type`` that is no language model."""
