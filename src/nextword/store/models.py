"""Model folders: save, load, replace, describe."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nextword.errors import ModelFormatError, shown
from nextword.lm.model import LanguageModel
from nextword.store.atomic import check_replaceable, new_folder, recovered
from nextword.store.card import CARD_FILE, model_card
from nextword.store.config import (
    CLASSIFIER_TYPE,
    CONFIG_FILE,
    COUNTS_TYPE,
    FORECASTER_TYPE,
    FORMAT_VERSION,
    TAGGER_TYPE,
    TRAINING_TYPES,
    VECTORS_TYPE,
    Config,
    check_kind,
)
from nextword.store.files import LOG_FILE, check_files, settle_files

FAMILIES = {
    "ngram": "nextword.store.ngram",
    "mixture": "nextword.store.mixture",
    "window": "nextword.store.neural",
    "rnn": "nextword.store.neural",
    "gru": "nextword.store.neural",
    "lstm": "nextword.store.neural",
}
"""The module that writes and reads each ``model_type``; imported when it is first needed."""

MODEL_FILE = "model.safetensors"
MODEL_FILES = frozenset(
    {
        CONFIG_FILE, CARD_FILE, MODEL_FILE, "tokenizer.json", "tokenizer_config.json", "components",
        LOG_FILE,
    }
)  # fmt: skip


def save_model(model: LanguageModel, path: str | Path, provenance: Mapping[str, Any] | None = None) -> None:
    """Save a model as a folder, which appears whole or not at all; an older model there is replaced.

    Raises StorageError where the place cannot be written or holds something that is not a model.
    """
    with new_folder(Path(path), check_target) as folder:
        write_files(model, folder, provenance or {})


def write_files(
    model: LanguageModel,
    folder: Path,
    provenance: Mapping[str, Any],
    content: Mapping[str, Any] | None = None,
) -> None:
    """Write a model's files into an empty folder; ``content`` is what its family returns, where it has written."""
    if content is None:
        content = _family(model.model_type).write(model, folder)
    config = Config(
        model_type=model.model_type,
        format_version=FORMAT_VERSION,
        nextword_version=version("nextword"),
        provenance={"created": datetime.now(UTC).isoformat(timespec="seconds"), **provenance},
        files=settle_files(folder),
        **content,
    )
    config.write(folder)
    (folder / CARD_FILE).write_text(model_card(config), encoding="utf-8")


def check_target(path: str | Path) -> None:
    """Raise StorageError unless a model can be saved at ``path``; worth asking before long work."""
    check_replaceable(Path(path), MODEL_FILES)
    check_kind(Path(path), FAMILIES, "language models")


def load_model(path: str | Path, *, verify: bool | None = None) -> LanguageModel:
    """Load a model folder, mapped from its files; runs no code.

    A small model is verified: the checksums, the order of the n-grams, every number, and that the probabilities
    after each context sum to one. A large one is not, since all of it would have to be read; whatever it holds, no
    question to it leaves its arrays. ``verify=True`` reads all, ``verify=False`` leaves it even for small ones.

    Raises ModelFormatError for anything but a model.
    """
    folder = _existing(path)
    config = Config.read(folder)
    if config.model_type == COUNTS_TYPE:
        raise ModelFormatError(
            f"{path} holds counts, which give no probabilities yet; nextword train ngram {path} -o MODEL estimates them"
        )
    if config.model_type == VECTORS_TYPE:
        raise ModelFormatError(
            f"{path} holds word vectors, which predict no next word; nextword similar, analogy, evaluate-vectors and "
            "map take them"
        )
    if config.model_type == FORECASTER_TYPE:
        raise ModelFormatError(
            f"{path} holds a forecaster, which tells numbers and no words; nextword forecast predict asks it"
        )
    if config.model_type == TAGGER_TYPE:
        raise ModelFormatError(
            f"{path} holds a tagger, which predicts no next word; nextword tag apply and evaluate take it"
        )
    if config.model_type in TRAINING_TYPES:
        raise ModelFormatError(
            f"{path} holds a training under way, and no model yet; the command that began it goes on with --resume"
        )
    if config.model_type == CLASSIFIER_TYPE:
        raise ModelFormatError(
            f"{path} holds a text classifier, which predicts no next word; nextword classify predict {path} asks it"
        )
    check_files(folder, config.files, verify)
    model = _family(config.model_type).read(folder, config, verify)
    if not isinstance(model, LanguageModel):
        raise ModelFormatError(f"{path} holds a {config.model_type}, not a language model")
    return model


def saved_config(path: str | Path) -> Config:
    """Return the ``config.json`` of a model folder without loading the model."""
    return Config.read(_existing(path))


def _existing(path: str | Path) -> Path:
    try:
        folder = recovered(Path(path))
        exists = folder.exists()
    except OSError as error:
        raise ModelFormatError(f"cannot read {path}: {error.strerror}; check the path") from None
    if not exists:
        raise ModelFormatError(f"there is no model at {path}; nextword train ngram TEXT -o {path} makes one")
    return folder


def _family(model_type: str) -> Any:
    if model_type not in FAMILIES:
        known = ", ".join(FAMILIES)
        raise ModelFormatError(f"unknown model type {shown(model_type)}; this nextword knows {known}")
    return import_module(FAMILIES[model_type])
