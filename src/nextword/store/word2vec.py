"""word2vec in a folder of vectors: what a training needs to go on stands beside what questions need."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nextword.embedding.word2vec.matrices import Matrix
from nextword.embedding.word2vec.model import Position, Which, Word2Vec
from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.errors import ModelFormatError, SettingError, shown
from nextword.store.config import Config
from nextword.store.vectors import open_saved, save_vectors

POSITIONS = frozenset({"epochs_before", "epoch", "block", "words"})
"""What ``config.json`` says of how far a training has come; ``words`` are those of its text."""


def save_word2vec(
    model: Word2Vec,
    path: str | Path,
    provenance: Mapping[str, Any] | None = None,
    *,
    matrix: Which = "input",
    text_words: int = 0,
) -> None:
    """Save a model as a folder of vectors, with all that a training needs to go on.

    ``matrix`` says which vectors questions are answered by, if they do not say otherwise. Raises what
    `store.vectors.save_vectors` does.
    """
    vectors = model.vectors("input")
    vectors.settings["matrix"] = matrix
    name = "nodes" if model.settings.objective == "hierarchical-softmax" else "output"
    position = model.position
    training = {
        "epochs_before": position.epochs_before,
        "epoch": position.epoch,
        "block": position.block,
        "words": text_words,
    }
    save_vectors(
        vectors,
        path,
        provenance,
        tensors={name: np.ascontiguousarray(model.outputs.rows)},
        model={"training": training},
    )


def load_word2vec(path: str | Path) -> tuple[Word2Vec, int]:
    """Load what `save_word2vec` saved: a model that training can go on with, and the words of its text.

    Raises ModelFormatError for vectors that come from elsewhere, or are damaged.
    """
    if Path(path).is_file():
        raise ModelFormatError(
            f"{path} is a file, which holds vectors and not what a training needs to go on; give a folder that "
            "nextword train word2vec wrote"
        )
    saved = open_saved(path, verify=True)
    settings, training = saved.config.model.get("settings", {}), saved.config.model.get("training")
    if not isinstance(training, dict) or "word2vec" not in settings:
        raise ModelFormatError(
            f"{path} holds vectors and not what a training needs to go on; train word2vec anew"
        )
    if set(training) != POSITIONS or any(type(value) is not int or value < 0 for value in training.values()):
        raise ModelFormatError(f"{path}: training in config.json is not in order: {shown(training)}")
    text = settings.get("tokenizer", {})
    if not isinstance(text, dict):
        raise ModelFormatError(f"{path}: tokenizer in config.json must be an object, got {shown(text)}")
    try:
        made_by = Word2VecSettings.from_dict(settings["word2vec"])
    except (SettingError, TypeError) as error:
        raise ModelFormatError(f"{path}: settings in config.json make no sense: {error}") from None
    name = "nodes" if made_by.objective == "hierarchical-softmax" else "output"
    missing = [tensor for tensor in (name, "counts") if tensor not in saved.tensors]
    if missing or made_by.size != saved.config.model["size"]:
        raise ModelFormatError(f"{path} lacks {missing[:1] or 'vectors of the size it says'}; it is damaged")
    position = Position(training["epochs_before"], training["epoch"], training["block"])
    model = Word2Vec(
        list(saved.words),
        np.array(saved.tensors["counts"]),
        made_by,
        text=text,
        inputs=Matrix.holding(saved.tensors["input"]),
        outputs=Matrix.holding(saved.tensors[name]),
        position=position,
    )
    return model, training["words"]


def is_under_way(path: str | Path) -> bool:
    """Whether at ``path`` are vectors whose training is not complete."""
    try:
        model = Config.read(Path(path)).model
        done, all_epochs = model["training"]["epoch"], model["settings"]["word2vec"]["epochs"]
    except (ModelFormatError, KeyError, TypeError):
        return False
    return type(done) is type(all_epochs) is int and done < all_epochs
