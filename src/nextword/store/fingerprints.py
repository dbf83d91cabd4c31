"""By what a text, or vectors, are known again without being kept."""

import hashlib
from dataclasses import dataclass

from nextword.arrays import TokenIds
from nextword.embedding.vectors.vectors import WordVectors
from nextword.text.tokenizer import Tokenizer

_PIECE = 1 << 22


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Two sizes that people can compare, and a digest that differs where anything does."""

    items: int
    """Tokens of a text, or vectors."""
    width: int
    """Words of the vocabulary, or numbers of a vector."""
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
