"""Compact n-gram models on disk: their arrays as they are, mapped on loading."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nextword.ngram.compact.automaton import CompactAutomaton
from nextword.store.tensors import Array, take_tensor, write_tensors

FORM = "compact"
"""What ``config.json`` says of such a model under ``form``."""
TENSORS: dict[str, type[np.generic]] = {
    "unigrams": np.float64,
    "bits": np.uint64,
    "entries": np.uint64,
    "share_book": np.float64,
    "scales": np.float32,
    "gamma_codes": np.uint8,
    "gamma_book": np.float64,
}


def write_compact(automaton: CompactAutomaton, path: Path) -> None:
    """Write the arrays of a compact automaton."""
    write_tensors(path, {"starts": automaton.starts, **{name: getattr(automaton, name) for name in TENSORS}})


def read_compact(tensors: Mapping[str, Array], starts: NDArray[np.int64]) -> CompactAutomaton:
    """Return the automaton of mapped arrays; raises ModelFormatError where they do not fit together."""
    arrays = {name: take_tensor(tensors, name, dtype, None) for name, dtype in TENSORS.items()}
    return CompactAutomaton(len(starts) - 2, starts, **arrays)
