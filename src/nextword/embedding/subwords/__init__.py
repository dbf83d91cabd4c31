"""Vectors for words that were never seen, from the vectors of their pieces."""

from nextword.embedding.subwords.vectors import SubwordVectors

__all__ = ["SubwordVectors"]
