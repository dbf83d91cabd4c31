"""Count within a bound on memory: pieces of the text one by one, spilled to disk as sorted runs and merged."""

from collections.abc import Callable, Iterator

import numpy as np

from nextword.arrays import TokenIds
from nextword.errors import InputError
from nextword.ngram.counting.counts import MAX_NODES, NgramCounts, check_order, count_ngrams
from nextword.ngram.external.merge import merge_to_one
from nextword.ngram.external.runs import RunsWriter
from nextword.ngram.external.suffixes import link_suffixes
from nextword.scratch import Scratch
from nextword.text.vocabulary import SENTENCE_END


def count_within(
    ids: TokenIds,
    vocabulary_size: int,
    order: int,
    scratch: Scratch,
    *,
    progress: Callable[[str], None] | None = None,
) -> NgramCounts:
    """Count all n-grams up to ``order`` as `count_ngrams` does, within the memory of ``scratch``.

    ``ids`` (T,) may be an array on disk, as ``learn_corpus(..., scratch=scratch)`` gives it; the arrays of the
    result are. A sentence is never cut: the longest has to fit. Raises what `count_ngrams` raises, and
    StorageError where the disk is full.

    The runs and their merge are external sorting (Knuth, The Art of Computer Programming, volume 3, section 5.4);
    Heafield et al., "Scalable modified Kneser-Ney language model estimation" (2013), section 3.1, count so too.
    """
    say = progress or (lambda _: None)
    check_order(order)
    if len(ids) == 0 or ids[-1] != SENTENCE_END:
        raise InputError("there is no complete sentence to count; give at least one line of text")
    if len(ids) >= MAX_NODES:
        raise InputError(f"more than {MAX_NODES:,} tokens; split the text")
    spilled = RunsWriter(scratch)
    for first, last in cut_sentences(ids, scratch.room() // bytes_a_token(order), scratch):
        say(f"counting {order}-grams, {last / len(ids):.0%}")
        spilled.add(count_ngrams(ids[first:last], vocabulary_size, order, threads=scratch.threads))
        scratch.release()
    run = merge_to_one(spilled.finish(), scratch, say)
    del spilled
    say("linking n-grams")
    starts = run.starts[0]
    suffixes = link_suffixes(starts, run.words, run.children, scratch)
    return NgramCounts(order, starts, run.words, run.children, suffixes, run.counts)


def bytes_a_token(order: int) -> int:
    """Return how much memory `count_ngrams` takes a token, at most.

    Every token may begin a new n-gram of each length from 2 up, four numbers each; beside these are its id, twice,
    its sorting key, and the places and nodes of the length before and of this one.
    """
    return 4 * 4 * (order - 1) + 2 * 4 + 8 + 2 * 4 + 2 * 4


def cut_sentences(ids: TokenIds, size: int, scratch: Scratch) -> Iterator[tuple[int, int]]:
    """Cut a stream into pieces of whole sentences: of at most ``size`` tokens, or of one sentence that is longer."""
    first = 0
    while first < len(ids):
        last = min(first + max(1, size), len(ids))
        last = _end_before(ids, first, last) or _end_after(ids, last)
        yield first, last
        scratch.tidy()
        first = last


_STEP = 1 << 12


def _end_before(ids: TokenIds, first: int, last: int) -> int:
    """Return the end of the last sentence that ends within first..last, or 0."""
    while last > first:
        begin = max(first, last - _STEP)
        ends = np.flatnonzero(ids[begin:last] == SENTENCE_END)
        if len(ends):
            return begin + int(ends[-1]) + 1
        last = begin
    return 0


def _end_after(ids: TokenIds, last: int) -> int:
    """Return the end of the first sentence that ends at ``last`` or behind it."""
    while not len(ends := np.flatnonzero(ids[last : last + _STEP] == SENTENCE_END)):
        last += _STEP
    return last + int(ends[0]) + 1
