"""Many words at once: the network reads on by itself, and other threads score the words that came.

The output layer is most of the work and needs no order, so its rows are cut into pieces for all threads; one thread
reads. Products take one thread each: those of one product wait for one another.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.blas import one_blas_thread
from nextword.compile import available_threads
from nextword.neural.inference.network import Network
from nextword.neural.inference.outputs import Output
from nextword.text.vocabulary import SENTENCE_END

READ = 4096
"""Words that are read before the next are: their vectors take some tens of megabytes."""
SCORED = 512
"""Words that one thread scores at once."""
WAITING = 4
"""Pieces of work that wait for each thread, at most."""


def score(
    network: Network[Any], output: Output, sequences: Sequence[IntArray], state: Any
) -> tuple[list[FloatArray], Any]:
    """Return log P of every word of B sequences of ranks, and the state after the longest.

    Sequences stand longest first, and ``state`` has a row for each.
    """
    ends = np.cumsum([len(sequence) for sequence in sequences])
    log_probs = np.empty(ends[-1])  # of all sequences, one after the other

    def score_piece(hidden: FloatArray, targets: IntArray, places: IntArray) -> None:
        # A word's own score and the sum over all are different products: rounding must not lift a certainty above
        # probability one.
        log_probs[places] = np.minimum(output.target_log_probs(hidden, targets), 0)

    with ExitStack() as stack:
        pool, threads = None, available_threads()
        if len(log_probs) > SCORED:  # fewer are scored sooner than threads are started
            stack.enter_context(one_blas_thread())
            pool = stack.enter_context(ThreadPoolExecutor(threads))
        waiting: deque[Future[None]] = deque()
        for hidden, targets, places, after in _read(network, sequences, state):
            state = after
            for begin in range(0, len(targets), SCORED):
                rows = slice(begin, begin + SCORED)
                piece = hidden[rows], targets[rows], places[rows]
                if pool is None:
                    score_piece(*piece)
                    continue
                waiting.append(pool.submit(score_piece, *piece))
                if len(waiting) > WAITING * threads:
                    waiting.popleft().result()
        for future in waiting:
            future.result()
    return np.split(log_probs, ends[:-1]), state


def _read(
    network: Network[Any], sequences: Sequence[IntArray], state: Any
) -> Iterator[tuple[FloatArray, IntArray, IntArray, Any]]:
    """Yield hidden vectors (N, H), the word that each must foretell, its place among all, and the state after them."""
    lengths = np.array([len(sequence) for sequence in sequences])
    firsts = np.cumsum(lengths) - lengths
    begin = 0
    while active := int(np.count_nonzero(lengths > begin)):
        state = state[:active]
        end = min(begin + -(-READ // active), int(lengths[0]))
        # Sequences that end in between are filled up; what is read of them there is not asked for.
        words = np.full((end - begin, active), SENTENCE_END)  # (T, B)
        for row, sequence in enumerate(sequences[:active]):
            some = sequence[begin:end]
            words[: len(some), row] = some
        first = network.hidden(state)
        hidden, state = network.remember(words, state)  # (T, B, H)
        before = np.concatenate([first[None], hidden[:-1]])
        steps = np.arange(begin, end)[:, None]
        is_word = steps < lengths[:active]  # (T, B)
        yield before[is_word], words[is_word], (firsts[:active] + steps)[is_word], state
        begin = end
