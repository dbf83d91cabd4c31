"""Bytes to chunk numbers: the loop that reads a corpus once, without a Python string a token."""

import numpy as np

from nextword.arrays import BoolArray, IntArray
from nextword.compile import kernel

LINE_END = 0
"""The number of the line break; chunks are numbered from 1 in the order of their first appearance."""


@kernel
def number_chunks(
    text: "np.ndarray",
    position: int,
    is_delimiter: BoolArray,
    slots: IntArray,
    hashes: "np.ndarray",
    arena: "np.ndarray",
    begins: IntArray,
    chunks: int,
    numbers: IntArray,
) -> tuple[int, int, int]:
    """Number the chunks of ``text`` from ``position`` on; a chunk is a run of bytes between delimiters.

    The table is open addressing with linear probing: ``slots`` (a power of two) holds chunk numbers, ``hashes``
    their 64-bit FNV-1a hashes, and chunk c has the bytes ``arena[begins[c]:begins[c + 1]]``. Returns early, at
    the chunk that does not fit, when the table, the arena or ``begins`` is too small; the caller enlarges them.

    Returns (position reached, chunks known, numbers written).
    """
    size = len(text)
    mask = len(slots) - 1
    written = 0
    while position < size:
        byte = text[position]
        if is_delimiter[byte]:
            if byte == 10:
                numbers[written] = LINE_END
                written += 1
            position += 1
            continue
        end = position
        digest = np.uint64(14695981039346656037)
        while end < size and not is_delimiter[text[end]]:
            digest = (digest ^ np.uint64(text[end])) * np.uint64(1099511628211)
            end += 1
        digest ^= digest >> np.uint64(32)
        length = end - position
        slot = np.int64(digest) & mask
        while True:
            chunk = slots[slot]
            if chunk == 0:
                if (
                    2 * (chunks + 1) > len(slots)
                    or chunks + 2 >= len(begins)
                    or chunks + 1 >= len(hashes)
                    or begins[chunks + 1] + length > len(arena)
                ):
                    return position, chunks, written
                chunks += 1
                chunk = chunks
                slots[slot] = chunk
                hashes[chunk] = digest
                begin = begins[chunk]
                for offset in range(length):
                    arena[begin + offset] = text[position + offset]
                begins[chunk + 1] = begin + length
                break
            if hashes[chunk] == digest:
                begin = begins[chunk]
                if begins[chunk + 1] - begin == length:
                    same = 0
                    while same < length and arena[begin + same] == text[position + same]:
                        same += 1
                    if same == length:
                        break
            slot = (slot + 1) & mask
        numbers[written] = chunk
        written += 1
        position = end
    return position, chunks, written


@kernel
def look_up_ids(
    text: "np.ndarray | bytes",
    is_delimiter: BoolArray,
    slots: IntArray,
    hashes: "np.ndarray",
    arena: "np.ndarray",
    begins: IntArray,
    first_word: int,
    ids: IntArray,
) -> tuple[int, int]:
    """Write the id of every chunk of a line: its number in the table less one, 0 if it is not there.

    Returns (ids written, how many are special tokens, below ``first_word``).
    """
    size = len(text)
    mask = len(slots) - 1
    position, written, special = 0, 0, 0
    while position < size:
        if is_delimiter[text[position]]:
            position += 1
            continue
        end = position
        digest = np.uint64(14695981039346656037)
        while end < size and not is_delimiter[text[end]]:
            digest = (digest ^ np.uint64(text[end])) * np.uint64(1099511628211)
            end += 1
        digest ^= digest >> np.uint64(32)
        slot = np.int64(digest) & mask
        chunk = slots[slot]
        while chunk != 0:
            begin = begins[chunk]
            if hashes[chunk] == digest and begins[chunk + 1] - begin == end - position:
                same = 0
                while position + same < end and arena[begin + same] == text[position + same]:
                    same += 1
                if position + same == end:
                    break
            slot = (slot + 1) & mask
            chunk = slots[slot]
        special += 0 < chunk <= first_word
        ids[written] = max(0, chunk - 1)
        written += 1
        position = end
    return written, special


@kernel
def enter_chunks(slots: IntArray, hashes: "np.ndarray", chunks: int) -> None:
    """Enter chunks 1 to ``chunks`` into an empty, larger table."""
    mask = len(slots) - 1
    for chunk in range(1, chunks + 1):
        slot = np.int64(hashes[chunk]) & mask
        while slots[slot] != 0:
            slot = (slot + 1) & mask
        slots[slot] = chunk


@kernel
def count_numbers(numbers: IntArray, counts: IntArray) -> None:
    """Add one to ``counts`` for every number."""
    for number in numbers:
        counts[number] += 1


@kernel
def expand_numbers(
    numbers: IntArray, begins: IntArray, lengths: IntArray, pieces: IntArray, ids: IntArray
) -> None:
    """Write the ids of every number, ``pieces[begins[n] : begins[n] + lengths[n]]``, one after the other."""
    written = 0
    for number in numbers:
        begin = begins[number]
        for place in range(begin, begin + lengths[number]):
            ids[written] = pieces[place]
            written += 1
