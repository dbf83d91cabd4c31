"""The loop over sentences: draw what is read, and update the rows of every window."""

import numpy as np

from nextword.arrays import IntArray
from nextword.compile import kernel
from nextword.embedding.word2vec.drawing.kernels import (
    GOLDEN,
    below,
    draw_negatives,
    keep_words,
    mix,
    prefetch_row,
    stream_of,
    window_of,
)
from nextword.embedding.word2vec.plan import Plan
from nextword.embedding.word2vec.updates.cbow.kernels import gather_hidden, spread_gradient, update_outputs
from nextword.embedding.word2vec.updates.kernels import GROUP, PLACES, loss_of
from nextword.embedding.word2vec.updates.skipgram.kernels import update_window

GUARD = 64
"""Numbers before and behind an array of a thread's own: two cache lines or more."""


@kernel
def follow_path(
    word: int,
    plan: Plan,
    rate: float,
    outputs: "np.ndarray",
    rows: IntArray,
    labels: "np.ndarray",
    rates: "np.ndarray",
    first: int,
) -> int:
    """Write the inner nodes on a word's path through the Huffman tree; the branch of code 0 has label 1.

    The groups of rows begin at ``first``; what the path leaves of the last has a rate of 0. Returns where they end.
    """
    begin, end = plan.offsets[word], plan.offsets[word + 1]
    groups = (end - begin + GROUP - 1) // GROUP
    for step in range(groups * GROUP):
        place = first + step // GROUP * PLACES + step % GROUP
        is_on_path = begin + step < end
        rows[place] = (plan.points[begin + step] if is_on_path else plan.vocabulary) * plan.width
        labels[place] = 1 - plan.codes[begin + step] if is_on_path else 0
        rates[place] = rate if is_on_path else np.float32(0)
        prefetch_row(outputs, rows[place], plan.width)
    return first + groups * PLACES


@kernel
def train_sentences(
    words: IntArray,
    bounds: IntArray,
    first: int,
    last: int,
    inputs: "np.ndarray",
    outputs: "np.ndarray",
    plan: Plan,
    epoch: int,
    sentences_before: int,
    words_before: int,
) -> tuple[int, int, float, int]:
    """Train on the sentences first..last, where sentence s is ``words[bounds[s]:bounds[s + 1]]``.

    Random numbers follow from the seed, the epoch and ``sentences_before`` + s; the rate falls in a line with
    ``words_before`` + the words of this text read before. Row ``vocabulary`` of both matrices, behind all words, is
    zero and stays so: it fills groups up.

    Returns (words kept, examples, the loss of those measured, how many were measured).
    """
    width, vocabulary = plan.width, plan.vocabulary
    longest = 0
    for sentence in range(first, last):
        longest = max(longest, bounds[sentence + 1] - bounds[sentence])
    # Threads write to these all the time: guards keep them from sharing a cache line with those of another thread.
    kept = np.empty(longest + 1 + 2 * GUARD, np.int64)[GUARD:-GUARD]
    contexts = np.empty(2 * plan.window + 2 + 2 * GUARD, np.int64)[GUARD:-GUARD]
    pairs = (2 * plan.window + 2) * PLACES + 2 * GUARD
    scores, errors = np.empty(pairs, np.float32)[GUARD:-GUARD], np.empty(pairs, np.float32)[GUARD:-GUARD]
    hidden = np.zeros(width + 2 * GUARD, np.float32)[GUARD:-GUARD]
    gradient = np.zeros(width + 2 * GUARD, np.float32)[GUARD:-GUARD]
    # Two centres have their groups of output rows here in turn: while one is updated, the next one's rows are fetched.
    places = plan.groups * PLACES
    rows = np.full(2 * places + 2 * GUARD, vocabulary * width)[GUARD:-GUARD]
    labels = np.zeros(2 * places + 2 * GUARD, np.float32)[GUARD:-GUARD]
    rates = np.zeros(2 * places + 2 * GUARD, np.float32)[GUARD:-GUARD]
    if plan.negative > 0:
        labels[0] = labels[places] = 1
    all_kept, examples, loss, measured, until_measured = 0, 0, 0.0, 0, 0
    for sentence in range(first, last):
        stream = stream_of(plan.seed, epoch, sentences_before + sentence)
        count, stream = keep_words(
            words, bounds[sentence], bounds[sentence + 1], plan.thresholds, kept, stream
        )
        all_kept += count
        progress = (words_before + bounds[sentence]) / plan.total_words
        rate = np.float32(max(plan.final_rate, plan.rate + (plan.final_rate - plan.rate) * progress))
        begin, end, next_begin, next_end = 0, 0, 0, places
        for place in range(count + 1):
            begin, end, next_begin, next_end = (
                next_begin,
                next_end,
                places - next_begin,
                2 * places - next_begin,
            )
            if place < count and plan.negative > 0:
                stream = draw_negatives(
                    stream, kept[place], plan.negative, plan.table, vocabulary, width, rate, outputs, rows, rates,
                    next_begin,
                )  # fmt: skip
            elif place < count:
                next_end = follow_path(kept[place], plan, rate, outputs, rows, labels, rates, next_begin)
            if place + plan.window < count:  # it comes into the window of the next centre
                prefetch_row(inputs, kept[place + plan.window] * width, width)
            centre = place - 1
            if centre < 0:
                continue
            stream += GOLDEN
            reach = plan.window - below(mix(stream), plan.window) if plan.shrinks else plan.window
            found = window_of(kept, count, centre, reach, width, contexts)
            if found == 0:
                continue
            shown = found if plan.is_skipgram else 1
            examples += shown
            until_measured -= shown
            is_measured = until_measured <= 0
            if is_measured:
                measured += shown
                until_measured = plan.loss_every
            if plan.is_skipgram:
                contexts[found] = vocabulary * width  # they are scored in pairs
                for group in range(begin, end, PLACES):
                    update_window(
                        inputs,
                        contexts,
                        found,
                        outputs,
                        rows,
                        labels,
                        rates,
                        group,
                        width,
                        scores,
                        errors,
                    )
                    if is_measured:
                        loss += loss_of(scores, found, labels, rates, group, rate)
            else:
                gather_hidden(inputs, contexts, found, width, 1 / found if plan.is_mean else 1.0, hidden)
                for group in range(begin, end, PLACES):
                    update_outputs(
                        hidden, gradient, outputs, rows, labels, rates, group, width, scores, errors
                    )
                    if is_measured:
                        loss += loss_of(scores, 1, labels, rates, group, rate)
                scale = 1 / found if plan.is_mean and plan.is_exact else 1.0
                spread_gradient(inputs, contexts, found, width, scale, gradient)
    return all_kept, examples, loss, measured
