"""Folders of counts: save, load, replace, describe. They are laid out as models are, and are none."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from nextword.errors import ModelFormatError, StorageError
from nextword.ngram.counting.checking.check import check_tree
from nextword.ngram.counting.counted import CountedText
from nextword.ngram.counting.counts import MAX_ORDER, NgramCounts
from nextword.store import models
from nextword.store.atomic import check_replaceable, new_folder, recovered
from nextword.store.card import CARD_FILE, counts_card
from nextword.store.config import CONFIG_FILE, COUNTS_TYPE, FORMAT_VERSION, Config, check_kind
from nextword.store.mixture import COMPONENTS_FOLDER
from nextword.store.tensors import Array, map_tensors, take_tensor, write_tensors
from nextword.store.tokenizers import (
    TOKENIZER_CONFIG_FILE,
    TOKENIZER_FILE,
    read_tokenizer,
    write_tokenizer,
)

COUNTS_FILE = "counts.safetensors"
COUNTS_FILES = frozenset({CONFIG_FILE, CARD_FILE, COUNTS_FILE, TOKENIZER_FILE, TOKENIZER_CONFIG_FILE})
SETTINGS = frozenset({"order", "tokens", "sentences", "open_vocabulary"})
"""What ``config.json`` says of counts."""


def save_counts(counted: CountedText, path: str | Path, provenance: Mapping[str, Any] | None = None) -> None:
    """Save counts as a folder, which appears whole or not at all; older counts there are replaced.

    Raises StorageError where the place cannot be written or holds something that is not counts.
    """
    check_counts_target(path)
    tree = counted.tree
    with new_folder(Path(path), check_counts_target) as folder:
        arrays: dict[str, Array] = {
            "starts": tree.starts,
            "words": tree.words,
            "children": tree.children,
            "suffixes": tree.suffixes,
            "counts": tree.counts,
        }
        write_tensors(folder / COUNTS_FILE, arrays)
        config = Config(
            model_type=COUNTS_TYPE,
            format_version=FORMAT_VERSION,
            nextword_version=version("nextword"),
            tokenizer=write_tokenizer(counted.tokenizer, folder),
            model=counted.settings,
            provenance={"created": datetime.now(UTC).isoformat(timespec="seconds"), **(provenance or {})},
        )
        config.write(folder)
        (folder / CARD_FILE).write_text(counts_card(config), encoding="utf-8")


def check_counts_target(path: str | Path) -> None:
    """Raise StorageError unless counts can be saved at ``path``; worth asking before long work."""
    if any((Path(path) / name).exists() for name in (models.MODEL_FILE, COMPONENTS_FOLDER)):
        raise StorageError(f"{path} holds a model, which counts do not replace; choose another name")
    check_replaceable(Path(path), COUNTS_FILES)
    check_kind(Path(path), {COUNTS_TYPE}, "counts")


def holds_counts(path: str | Path) -> bool:
    """Whether a folder of counts is at ``path``, in order or damaged."""
    return (recovered(Path(path)) / COUNTS_FILE).exists()


def load_counts(path: str | Path) -> CountedText:
    """Load a folder of counts, mapped from its file, and check that every number is in order.

    Raises ModelFormatError for anything else. Runs no code.
    """
    folder = recovered(Path(path))
    if not folder.exists():
        raise ModelFormatError(f"there are no counts at {path}; nextword count TEXT -o {path} makes them")
    config = Config.read(folder)
    if config.model_type != COUNTS_TYPE:
        raise ModelFormatError(
            f"{path} holds a model of type {config.model_type}, not counts; nextword count TEXT -o COUNTS counts the "
            "text that it was made of"
        )
    is_open = _checked_settings(folder, config)
    tree = _read_tree(folder)
    tokenizer = read_tokenizer(folder, config.tokenizer)
    if len(tokenizer) != tree.vocabulary_size:
        raise ModelFormatError(
            f"{folder}: the counts know {tree.vocabulary_size} words and their tokenizer {len(tokenizer)}"
        )
    counted = CountedText(tree, tokenizer, is_open)
    if counted.settings != dict(config.model):
        raise ModelFormatError(
            f"{folder}: config.json says {dict(config.model)}, the arrays {counted.settings}; the files do not belong "
            "together"
        )
    return counted


def _checked_settings(folder: Path, config: Config) -> bool:
    """Return whether the vocabulary is open; raises ModelFormatError where the settings are not in order."""
    if set(config.model) != SETTINGS or not isinstance(config.model["open_vocabulary"], bool):
        raise ModelFormatError(
            f"{folder}: config.json must say {', '.join(sorted(SETTINGS))} under model, it says {dict(config.model)}"
        )
    return bool(config.model["open_vocabulary"])


def _read_tree(folder: Path) -> NgramCounts:
    """Map the arrays; raises ModelFormatError where they are not a tree."""
    tensors = map_tensors(folder / COUNTS_FILE)
    starts = take_tensor(tensors, "starts", np.int64, None, COUNTS_FILE)
    order = len(starts) - 2
    if not (1 <= order <= MAX_ORDER and starts[0] == 0 and starts[1] == 1 and np.all(np.diff(starts) >= 0)):
        raise ModelFormatError(
            f"{folder}: the orders of the n-grams are not in sequence: {starts[:8].tolist()}"
        )
    nodes, contexts = int(starts[-1]), int(starts[-2])

    def take(name: str, length: int) -> Array:
        return take_tensor(tensors, name, np.int32, length, COUNTS_FILE)

    tree = NgramCounts(
        order,
        starts,
        take("words", nodes),
        take("children", contexts + 1),
        take("suffixes", nodes),
        take("counts", nodes),
    )
    try:
        check_tree(tree)
    except ModelFormatError as error:
        raise ModelFormatError(f"{folder}: {error}") from None
    return tree
