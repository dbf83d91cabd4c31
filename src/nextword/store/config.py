"""``config.json``: what kind of model a folder holds, how it was made, and how to read its text."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nextword.errors import ModelFormatError, StorageError, shown
from nextword.store.json_files import read_json

FORMAT_VERSION = 1
CONFIG_FILE = "config.json"
COUNTS_TYPE = "ngram-counts"
"""The ``model_type`` of a folder that holds counts, and no model yet."""
VECTORS_TYPE = "word-vectors"
"""The ``model_type`` of a folder that holds word vectors, which predict no next word."""
FORECASTER_TYPE = "forecaster"
"""The ``model_type`` of a folder that holds a forecaster, which tells numbers."""
NEURAL_TRAINING_TYPE = "neural-training"
"""The ``model_type`` of a folder that holds a network's training under way."""
TAGGER_TYPE = "sequence-tagger"
"""The ``model_type`` of a folder that holds a tagger, which says what words are, and none that come next."""
CLASSIFIER_TYPE = "classifier"
"""The ``model_type`` of a folder that holds a text classifier, which predicts no next word."""
TASK_TRAINING_TYPES = {kind: f"{kind}-training" for kind in (TAGGER_TYPE, CLASSIFIER_TYPE, FORECASTER_TYPE)}
"""The ``model_type`` of a folder that holds the training under way of each of these."""
TRAINING_TYPES = frozenset({NEURAL_TRAINING_TYPE, *TASK_TRAINING_TYPES.values()})
KINDS = {
    TAGGER_TYPE: "a tagger",
    COUNTS_TYPE: "counts",
    VECTORS_TYPE: "word vectors",
    FORECASTER_TYPE: "a forecaster",
    CLASSIFIER_TYPE: "a classifier",
    **dict.fromkeys(TRAINING_TYPES, "a training under way"),
}
"""What a message calls a folder of each ``model_type``; all others are models."""
MAX_CONFIG_BYTES = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The content of ``config.json``; unknown keys are errors."""

    model_type: str
    format_version: int
    nextword_version: str
    tokenizer: Mapping[str, Any] | None = None
    model: Mapping[str, Any] = field(default_factory=dict)
    """The family's own settings."""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """The command, the data and the time that made the model."""
    files: Mapping[str, Any] = field(default_factory=dict)
    """The size and the CRC-32 of each large file."""

    def write(self, folder: Path) -> None:
        """Write ``config.json``."""
        content = {name: getattr(self, name) for name in self.__slots__}
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
        (folder / CONFIG_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Config":
        """Read ``config.json``; raises ModelFormatError where it is missing, damaged or too new."""
        path = folder / CONFIG_FILE
        content = read_json(path, MAX_CONFIG_BYTES)
        unknown = sorted(set(content) - set(cls.__slots__))
        if unknown:
            raise ModelFormatError(
                f"{path}: unknown key {shown(unknown[0])}; known are {', '.join(cls.__slots__)}"
            )
        missing = sorted({"model_type", "format_version", "nextword_version"} - set(content))
        if missing:
            raise ModelFormatError(f"{path} lacks {missing[0]!r}; is it the config.json of another tool?")
        version = content["format_version"]
        if type(version) is not int or version != FORMAT_VERSION:
            raise ModelFormatError(
                f"{path}: format version {shown(version)}, this nextword reads {FORMAT_VERSION}; upgrade nextword"
            )
        for name in ("model_type", "nextword_version"):
            if not isinstance(content[name], str):
                raise ModelFormatError(f"{path}: {name} must be a name, got {shown(content[name])}")
        for name in ("tokenizer", "model", "provenance", "files"):
            is_absent = name == "tokenizer" and content.get(name) is None  # a mixture has none of its own
            if not is_absent and not isinstance(content.get(name, {}), dict):
                raise ModelFormatError(f"{path}: {name} must be an object, got {shown(content[name])}")
        return cls(**content)


def check_kind(target: Path, types: Collection[str], plural: str) -> None:
    """Raise StorageError where a folder stands at ``target`` that does not say it is of one of these ``model_type``s.

    ``plural`` is what the message calls folders of these types. Other tools name their files as we do, and so do our
    own models and vectors: names alone do not say what would be lost.
    """
    if not target.is_dir() or not any(target.iterdir()):
        return
    try:
        found = Config.read(target).model_type
    except ModelFormatError as error:
        raise StorageError(
            f"{target} would be replaced, and what it holds is unknown ({error}); remove it or choose another name"
        ) from None
    if found not in types:
        raise StorageError(
            f"{target} holds {KINDS.get(found, 'a model')}, which {plural} do not replace; choose another name"
        )
