"""Folders of word vectors: save, load, replace. They are laid out as models are, and answer other questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from nextword.embedding.vectors.search import BLOCK
from nextword.embedding.vectors.vectors import WordVectors
from nextword.embedding.vectors.words import WordTable
from nextword.errors import ModelFormatError, SettingError, shown
from nextword.store.card import vectors_card
from nextword.store.config import CONFIG_FILE, VECTORS_TYPE, Config
from nextword.store.files import LOG_FILE, SMALL_FILE
from nextword.store.subwords import subword_content, subword_tensors, with_subwords
from nextword.store.task_folder import TENSORS_FILE, TaskFolder
from nextword.store.tensors import Array, map_tensors

VECTORS = TaskFolder(
    model_type=VECTORS_TYPE, command="nextword train word2vec TEXT", other_files=frozenset({LOG_FILE})
)
SETTINGS = frozenset({"words", "size", "settings", "subwords", "training"})
"""What ``config.json`` says of word vectors: V, E, how they were made, which pieces of words have vectors, and how far
a training has come."""

Matrix = Literal["input", "output", "average"]
"""Which vectors to take: W, W' of the output layer, or the average of both."""
Shape = tuple[str | None, ...]

TENSORS: dict[str, tuple[type[np.generic], Shape]] = {
    "input": (np.float32, ("V", "E")),
    "word_bytes": (np.uint8, (None,)),
    "word_starts": (np.int64, ("V + 1",)),
    "word_hashes": (np.uint64, ("V",)),
    "word_rows": (np.int32, ("V",)),
}
"""What every folder holds: the vectors, and the words as `WordTable` keeps them."""
OPTIONAL_TENSORS: dict[str, tuple[type[np.generic], Shape]] = {
    "output": (np.float32, ("V", "E")),
    "nodes": (np.float32, ("V", "E")),
    "counts": (np.int64, ("V",)),
    "subwords": (np.float32, (None, "E")),
    "kept_subwords": (np.int32, (None,)),
}
"""What a folder may hold beside them. A size of None is any."""


@dataclass(frozen=True, slots=True)
class SavedVectors:
    """A folder of word vectors, mapped: what it says of itself, its words and all its arrays."""

    config: Config
    words: WordTable
    tensors: Mapping[str, Array]


def save_vectors(
    vectors: WordVectors,
    path: str | Path,
    provenance: Mapping[str, Any] | None = None,
    *,
    tensors: Mapping[str, Array] | None = None,
    model: Mapping[str, Any] | None = None,
) -> None:
    """Save word vectors as a folder, which appears whole or not at all; older vectors there are replaced.

    ``tensors`` are arrays to keep beside them, named in ``OPTIONAL_TENSORS``; ``model`` is what else ``config.json``
    shall say, named in ``SETTINGS``.

    Raises StorageError where the place cannot be written or holds something else, SettingError for numbers that are
    not finite, VocabularyError for a word that stands twice.
    """
    check_vectors_target(path)
    words = WordTable.build(vectors.words)
    matrix = np.ascontiguousarray(vectors.vectors, dtype=np.float32)
    arrays: dict[str, Array] = {
        "input": matrix,
        "word_bytes": words.text,
        "word_starts": words.starts,
        "word_hashes": words.hashes,
        "word_rows": words.rows,
        **({} if vectors.counts is None else {"counts": vectors.counts.astype(np.int64)}),
        **subword_tensors(vectors),
        **(tensors or {}),
    }
    content = {
        "words": len(words),
        "size": vectors.vector_size,
        "settings": vectors.settings,
        **subword_content(vectors),
        **(model or {}),
    }
    try:
        _check_settings(content)
        _check_arrays(arrays, len(words), vectors.vector_size)
        _check_numbers(arrays)
    except ModelFormatError as error:
        raise SettingError(f"these vectors cannot be saved: {error}") from None
    VECTORS.save(path, arrays, content, provenance, card=vectors_card)


def check_vectors_target(path: str | Path) -> None:
    """Raise StorageError unless vectors can be saved at ``path``; worth asking before long work."""
    VECTORS.check_target(path)


def holds_vectors(path: str | Path) -> bool:
    """Whether a folder that says it holds word vectors is at ``path``."""
    return VECTORS.holds(path)


