"""Write word vectors to a file that word2vec, gensim, GloVe and fastText read."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.formats.shortest import kernels
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import SettingError, shown
from nextword.text.output import BUFFER_BYTES, WordArena, open_output, word_arena, write_behind

WrittenFormat = Literal["word2vec", "word2vec-binary", "glove"]
"""Text with a header, which is fastText's .vec too; the same in binary; text without a header."""


def write_vectors(
    vectors: WordVectors,
    path: str | Path,
    *,
    format: WrittenFormat = "word2vec",
    counts: str | Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write word vectors to a file: word2vec text, the same in binary, or GloVe text.

    Text holds every number with as few digits as give the same float32 again. The name tells the compression (.gz,
    .bz2, .xz, .zst). The file appears when all of it is written, or not at all. ``counts`` names a second file for
    lines ``word count``, which word2vec calls the vocabulary. ``progress`` is told how many words were written.

    Raises SettingError for words and numbers that cannot stand in such a file, StorageError where writing fails.
    """
    if format not in get_args(WrittenFormat):
        raise SettingError(
            f"vectors are written as {', '.join(get_args(WrittenFormat))}, got {shown(format)}"
        )
    if counts is not None and vectors.counts is None:
        raise SettingError(
            "these vectors do not know how often each word occurred; write them without counts"
        )
    arena = word_arena(vectors.words, _encoded)
    _check_rows(vectors)
    rows = _binary_rows if format == "word2vec-binary" else _text_rows
    header = b"" if format == "glove" else b"%d %d\n" % (len(vectors), vectors.vector_size)
    with open_output(Path(path)) as file:
        file.write(header)
        write_behind(file, rows(vectors, arena), progress)
    if counts is not None:
        _write_counts(vectors, Path(counts))


def _check_rows(vectors: WordVectors) -> None:
    """Raise SettingError for what no reader could read again."""
    if len(vectors) == 0 or vectors.vector_size == 0:
        raise SettingError(f"{len(vectors)} words of {vectors.vector_size} numbers make no file of vectors")
    step = _rows_at_once(vectors)
    for begin in range(0, len(vectors), step):
        finite = np.isfinite(vectors.vectors[begin : begin + step]).all(axis=1)
        if not finite.all():
            word = vectors.words[begin + int(np.argmin(finite))]
            raise SettingError(
                f"the vector of {shown(word)} holds a number that is infinite or none; train again, or leave it out"
            )


def _encoded(word: str) -> bytes:
    if not word or not {" ", "\n", "\0"}.isdisjoint(word):
        raise SettingError(
            f"the word {shown(word)} is empty or holds a space, a line break or NUL, which a file of vectors has no "
            "way to write; rename it, or keep the vectors as a nextword folder"
        )
    try:
        return word.encode("utf-8")
    except UnicodeEncodeError:
        raise SettingError(
            f"the word {shown(word)} holds half a character and has no UTF-8; rename it"
        ) from None


def _rows_at_once(vectors: WordVectors) -> int:
    return max(1, BUFFER_BYTES // (kernels.NUMBER_BYTES * max(1, vectors.vector_size)))


def _text_rows(vectors: WordVectors, arena: WordArena) -> Iterator[tuple[bytes | memoryview, int]]:
    """Yield the lines in batches; those with numbers that the kernel leaves to NumPy, one by one."""
    text, begins = arena
    step = _rows_at_once(vectors)
    longest = int(np.diff(begins).max()) + 2 + (1 + kernels.NUMBER_BYTES) * vectors.vector_size
    # Two in turn: one is being written while the other is filled.
    buffers = [np.empty(max(BUFFER_BYTES, longest), dtype=np.uint8) for _ in range(2)]
    for begin in range(0, len(vectors), step):
        rows = np.ascontiguousarray(vectors.vectors[begin : begin + step], dtype=np.float32)
        row = 0
        while row < len(rows):
            buffers.reverse()
            before = row
            row, used = kernels.format_rows(text, begins[begin:], rows, row, buffers[0])
            if row == before:
                yield _line(text[begins[begin + row] : begins[begin + row + 1]].tobytes(), rows[row]), 1
                row += 1
            else:
                yield buffers[0][:used].data, row - before


def _line(word: bytes, row: NDArray[np.float32]) -> bytes:
    return b"%s %s\n" % (word, " ".join(str(number) for number in row).encode())


def _binary_rows(vectors: WordVectors, arena: WordArena) -> Iterator[tuple[bytes | memoryview, int]]:
    text, begins = arena
    step = _rows_at_once(vectors)
    for begin in range(0, len(vectors), step):
        rows = np.ascontiguousarray(vectors.vectors[begin : begin + step], dtype="<f4")
        words = (text[begins[row] : begins[row + 1]].tobytes() for row in range(begin, begin + len(rows)))
        yield (
            b"".join(b"%s %s\n" % (word, row.tobytes()) for word, row in zip(words, rows, strict=True)),
            len(rows),
        )


def _write_counts(vectors: WordVectors, path: Path) -> None:
    counts = vectors.counts
    if counts is not None:
        with open_output(path) as file:
            for word, count in zip(vectors.words, counts.tolist(), strict=True):
                file.write(b"%s %d\n" % (_encoded(word), count))
