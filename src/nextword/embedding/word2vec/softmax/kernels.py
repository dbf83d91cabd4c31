"""Which words stand in whose window, written out: for objectives that take many examples at once."""

from nextword.arrays import IntArray
from nextword.compile import kernel
from nextword.embedding.word2vec.drawing.kernels import (
    GOLDEN,
    below,
    keep_words,
    mix,
    stream_of,
    window_of,
)
from nextword.embedding.word2vec.plan import Plan


@kernel
def find_windows(
    words: IntArray,
    bounds: IntArray,
    first: int,
    last: int,
    plan: Plan,
    epoch: int,
    sentences_before: int,
    kept: IntArray,
    reached: IntArray,
    centres: IntArray,
    contexts: IntArray,
    ends: IntArray,
) -> int:
    """Fill the centre words of sentences first..last that have a context, their context words and where these end.

    The draws are those of `train_sentences`. Returns how many centre words there are.
    """
    found, filled = 0, 0
    for sentence in range(first, last):
        stream = stream_of(plan.seed, epoch, sentences_before + sentence)
        count, stream = keep_words(
            words, bounds[sentence], bounds[sentence + 1], plan.thresholds, kept, stream
        )
        for centre in range(count):
            stream += GOLDEN
            reach = plan.window - below(mix(stream), plan.window) if plan.shrinks else plan.window
            neighbours = window_of(kept, count, centre, reach, 1, reached)
            for place in range(neighbours):
                contexts[filled] = reached[place]
                filled += 1
            if neighbours > 0:
                centres[found] = kept[centre]
                found += 1
                ends[found] = filled
    return found
