"""Read word vectors from a file of any known format."""

from collections.abc import Callable
from pathlib import Path
from typing import get_args

from nextword.embedding.formats.binary import read_binary
from nextword.embedding.formats.counts import read_word_counts
from nextword.embedding.formats.detect import FORMATS, VectorFormat, detect, take_header
from nextword.embedding.formats.fasttext.read import read_fasttext
from nextword.embedding.formats.source import ByteSource, open_bytes
from nextword.embedding.formats.table import DecodingErrors
from nextword.embedding.formats.text import read_text
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import NextwordError, SettingError, shown


def read_vectors(
    path: str | Path,
    *,
    format: VectorFormat | None = None,
    limit: int | None = None,
    errors: DecodingErrors = "strict",
    counts: str | Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> WordVectors:
    """Read word vectors from a file: word2vec text or binary, GloVe text, fastText ``.vec`` or ``.bin``.

    The format is told by the content, unless ``format`` says it, and so is compression (gzip, bzip2, xz, zstd). Of a
    word that stands twice the first vector is kept. With ``limit``, only that many first words are read. ``errors``
    says what becomes of words that are not UTF-8, as word2vec.c leaves where it cuts long ones: an error, U+FFFD in
    place of what is wrong, or what is left of the word. ``counts`` is a file of lines ``word count``, which word2vec
    calls the vocabulary. fastText's ``.bin`` gives `SubwordVectors`, with vectors for unknown words.

    ``progress`` is told how many bytes on disk were read since it was last told.

    Runs no code. Raises ModelFormatError for a damaged file or another kind of file, InputError where it cannot be
    opened, SettingError for settings that make no sense.
    """
    if format is not None and format not in FORMATS:
        raise SettingError(f"formats of vectors are {', '.join(FORMATS)}, got {shown(format)}")
    if errors not in get_args(DecodingErrors):
        raise SettingError(f"errors can be {', '.join(get_args(DecodingErrors))}, got {shown(errors)}")
    if limit is not None and limit < 1:
        raise SettingError(f"the limit must be at least one word, got {limit}")
    with open_bytes(path, progress) as source:
        vectors = _read(source, format or detect(source), limit, errors)
    if counts is not None:
        vectors.counts = read_word_counts(counts, vectors.words, errors)
    return vectors


def is_file_of_vectors(path: str | Path) -> bool:
    """Whether a file begins as one of word vectors does, or as a pickle, which `read_vectors` says more about."""
    try:
        with open_bytes(path) as source:
            return source.peek(1) == b"\x80" or detect(source) in FORMATS
    except NextwordError:
        return False


def _read(source: ByteSource, kind: VectorFormat, limit: int | None, errors: DecodingErrors) -> WordVectors:
    match kind:
        case "fasttext":
            return read_fasttext(source, limit, errors)
        case "word2vec-binary":
            table = read_binary(source, take_header(source), limit)
        case "word2vec":
            table = read_text(source, take_header(source), limit)
        case "glove":
            table = read_text(source, None, limit)
    words, matrix, (repeated, empty) = table.finish(source.name, errors)
    if not words:
        source.fail("no word is left, since none is UTF-8; give errors='replace'")
    settings: dict[str, object] = {"source": kind}
    if repeated:
        settings["repeated_words_dropped"] = repeated
    if empty:
        settings["empty_words_dropped"] = empty
    return WordVectors(words, matrix, settings=settings)
