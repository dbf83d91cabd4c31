"""n-gram models on disk: the automaton's arrays as they are, mapped on loading."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.errors import ModelFormatError, NextwordError, shown
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.automaton.interface import BackoffAutomaton
from nextword.ngram.automaton.verify import check_outline
from nextword.ngram.compact.automaton import CompactAutomaton
from nextword.ngram.counting.counts import MAX_ORDER
from nextword.ngram.estimation.smoothing import make_smoothing
from nextword.ngram.model import NgramModel
from nextword.ngram.soundness import check_model
from nextword.store.compact import FORM as COMPACT
from nextword.store.compact import TENSORS as COMPACT_ARRAYS
from nextword.store.compact import read_compact, write_compact
from nextword.store.config import Config
from nextword.store.files import SMALL_FILE
from nextword.store.tensors import Array, map_tensors, take_tensor, write_tensors
from nextword.store.tokenizers import read_tokenizer, write_tokenizer

TENSORS_FILE = "model.safetensors"
ARRAYS = ("starts", "words", "children", "suffixes", "counts", "log_probs", "backoffs")
SETTINGS = frozenset(
    {
        "order", "smoothing", "held_out", "prune", "pruned", "discounts", "fallback_orders", "tokens", "sentences",
        "source", "unknown_word_added", "ngrams_added", "scores", "form",
    }
)  # fmt: skip
"""What ``config.json`` may say of an n-gram model, trained or read from ARPA."""


def write(model: NgramModel, folder: Path) -> dict[str, Any]:
    """Write the files of a model and return the tokenizer and model parts of its ``config.json``."""
    if isinstance(model.automaton, CompactAutomaton):
        write_compact(model.automaton, folder / TENSORS_FILE)
    else:
        write_tensors(folder / TENSORS_FILE, {name: getattr(model.exact, name) for name in ARRAYS})
    return write_rest(model, folder)


def write_rest(model: NgramModel, folder: Path) -> dict[str, Any]:
    """Write the files beside the arrays; returns what `write` does."""
    return {"tokenizer": write_tokenizer(model.tokenizer, folder), "model": model.settings}


def read(folder: Path, config: Config, verify: bool | None) -> NgramModel:
    """Read a model; raises ModelFormatError where its arrays do not fit together, or are not a model's."""
    _check_settings(folder, config)
    path = folder / TENSORS_FILE
    automaton = _automaton(folder, config)
    tokenizer = read_tokenizer(folder, config.tokenizer)
    if len(tokenizer) != automaton.vocabulary_size:
        raise ModelFormatError(
            f"{folder}: the model knows {automaton.vocabulary_size} words and its tokenizer {len(tokenizer)}"
        )
    model = NgramModel(automaton, tokenizer, config.model)
    try:
        if isinstance(automaton, Automaton):
            check_outline(automaton)
        if verify or (verify is None and path.stat().st_size <= SMALL_FILE):
            check_model(model)
    except ModelFormatError as error:
        raise ModelFormatError(
            f"{path} is damaged: {error}; copy the model again, or make it again"
        ) from None
    return model


def _automaton(folder: Path, config: Config) -> BackoffAutomaton:
    tensors = map_tensors(folder / TENSORS_FILE)
    is_compact = config.model.get("form") == COMPACT
    known = {"starts", *COMPACT_ARRAYS} if is_compact else {field.name for field in fields(Automaton)}
    unknown = sorted(set(tensors) - known)
    if unknown:
        raise ModelFormatError(
            f"{folder}: {TENSORS_FILE} holds {shown(unknown[0])}, which is no part of a model"
        )
    starts = take_tensor(tensors, "starts", np.int64, None)
    order = len(starts) - 2
    if not (
        1 <= order <= MAX_ORDER and starts[0] == 0 and starts[1] == 1 and np.all(starts[1:] >= starts[:-1])
    ):
        raise ModelFormatError(
            f"{folder}: the orders of the n-grams are not in sequence: {starts[:8].tolist()}"
        )
    if config.model.get("order", order) != order:
        raise ModelFormatError(
            f"{folder}: config.json says order {shown(config.model['order'])}, the arrays {order}"
        )
    return read_compact(tensors, starts) if is_compact else _read_exact(folder, tensors, starts)


def _read_exact(folder: Path, tensors: Mapping[str, Array], starts: NDArray[np.int64]) -> Automaton:
    nodes, contexts = int(starts[-1]), int(starts[-2])
    counts = take_tensor(tensors, "counts", np.int32, None)
    if len(counts) not in (0, nodes):
        raise ModelFormatError(f"{folder}: {len(counts)} counts for {nodes} n-grams")
    return Automaton(
        len(starts) - 2,
        starts,
        take_tensor(tensors, "words", np.int32, nodes),
        _ends_at(take_tensor(tensors, "children", np.int32, contexts + 1), nodes, folder),
        take_tensor(tensors, "suffixes", np.int32, nodes),
        counts,
        take_tensor(tensors, "log_probs", np.float64, nodes),
        take_tensor(tensors, "backoffs", np.float64, contexts),
    )


def _check_settings(folder: Path, config: Config) -> None:
    """Raise ModelFormatError for settings that a model asks later, where they are not what it expects."""
    unknown = sorted(set(config.model) - SETTINGS)
    if unknown:
        raise ModelFormatError(f"{folder}: unknown key {shown(unknown[0])} under model in config.json")
    prune = config.model.get("prune", [])
    if not isinstance(prune, list) or not all(type(threshold) is int for threshold in prune):
        raise ModelFormatError(f"{folder}: prune in config.json must be whole numbers, got {shown(prune)}")
    pruned = config.model.get("pruned", [])
    if not isinstance(pruned, list) or not all(isinstance(step, dict) for step in pruned):
        raise ModelFormatError(
            f"{folder}: pruned in config.json must be a list of steps, got {shown(pruned)}"
        )
    scores = config.model.get("scores", False)
    if not isinstance(scores, bool):
        raise ModelFormatError(f"{folder}: scores in config.json is true or false, got {shown(scores)}")
    form = config.model.get("form", COMPACT)
    if form != COMPACT:
        raise ModelFormatError(f"{folder}: form in config.json can only be {COMPACT!r}, got {shown(form)}")
    if "smoothing" in config.model:
        _check_smoothing(folder, config.model["smoothing"])


def _check_smoothing(folder: Path, smoothing: Any) -> None:
    if not isinstance(smoothing, dict):
        raise ModelFormatError(
            f"{folder}: smoothing in config.json must be an object, got {shown(smoothing)}"
        )
    try:
        make_smoothing(**smoothing)
    except (NextwordError, TypeError, ValueError) as error:
        raise ModelFormatError(f"{folder}: smoothing in config.json makes no sense: {error}") from None


def _ends_at(children: Array, nodes: int, folder: Path) -> Array:
    if children[0] != 1 or children[-1] != nodes:
        raise ModelFormatError(f"{folder}: the tree of n-grams is not closed; the file is damaged")
    return children
