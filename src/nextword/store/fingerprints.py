"""By what a text, or other data, is known again without being kept."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import TokenIds
from nextword.embedding.vectors.vectors import WordVectors
from nextword.text.tokenizer import Tokenizer

_PIECE = 1 << 22


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Two sizes that people can compare, and a digest that differs where anything does."""

    items: int
    """Tokens of a text, vectors, rows, or arrays."""
    width: int
    """Words of the vocabulary, numbers of a vector, different strings in the rows, or numbers in the arrays."""
    digest: str

    def __post_init__(self) -> None:
        if type(self.items) is not int or type(self.width) is not int or not isinstance(self.digest, str):
            raise ValueError(f"a fingerprint is two sizes and a digest, got {self.items!r}, {self.width!r}")

    def __str__(self) -> str:
        return f"{self.items:,} of {self.width:,}, digest {self.digest[:8]}"


def of_text(ids: TokenIds, tokenizer: Tokenizer) -> Fingerprint:
    """Return the fingerprint of a text as a tokenizer reads it."""
    digest = hashlib.blake2b(tokenizer.to_json().encode("utf-8"), digest_size=16)
    for begin in range(0, len(ids), _PIECE):
        digest.update(ids[begin : begin + _PIECE].astype("<i4").tobytes())
    return Fingerprint(len(ids), len(tokenizer), digest.hexdigest())


def of_vectors(vectors: WordVectors) -> Fingerprint:
    """Return the fingerprint of word vectors."""
    digest = hashlib.blake2b("\n".join(vectors.words).encode("utf-8"), digest_size=16)
    digest.update(vectors.vectors.astype("<f4").tobytes())
    return Fingerprint(len(vectors), vectors.vector_size, digest.hexdigest())


def of_rows(rows: Iterable[Sequence[str]]) -> Fingerprint:
    """Return the fingerprint of rows of strings: sentences, texts with their labels, numbers with their times."""
    digest, different = hashlib.blake2b(digest_size=16), set[str]()
    length = 0
    for row in rows:
        length += 1
        different.update(row)
        for part in row:
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "little") + data)  # so that no two rows are written alike
        digest.update(b"\xff" * 8)
    return Fingerprint(length, len(different), digest.hexdigest())


def of_arrays(arrays: Mapping[str, NDArray[Any]]) -> Fingerprint:
    """Return the fingerprint of named arrays, such as a network's."""
    digest = hashlib.blake2b(digest_size=16)
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return Fingerprint(len(arrays), sum(array.size for array in arrays.values()), digest.hexdigest())


def of_networks(networks: Sequence[Mapping[str, NDArray[Any]]], tokenizer: Tokenizer) -> Fingerprint:
    """Return the fingerprint of the arrays of one network or more, and of the words that they read."""
    found = of_arrays(
        {f"{place}.{name}": each for place, arrays in enumerate(networks) for name, each in arrays.items()}
    )
    how = f"{found.digest} {tokenizer.kind} {tokenizer.lowercase} {tokenizer.to_json()}"
    digest = hashlib.blake2b(how.encode("utf-8"), digest_size=16)
    return Fingerprint(found.items, found.width, digest.hexdigest())
