"""What a network remembers of B texts."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from nextword.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False, slots=True)
class LastWords:
    """What a window remembers: the words in it."""

    words: IntArray
    """(B, n), ranks; the word read last stands last."""

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, rows: slice | IntArray) -> Self:
        return type(self)(self.words[rows])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LastWords) and np.array_equal(self.words, other.words)

    def __hash__(self) -> int:
        return hash(self.words.tobytes())


@dataclass(frozen=True, eq=False, slots=True)
class Memories:
    """What a recurrent network remembers: h, for an LSTM h and c, of each layer in turn."""

    vectors: tuple[FloatArray, ...]
    """Each (B, H)."""

    def __len__(self) -> int:
        return len(self.vectors[0])

    def __getitem__(self, rows: slice | IntArray) -> Self:
        return type(self)(tuple(vector[rows] for vector in self.vectors))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Memories)
            and len(self.vectors) == len(other.vectors)
            and all(map(np.array_equal, self.vectors, other.vectors))
        )

    def __hash__(self) -> int:
        # + 0.0 turns -0.0 into 0.0, which equals it.
        return hash(tuple((vector + 0.0).tobytes() for vector in self.vectors))
