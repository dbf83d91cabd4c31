"""ARPA files, the text format that all n-gram toolkits share: read and written as streams."""

from nextword.ngram.arpa.read import read_arpa
from nextword.ngram.arpa.write import write_arpa

__all__ = ["read_arpa", "write_arpa"]
