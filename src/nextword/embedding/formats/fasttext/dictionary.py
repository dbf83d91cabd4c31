"""The words of a fastText model, how often each occurred, and which n-grams a pruned model keeps."""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.formats.fasttext import kernels
from nextword.embedding.formats.source import BLOCK, ByteSource
from nextword.embedding.formats.table import MAX_WORD_BYTES, DecodingErrors
from nextword.errors import shown

_ENTRY_BYTES = 10
"""A NUL, a count and a type: what an entry takes beside its word."""


@dataclass(slots=True)
class Dictionary:
    """The words of a model, without the labels behind them."""

    name: str
    """The file's."""
    words: list[str]
    counts: NDArray[np.int64]
    """(V,)."""
    kept: NDArray[np.int32] | None
    """The buckets that a pruned model keeps, in the order of their rows; None where it keeps all."""

    @property
    def is_pruned(self) -> bool:
        """Whether n-grams were left out."""
        return self.kept is not None

    def unrepeated(self) -> NDArray[np.int64]:
        """Return the rows of the words without those that stand twice or are empty, which decoding can make so."""
        first = {word: row for row, word in reversed(list(enumerate(self.words)))}
        first.pop("", None)
        return np.sort(np.fromiter(first.values(), dtype=np.int64, count=len(first)))


def read_dictionary(source: ByteSource, errors: DecodingErrors) -> Dictionary:
    """Read the words of a model; raises ModelFormatError for whatever is wrong."""
    size, words, labels, _, pruned = struct.unpack("<3i2q", source.take(28, "the dictionary"))
    if words < 1 or labels < 0 or words + labels != size:
        source.fail(
            f"a dictionary of {size:,} entries, {words:,} words and {labels:,} labels, which cannot be; is it damaged?"
        )
    source.check_left(_ENTRY_BYTES * size, "the dictionary")
    text, counts, kinds = _read_entries(source, size)
    # Words stand before labels, in fastText's files and so in their rows.
    if np.any(kinds[:words] != 0) or np.any(kinds[words:] != 1) or np.any(counts < 0):
        source.fail("the words and labels of the dictionary are out of order, or a count is below 0")
    kept = None if pruned < 0 else _read_pruned(source, pruned)
    return Dictionary(source.name, _decoded(source, text, words, errors), counts[:words], kept)


def _read_entries(source: ByteSource, size: int) -> tuple[bytes, NDArray[np.int64], NDArray[np.int8]]:
    """Return the words, each with a line break behind it, the counts and the types of all entries."""
    texts, counts, kinds, least, done = [], [], [], BLOCK, 0
    while done < size:
        waiting = source.buffered(least)
        data = np.frombuffer(source.data, dtype=np.uint8)
        most = min(size - done, (len(data) - source.place) // _ENTRY_BYTES)
        arena, numbers, types = np.empty(waiting, np.uint8), np.empty(most, np.int64), np.empty(most, np.int8)
        wrong, place, found, used = kernels.read_entries(
            data, source.place, MAX_WORD_BYTES, arena, numbers, types
        )
        if wrong or (found == 0 and waiting < least):
            what = (
                "is empty, holds a line break or is too long; the file is damaged"
                if wrong
                else "is cut short: copy the file again"
            )
            source.fail(f"entry {done + found + 1:,} of the dictionary {what}")
        least = BLOCK if found else 2 * least
        source.advance_to(place)
        done += found
        texts.append(arena[:used].tobytes())
        counts.append(numbers[:found].copy())
        kinds.append(types[:found].copy())
    return b"".join(texts), np.concatenate(counts), np.concatenate(kinds)


def _decoded(source: ByteSource, text: bytes, words: int, errors: DecodingErrors) -> list[str]:
    try:
        decoded = text.decode("utf-8", errors)
    except UnicodeDecodeError as error:
        word = text[text.rfind(b"\n", 0, error.start) + 1 :].partition(b"\n")[0]
        source.fail(
            f"the word {shown(word[:80])} is not UTF-8; give errors='replace' or errors='ignore' to read it all the "
            "same"
        )
    return decoded.split("\n")[:words]


def _read_pruned(source: ByteSource, count: int) -> NDArray[np.int32]:
    """Return the kept buckets in the order of their rows; raises ModelFormatError where one stands twice."""
    pairs = source.take_array("<i4", 2 * count, "the list of kept n-grams").reshape(-1, 2)
    buckets = np.empty(count, dtype=np.int32)
    if len(pairs) and not np.array_equal(np.sort(pairs[:, 1]), np.arange(count)):
        source.fail("the list of kept n-grams does not number them from 0; the file is damaged")
    buckets[pairs[:, 1]] = pairs[:, 0]
    if len(np.unique(buckets)) < count or np.any(buckets < 0):
        source.fail("the list of kept n-grams names one twice; the file is damaged")
    return buckets
