"""Trained networks on disk: their arrays as they are, their settings, and what was said while they were trained."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nextword.errors import ModelFormatError, NextwordError, shown
from nextword.neural.model import NeuralModel
from nextword.neural.settings import NeuralSettings
from nextword.store.config import Config
from nextword.store.files import LOG_FILE, read_bounded
from nextword.store.json_files import parse_json
from nextword.store.tensors import Array, map_tensors, take_tensor, write_tensors
from nextword.store.tokenizers import read_tokenizer, write_tokenizer

TENSORS_FILE = "model.safetensors"
MAX_LOG_BYTES = 1 << 24
MAX_LOG_ENTRIES = 50_000
LARGEST = 1e9
"""What no number of a network is above; the bias of ``<s>`` is as far below zero.

No sum of products overflows then, so that every answer is a number.
"""
RANKS = "ranks"
"""The tensor beside the network's own, where words are not numbered by falling frequency."""
PARTS = frozenset({"settings", "details"})


def write(model: NeuralModel, folder: Path) -> dict[str, Any]:
    """Write the files of a model and return the tokenizer and model parts of its ``config.json``."""
    tensors: dict[str, Array] = {name: np.ascontiguousarray(array) for name, array in model.arrays.items()}
    if model.numbering.ranks is not None:
        tensors[RANKS] = model.numbering.ranks.astype(np.int32)
    write_tensors(folder / TENSORS_FILE, tensors)
    if model.log:
        entries = model.log[-MAX_LOG_ENTRIES:]
        lines = [json.dumps(entry, ensure_ascii=False, allow_nan=False) + "\n" for entry in entries]
        (folder / LOG_FILE).write_text("".join(lines), encoding="utf-8")
    content = {"settings": model.settings.as_dict(), "details": model.details}
    return {"tokenizer": write_tokenizer(model.tokenizer, folder), "model": content}


def read(folder: Path, config: Config, verify: bool | None) -> NeuralModel:
    """Read a model; raises ModelFormatError where its arrays do not fit its settings, or are no numbers.

    Every answer needs nearly all numbers, so all of them are looked at, unless ``verify`` is False.
    """
    settings, details = _settings(folder, config)
    tokenizer = read_tokenizer(folder, config.tokenizer)
    path = folder / TENSORS_FILE
    tensors = map_tensors(path)
    try:
        ranks = take_tensor(tensors, RANKS, np.int32, len(tokenizer)) if RANKS in tensors else None
        arrays = {name: tensor for name, tensor in tensors.items() if name != RANKS}
        model = NeuralModel(settings, arrays, tokenizer, ranks, details)
        if verify is not False:
            check_numbers(arrays)
    except ModelFormatError as error:
        raise ModelFormatError(f"{path}: {error}; copy the model again, or train it again") from None
    model.log = _log(folder)
    return model


def _settings(folder: Path, config: Config) -> tuple[NeuralSettings, dict[str, Any]]:
    unknown = sorted(set(config.model) - PARTS)
    if unknown:
        raise ModelFormatError(f"{folder}: unknown key {shown(unknown[0])} under model in config.json")
    content, details = config.model.get("settings"), config.model.get("details", {})
    if not isinstance(content, dict) or not isinstance(details, dict):
        raise ModelFormatError(
            f"{folder}: settings and details under model in config.json must be objects, got "
            f"{shown(content)} and {shown(details)}"
        )
    try:
        settings = NeuralSettings.from_dict(content)
    except (NextwordError, TypeError, ValueError) as error:
        raise ModelFormatError(f"{folder}: settings in config.json make no sense: {error}") from None
    if settings.network != config.model_type:
        raise ModelFormatError(
            f"{folder}: config.json says {config.model_type}, and its settings {settings.network}"
        )
    return settings, details


def check_numbers(arrays: Mapping[str, Array]) -> None:
    """Raise ModelFormatError for numbers that no training leaves behind."""
    for name, array in arrays.items():
        if not array.size:
            continue
        with np.errstate(invalid="ignore"):
            largest = max(abs(float(array.min())), abs(float(array.max())))  # NaN where any number is
        if not largest < np.inf:
            raise ModelFormatError(f"{name} holds numbers that are not finite")
        if largest > LARGEST:
            raise ModelFormatError(
                f"{name} holds numbers so large ({largest:.2g}) that no probabilities come of them; trained ones are "
                f"far below {LARGEST:.0e}"
            )


def _log(folder: Path) -> list[dict[str, Any]]:
    path = folder / LOG_FILE
    try:
        lines = read_bounded(path, MAX_LOG_BYTES).splitlines()
        if len(lines) > MAX_LOG_ENTRIES:
            raise ModelFormatError(
                f"{path} has {len(lines):,} lines, more than {MAX_LOG_ENTRIES:,}; remove it, no answer needs it"
            )
        return [parse_json(line) for line in lines]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ModelFormatError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, ModelFormatError):
            raise
        raise ModelFormatError(f"{path} is not a training's log, an object a line: {error!s:.200}") from None
