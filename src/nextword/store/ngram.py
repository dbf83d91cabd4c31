"""n-gram models on disk: the automaton's arrays as they are, mapped on loading."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.errors import ModelFormatError
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.compact.automaton import CompactAutomaton
from nextword.ngram.counting.counts import MAX_ORDER
from nextword.ngram.model import NgramModel
from nextword.store.compact import FORM as COMPACT
from nextword.store.compact import read_compact, write_compact
from nextword.store.config import Config
from nextword.store.tensors import Array, map_tensors, take_tensor, write_tensors
from nextword.store.tokenizers import read_tokenizer, write_tokenizer

TENSORS_FILE = "model.safetensors"
SETTINGS = frozenset(
    {
        "order", "smoothing", "prune", "discounts", "fallback_orders", "tokens", "sentences",
        "source", "unknown_word_added", "ngrams_added", "form",
    }
)  # fmt: skip
"""What ``config.json`` may say of an n-gram model, trained or read from ARPA."""


def write(model: NgramModel, folder: Path) -> dict[str, Any]:
    """Write the files of a model and return the tokenizer and model parts of its ``config.json``."""
    if isinstance(model.automaton, CompactAutomaton):
        write_compact(model.automaton, folder / TENSORS_FILE)
    else:
        _write_exact(model.exact, folder / TENSORS_FILE)
    return {"tokenizer": write_tokenizer(model.tokenizer, folder), "model": model.settings}


def _write_exact(automaton: Automaton, path: Path) -> None:
    write_tensors(
        path,
        {
            "starts": automaton.starts,
            "words": automaton.words,
            "children": automaton.children,
            "suffixes": automaton.suffixes,
            "counts": automaton.counts,
            "log_probs": automaton.log_probs,
            "backoffs": automaton.backoffs,
        },
    )


def read(folder: Path, config: Config) -> NgramModel:
    """Read a model; raises ModelFormatError where its arrays do not fit together."""
    _check_settings(folder, config)
    tensors = map_tensors(folder / TENSORS_FILE)
    starts = take_tensor(tensors, "starts", np.int64, None)
    order = len(starts) - 2
    if not (1 <= order <= MAX_ORDER and starts[0] == 0 and starts[1] == 1 and np.all(np.diff(starts) >= 0)):
        raise ModelFormatError(
            f"{folder}: the orders of the n-grams are not in sequence: {starts[:8].tolist()}"
        )
    if config.model.get("order", order) != order:
        raise ModelFormatError(
            f"{folder}: config.json says order {config.model['order']!r}, the arrays {order}"
        )
    is_compact = config.model.get("form") == COMPACT
    automaton = read_compact(tensors, starts) if is_compact else _read_exact(folder, tensors, starts)
    tokenizer = read_tokenizer(folder, config.tokenizer)
    if len(tokenizer) != automaton.vocabulary_size:
        raise ModelFormatError(
            f"{folder}: the model knows {automaton.vocabulary_size} words and its tokenizer {len(tokenizer)}"
        )
    return NgramModel(automaton, tokenizer, config.model)


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
    unknown = sorted(set(config.model) - SETTINGS)
    prune = config.model.get("prune", [])
    if not isinstance(prune, list) or not all(type(threshold) is int for threshold in prune):
        raise ModelFormatError(f"{folder}: prune in config.json must be whole numbers, got {prune!r}")
    form = config.model.get("form", COMPACT)
    if form != COMPACT:
        raise ModelFormatError(f"{folder}: form in config.json can only be {COMPACT!r}, got {form!r}")
    if unknown:
        raise ModelFormatError(f"{folder}: unknown key {unknown[0]!r} under model in config.json")


def _ends_at(children: Array, nodes: int, folder: Path) -> Array:
    if children[0] != 1 or children[-1] != nodes:
        raise ModelFormatError(f"{folder}: the tree of n-grams is not closed; the file is damaged")
    return children
