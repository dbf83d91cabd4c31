"""word2vec one training example at a time, in the equations of the lecture: slow, exact, and meant to be read."""

from nextword.embedding.lesson.example import Example, dense_gradients, take_step
from nextword.embedding.lesson.hidden import Hidden, hidden_vector
from nextword.embedding.lesson.hierarchical_softmax import hierarchical_softmax_example
from nextword.embedding.lesson.negative_sampling import negative_sampling_example
from nextword.embedding.lesson.picture import save_step
from nextword.embedding.lesson.record import step_record
from nextword.embedding.lesson.softmax import softmax, softmax_example
from nextword.embedding.lesson.step import Word2vecStep, word2vec_step
from nextword.embedding.lesson.text import step_text
from nextword.embedding.lesson.windows import Architecture, Pair, training_pairs

__all__ = [
    "Architecture",
    "Example",
    "Hidden",
    "Pair",
    "Word2vecStep",
    "dense_gradients",
    "hidden_vector",
    "hierarchical_softmax_example",
    "negative_sampling_example",
    "save_step",
    "softmax",
    "softmax_example",
    "step_record",
    "step_text",
    "take_step",
    "training_pairs",
    "word2vec_step",
]
