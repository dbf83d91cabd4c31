"""Model folders: save, load, replace, describe."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nextword.errors import ModelFormatError
from nextword.lm.model import LanguageModel
from nextword.store.atomic import check_replaceable, new_folder, recovered
from nextword.store.card import CARD_FILE, model_card
from nextword.store.config import CONFIG_FILE, COUNTS_TYPE, FORMAT_VERSION, Config

FAMILIES = {"ngram": "nextword.store.ngram", "mixture": "nextword.store.mixture"}
"""The module that writes and reads each ``model_type``; imported when it is first needed."""

MODEL_FILE = "model.safetensors"
MODEL_FILES = frozenset(
    {CONFIG_FILE, CARD_FILE, MODEL_FILE, "tokenizer.json", "tokenizer_config.json", "components"}
)


def save_model(model: LanguageModel, path: str | Path, provenance: Mapping[str, Any] | None = None) -> None:
    """Save a model as a folder, which appears whole or not at all; an older model there is replaced.

    Raises StorageError where the place cannot be written or holds something that is not a model.
    """
    with new_folder(Path(path), MODEL_FILES) as folder:
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
        **content,
    )
    config.write(folder)
    (folder / CARD_FILE).write_text(model_card(config), encoding="utf-8")


def check_target(path: str | Path) -> None:
    """Raise StorageError unless a model can be saved at ``path``; worth asking before long work."""
    check_replaceable(Path(path), MODEL_FILES)


def load_model(path: str | Path) -> LanguageModel:
    """Load a model folder, mapped from its files; raises ModelFormatError for anything else. Runs no code."""
    folder = recovered(Path(path))
    if not folder.exists():
        raise ModelFormatError(f"there is no model at {path}; nextword train ngram TEXT -o {path} makes one")
    config = Config.read(folder)
    if config.model_type == COUNTS_TYPE:
        raise ModelFormatError(
            f"{path} holds counts, which give no probabilities yet; nextword train ngram {path} -o MODEL estimates them"
        )
    model = _family(config.model_type).read(folder, config)
    if not isinstance(model, LanguageModel):
        raise ModelFormatError(f"{path} holds a {config.model_type}, not a language model")
    return model


def saved_config(path: str | Path) -> Config:
    """Return the ``config.json`` of a model folder without loading the model."""
    return Config.read(recovered(Path(path)))


def _family(model_type: str) -> Any:
    if model_type not in FAMILIES:
        known = ", ".join(FAMILIES)
        raise ModelFormatError(f"unknown model type {model_type!r}; this nextword knows {known}")
    return import_module(FAMILIES[model_type])
