"""A training kept beside its place while it runs, so that none of it is lost."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nextword.embedding.word2vec.model import Word2Vec
from nextword.errors import SettingError, StorageError
from nextword.store.atomic import recovered
from nextword.store.vectors import check_vectors_target
from nextword.store.word2vec import is_under_way, load_word2vec, save_word2vec

ENDING = ".training"


class Keeper:
    """Keeps the training whose vectors will stand at ``output`` in a folder beside it."""

    def __init__(self, output: Path) -> None:
        self.folder = output.parent / f"{output.name}{ENDING}"

    def check(self) -> None:
        """Raise StorageError unless a training can be kept there: what is there is removed in the end."""
        check_vectors_target(self.folder)
        if self.folder.exists() and any(self.folder.iterdir()) and not is_under_way(self.folder):
            raise StorageError(
                f"{self.folder} is where this training is kept while it runs, and it holds other vectors; give them "
                "another name, or this training another --output"
            )

    def keep(self, model: Word2Vec, text_words: int, provenance: Mapping[str, Any]) -> None:
        """Save the training as it stands; an older state is replaced once this one is whole."""
        save_word2vec(model, self.folder, provenance, text_words=text_words)

    def load(self) -> tuple[Word2Vec, int]:
        """Return the training that was kept and the words of its text; raises SettingError where there is none."""
        if not recovered(self.folder).exists():
            raise SettingError(
                f"there is no training to go on with at {self.folder}; leave --resume out to begin one"
            )
        return load_word2vec(self.folder)

    def checked(self, kept: tuple[Word2Vec, int], begun: Word2Vec, text_words: int) -> Word2Vec:
        """Return the training that was kept; raises SettingError unless text and settings are those it began with."""
        model, words = kept
        if model.settings != begun.settings:
            old, new = model.settings.as_dict(), begun.settings.as_dict()
            changed = next(name for name in old if old[name] != new[name])
            raise SettingError(
                f"the training in {self.folder} began with {changed} {old[changed]!r}, this command says "
                f"{new[changed]!r}; give the command that began it, and --resume"
            )
        is_same = model.words == begun.words and np.array_equal(model.counts, begun.counts)
        if words != text_words or not is_same:
            raise SettingError(
                f"the training in {self.folder} began on another text ({words:,} words, {len(model.words):,} of them "
                f"different; this one {text_words:,} and {len(begun.words):,}); give the text it began with"
            )
        return model

    def remove(self) -> None:
        """Remove what was kept, once the vectors are saved; nothing but a training that was kept is removed."""
        if self.folder.exists() and is_under_way(self.folder):
            shutil.rmtree(self.folder, ignore_errors=True)