def load_vectors(
    path: str | Path, *, matrix: Matrix | None = None, verify: bool | None = None
) -> WordVectors:
    """Load a folder of word vectors, mapped from its file; runs no code.

    ``matrix`` is the one that was chosen when they were saved, if not given: mostly the input vectors.

    Small files are verified: checksums, words, and that every number is finite. Large ones are not, since all of them
    would have to be read; whatever they hold, no question to them leaves its arrays. ``verify=True`` reads all,
    ``verify=False`` leaves it even for small ones.

    Raises ModelFormatError for anything but word vectors, SettingError for a matrix that is not there.
    """
    saved = open_saved(path, verify=verify)
    settings = saved.config.model.get("settings", {})
    has_output = "output" in saved.tensors
    if matrix is None:  # vectors of any matrix that were saved alone are the only ones there
        matrix = settings.get("matrix", "input") if has_output else "input"
    if matrix not in get_args(Matrix):
        raise SettingError(f"matrix can be {', '.join(get_args(Matrix))}, got {shown(matrix)}")
    vectors = saved.tensors["input"]
    if matrix != "input":
        if not has_output:
            raise SettingError(f"{path} keeps no output vectors; only matrix='input' can be taken")
        output = saved.tensors["output"]
        vectors = output if matrix == "output" else (vectors + output) / 2
    if has_output and matrix != settings.get("matrix", "input"):
        settings = {**settings, "matrix": matrix}  # what is saved again says where it comes from
    known = WordVectors(saved.words, vectors, saved.tensors.get("counts"), settings)
    return known if matrix == "output" else with_subwords(known, saved.config.model, saved.tensors, path)


def open_vectors(
    path: str | Path, *, matrix: Matrix | None = None, verify: bool | None = None
) -> WordVectors:
    """Load word vectors from a folder as `load_vectors` does, or from a file of another tool's format.

    Raises ModelFormatError or InputError for anything else, SettingError for a matrix that is not there.
    """
    if not Path(path).is_file():
        return load_vectors(path, matrix=matrix, verify=verify)
    from nextword.embedding.formats import read_vectors

    check_matrix_of_file(path, matrix)
    return read_vectors(Path(path))


def check_matrix_of_file(path: str | Path, matrix: Matrix | None) -> None:
    """Raise SettingError for a matrix that a file of another tool's format has not."""
    if matrix not in (None, "input"):
        raise SettingError(f"{path} is a file, which holds one matrix; leave out {matrix!r}")


def open_saved(path: str | Path, *, verify: bool | None = None) -> SavedVectors:
    """Map a folder of word vectors, with all that it keeps; raises ModelFormatError for anything else."""
    folder, config = VECTORS.open(path, verify)
    file = folder / TENSORS_FILE
    try:
        _check_settings(config.model)
        tensors = map_tensors(file)
        _check_arrays(tensors, config.model["words"], config.model["size"])
        words = WordTable(
            *(tensors[name] for name in ("word_bytes", "word_starts", "word_hashes", "word_rows"))
        )
        if verify or (verify is None and file.stat().st_size <= SMALL_FILE):
            words.check()
            _check_numbers(tensors)
    except ModelFormatError as error:
        raise ModelFormatError(f"{folder} is damaged: {error}; copy it again, or make it again") from None
    return SavedVectors(config, words, tensors)


def _check_settings(model: Mapping[str, Any]) -> None:
    """Raise ModelFormatError unless V, E and the settings are there, and nothing unknown."""
    unknown = sorted(set(model) - SETTINGS)
    if unknown:
        raise ModelFormatError(f"unknown key {shown(unknown[0])} under model in {CONFIG_FILE}")
    for name, least in (("words", 0), ("size", 1)):
        if type(model.get(name)) is not int or model[name] < least:
            raise ModelFormatError(f"{name} in {CONFIG_FILE} must be a number, got {shown(model.get(name))}")
    if not isinstance(model.get("settings", {}), dict):
        raise ModelFormatError(f"settings in {CONFIG_FILE} must be an object, got {shown(model['settings'])}")


def _check_arrays(tensors: Mapping[str, Array], words: int, size: int) -> None:
    """Raise ModelFormatError unless the arrays are those of V words with E numbers each."""
    known = TENSORS | OPTIONAL_TENSORS
    unknown, missing = sorted(set(tensors) - set(known)), sorted(set(TENSORS) - set(tensors))
    if unknown or missing:
        what = f"holds {shown(unknown[0])}, which is unknown" if unknown else f"lacks {missing[0]!r}"
        raise ModelFormatError(f"{TENSORS_FILE} {what}; known are {', '.join(known)}")
    sizes = {"V": words, "V + 1": words + 1, "E": size}
    for name, tensor in tensors.items():
        dtype, shape = known[name]
        fits = len(shape) == tensor.ndim and all(
            each is None or sizes[each] == found for each, found in zip(shape, tensor.shape, strict=True)
        )
        if tensor.dtype != dtype or not fits:
            expected = f"{np.dtype(dtype)} ({', '.join(each or 'any' for each in shape)})"
            raise ModelFormatError(
                f"{name} is {tensor.dtype} {tensor.shape}, not {expected} with V = {words}, E = {size}"
            )


def _check_numbers(tensors: Mapping[str, Array]) -> None:
    """Raise ModelFormatError for a number that is not finite, or a count below zero."""
    for name, tensor in tensors.items():
        if tensor.dtype == np.float32:
            for begin in range(0, len(tensor), BLOCK):
                if not np.isfinite(tensor[begin : begin + BLOCK]).all():
                    raise ModelFormatError(f"{name} holds numbers that are not finite")
    if "counts" in tensors and np.any(tensors["counts"] < 0):
        raise ModelFormatError("a word has a count below zero")
