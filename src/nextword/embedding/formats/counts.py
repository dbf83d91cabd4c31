"""How often each word occurred: a file of lines ``word count``, which word2vec calls the vocabulary."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.formats.source import BLOCK, open_bytes
from nextword.errors import ModelFormatError, shown

_LARGEST = (1 << 63) - 1
_MAX_LINE_BYTES = 1 << 20


def read_word_counts(path: str | Path, words: Sequence[str], errors: str = "strict") -> NDArray[np.int64]:
    """Return the counts of some words, (V,), from a file of lines ``word count``; other words in it are skipped.

    Raises ModelFormatError for a line that is something else, and for a word without a count.
    """
    wanted = {word: row for row, word in enumerate(words)}
    counts = np.full(len(words), -1, dtype=np.int64)
    with open_bytes(path) as source:
        rest, first = b"", 1
        while source.buffered(BLOCK):
            block = rest + source.data[source.place :]
            source.advance_to(len(source.data))
            cut = block.rfind(b"\n") + 1
            for number, line in enumerate(block[:cut].split(b"\n"), start=first):
                _enter(line, number, source.name, errors, wanted, counts)
            first += block.count(b"\n", 0, cut)
            rest = block[cut:]
            if len(rest) > _MAX_LINE_BYTES:
                source.fail(
                    f"line {first:,} is longer than {_MAX_LINE_BYTES:,} bytes; is it a file of counts?"
                )
        if rest:
            _enter(rest, first, source.name, errors, wanted, counts)
        missing = np.flatnonzero(counts < 0)
        if len(missing):
            source.fail(
                f"the word {shown(words[missing[0]])} has no count; does the file belong to these vectors?"
            )
    return counts


def _enter(
    line: bytes, number: int, name: str, errors: str, wanted: dict[str, int], counts: NDArray[np.int64]
) -> None:
    word, _, count = line.rstrip().rpartition(b" ")
    if not line.strip():
        return
    try:
        row = wanted.get(word.decode("utf-8", errors))
    except UnicodeDecodeError:
        raise ModelFormatError(f"{name}: line {number:,}: {shown(word[:80])} is not UTF-8") from None
    if not (count.isdigit() and len(count) < 20 and int(count) <= _LARGEST):
        raise ModelFormatError(
            f"{name}: line {number:,}: expected a word and a count, found {shown(line[:80])}"
        )
    if row is not None and counts[row] < 0:
        counts[row] = int(count)
