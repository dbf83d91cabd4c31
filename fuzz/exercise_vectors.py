"""Ask vectors that were loaded from a damaged file what people ask; they must be whole."""

import contextlib
from pathlib import Path

import numpy as np

from nextword.embedding.formats import read_vectors, write_vectors
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import NextwordError
from nextword.store.vectors import load_vectors, save_vectors


def exercise_vectors(vectors: WordVectors, scratch: Path) -> None:
    """Raise whatever is wrong with them; ``scratch`` is a folder to write in."""
    shape = (len(vectors), vectors.vector_size)
    if vectors.vectors.shape != shape or 0 in shape or not np.isfinite(vectors.vectors).all():
        raise AssertionError(f"vectors of {shape} are {vectors.vectors.shape}, or not finite")
    if len(set(vectors.words)) != len(vectors):
        raise AssertionError("a word stands twice")
    vectors.most_similar(vectors.words[0], topn=2)
    with contextlib.suppress(NextwordError):  # no piece of it is known
        vectors.get_vector("dogcat\u00e9", norm=True)
    save_vectors(vectors, scratch / "saved")
    _check_same(vectors, load_vectors(scratch / "saved", verify=True))
    for kind in ("word2vec", "word2vec-binary", "glove"):
        with contextlib.suppress(NextwordError):  # a word that no such file can hold
            write_vectors(vectors, scratch / kind, format=kind)
            _check_same(vectors, read_vectors(scratch / kind, format=kind))


def _check_same(one: WordVectors, other: WordVectors) -> None:
    if list(one.words) != list(other.words) or one.vectors.tobytes() != other.vectors.tobytes():
        raise AssertionError("what was saved is not what was loaded")
