"""A store of words and their vectors."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.errors import SettingError


class WordVectors:
    """V words, each with a vector of E numbers, the most frequent first."""

    def __init__(
        self,
        words: Sequence[str],
        vectors: NDArray[np.float32],
        counts: NDArray[np.int64] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        if vectors.ndim != 2 or len(vectors) != len(words):
            raise SettingError(f"{len(words)} words need as many vectors, got an array of {vectors.shape}")
        self.words = words
        self.vectors = vectors
        """(V, E), float32."""
        self.counts = counts
        """(V,), how often each word occurred, where that is known."""
        self.settings = dict(settings or {})
        """How the vectors were made: what ``config.json`` keeps."""

    @property
    def index_to_key(self) -> list[str]:
        """The words in the order of their rows."""
        return list(self.words)

    @cached_property
    def key_to_index(self) -> dict[str, int]:
        """The row of each word."""
        return {word: row for row, word in enumerate(self.words)}

    @property
    def vector_size(self) -> int:
        """E, the length of a vector."""
        return int(self.vectors.shape[1])

    def __len__(self) -> int:
        return len(self.words)
