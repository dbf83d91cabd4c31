"""Files of word vectors: word2vec text and binary, GloVe, fastText ``.vec`` and ``.bin``, plain or compressed."""

from nextword.embedding.formats.detect import VectorFormat
from nextword.embedding.formats.read import read_vectors
from nextword.embedding.formats.write import write_vectors

__all__ = ["VectorFormat", "read_vectors", "write_vectors"]
