"""word2vec with the full softmax, as the lecture defines it: exact, and dear for large vocabularies."""

from nextword.embedding.word2vec.softmax.batch import train_softmax
from nextword.embedding.word2vec.softmax.cost import softmax_cost
from nextword.embedding.word2vec.softmax.threads import one_blas_thread
from nextword.embedding.word2vec.softmax.windows import Windows, draw_windows

__all__ = ["Windows", "draw_windows", "one_blas_thread", "softmax_cost", "train_softmax"]
