"""Saving an n-gram model while it is still being estimated.

Half of a model is known once its n-grams are counted: which they are and how they hang together. A disk takes
seconds for that half of a large model, and it can take them while the processors work on the probabilities.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.counting.counts import NgramCounts
from nextword.ngram.model import NgramModel
from nextword.store import ngram
from nextword.store.atomic import new_folder
from nextword.store.models import check_target, write_files
from nextword.store.tensors import Array, TensorFile

SHARED = ("starts", "words", "children", "suffixes", "counts")
"""The arrays that the counts and a model without pruning have in common."""


@contextmanager
def early_save(path: str | Path) -> Iterator["EarlySave"]:
    """Give a model folder to fill, which appears whole at the end or, after an error, not at all.

    Raises StorageError where the place cannot be written or holds something that is not a model.
    """
    with ExitStack() as stack:
        yield EarlySave(Path(path), stack)


class EarlySave:
    """A model folder in the making."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self._path, self._stack = path, stack
        self._file: TensorFile | None = None
        self._written: Future[None] | None = None
        self._arrays: dict[str, Array] = {}
        self._given_up = False

    @cached_property
    def _folder(self) -> Path:
        """The folder that will take its place; made when there is something to put in."""
        return self._stack.enter_context(new_folder(self._path, check_target))

    def counted(self, counts: NgramCounts) -> None:
        """Begin to write what is known once everything is counted."""
        nodes, contexts = len(counts.words), len(counts.children) - 1
        self._arrays = {name: getattr(counts, name) for name in SHARED}
        shapes = {name: (array.dtype, array.shape) for name, array in self._arrays.items()}
        probabilities = np.dtype(np.float64)
        shapes |= {"log_probs": (probabilities, (nodes,)), "backoffs": (probabilities, (contexts,))}
        self._file = TensorFile(self._folder / ngram.TENSORS_FILE, shapes)
        writer = self._stack.enter_context(ThreadPoolExecutor(1))
        self._written = writer.submit(self._write, self._file)
        self._stack.callback(self.close)

    def _write(self, file: TensorFile) -> None:
        for name, array in self._arrays.items():
            if self._given_up:
                return
            file.write(name, array)
        file.sync()

    def finish(self, model: NgramModel, provenance: Mapping[str, Any]) -> None:
        """Write what is missing; if the model is not made of the counts as they were, all of it."""
        if self._written is not None:
            self._written.result()
        automaton = model.automaton
        is_same = isinstance(automaton, Automaton) and all(
            _is_same(getattr(automaton, name), array) for name, array in self._arrays.items()
        )
        if self._file is not None and isinstance(automaton, Automaton) and is_same:
            self._file.write("log_probs", automaton.log_probs)
            self._file.write("backoffs", automaton.backoffs)
            self.close()
            content = ngram.write_rest(model, self._folder)
        else:
            self.close()
            content = ngram.write(model, self._folder)
        write_files(model, self._folder, provenance, content)

    def close(self) -> None:
        """Stop writing and let go of the file."""
        self._given_up = True
        if self._file is not None and self._written is not None:
            wait([self._written])
            self._file.close()


def _is_same(one: Array, other: Array) -> bool:
    """Whether two arrays are the same memory."""
    return len(one) == len(other) and one.ctypes.data == other.ctypes.data
