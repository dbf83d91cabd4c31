"""Cutting a stream of ids into sentences, in place."""

from nextword.arrays import IntArray
from nextword.compile import kernel

SENTENCE_END = 2
FIRST_WORD = 3


@kernel
def count_sentences(ids: IntArray, longest: int) -> int:
    """Return how many sentences `cut_sentences` makes."""
    sentences, length = 0, 0
    for token in ids:
        if token == SENTENCE_END:
            sentences += length > 0
            length = 0
        else:
            if length == longest:
                sentences += 1
                length = 0
            length += 1
    return sentences + (length > 0)


@kernel
def cut_sentences(ids: IntArray, longest: int, bounds: IntArray) -> int:
    """Overwrite ids by rows (id - 3), without the ends of sentences, and write where each sentence begins.

    Longer sentences are cut into pieces; nothing is dropped. Unknown words become rows below 0. Returns how many words
    there are.
    """
    sentence, words = 0, 0
    bounds[0] = 0
    for token in ids:
        if token == SENTENCE_END:
            if words > bounds[sentence]:
                sentence += 1
                bounds[sentence] = words
        else:
            if words - bounds[sentence] == longest:
                sentence += 1
                bounds[sentence] = words
            ids[words] = token - FIRST_WORD
            words += 1
    if words > bounds[sentence]:
        bounds[sentence + 1] = words
    return words
