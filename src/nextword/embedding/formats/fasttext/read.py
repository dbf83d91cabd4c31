"""Read a fastText model, of version 11 or 12: the input vectors of words and of their n-grams."""

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.formats.fasttext.dictionary import Dictionary, read_dictionary
from nextword.embedding.formats.fasttext.matrix import read_matrix
from nextword.embedding.formats.source import ByteSource
from nextword.embedding.formats.table import DecodingErrors, move_rows
from nextword.embedding.subwords.vectors import (
    LONGEST,
    SubwordSettings,
    SubwordVectors,
    average_words,
)
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import ModelFormatError

_VERSIONS = (11, 12)
_SETTINGS = (
    "dim", "ws", "epoch", "minCount", "neg", "wordNgrams", "loss", "model", "bucket", "minn", "maxn", "lrUpdateRate",
)  # fmt: skip
_SUPERVISED = 3
_MODELS = {1: "cbow", 2: "skipgram", _SUPERVISED: "supervised"}


def read_fasttext(source: ByteSource, limit: int | None, errors: DecodingErrors) -> WordVectors:
    """Read a fastText model: `SubwordVectors`, or plain vectors where it was trained without n-grams.

    The vector of a known word is the mean of its own row and its n-grams', as fastText itself answers. The output
    layer and the labels of a classifier are not read. With a limit, only so many of the words are kept.

    Raises ModelFormatError for whatever is wrong.
    """
    settings = _read_settings(source)
    dictionary = read_dictionary(source, errors)
    matrix = read_matrix(source, dictionary.is_pruned)
    size, words = settings["dim"], len(dictionary.words)
    pieces = _subword_settings(settings, dictionary)
    rows = words + (
        0 if pieces is None else pieces.buckets if dictionary.kept is None else len(dictionary.kept)
    )
    # A classifier of word n-grams has buckets for those, even without n-grams of characters.
    is_right = matrix.shape[0] >= rows if pieces is None else matrix.shape[0] == rows
    if matrix.shape[1] != size or not is_right:
        source.fail(
            f"the settings and the words ask for a matrix of {rows:,} x {size:,}, and it is of "
            f"{matrix.shape[0]:,} x {matrix.shape[1]:,}; the file is damaged"
        )
    return _vectors(source, settings, dictionary, matrix, pieces, limit)


def _vectors(
    source: ByteSource,
    settings: dict[str, int],
    dictionary: Dictionary,
    matrix: NDArray[np.float32],
    pieces: SubwordSettings | None,
    limit: int | None,
) -> WordVectors:
    words, counts, kept = dictionary.words, dictionary.counts, dictionary.unrepeated()
    vectors, subwords, buckets = matrix[: len(words)], matrix[len(words) :], dictionary.kept
    if buckets is not None:
        order = np.argsort(buckets)
        subwords, buckets = subwords[order], buckets[order]
    described: dict[str, Any] = {"source": "fasttext", "architecture": _MODELS[settings["model"]]}
    if pieces is not None:
        try:
            average_words(words, vectors, subwords, pieces, buckets)
        except ModelFormatError as error:
            source.fail(str(error))
    if limit is not None:
        kept = kept[:limit]
    if len(kept) < len(words):
        move_rows(vectors, kept)
        words, vectors, counts = [words[row] for row in kept.tolist()], vectors[: len(kept)], counts[kept]
    if pieces is None:
        return WordVectors(words, vectors, counts, described)
    return SubwordVectors(words, vectors, subwords, pieces, kept=buckets, counts=counts, settings=described)


def _read_settings(source: ByteSource) -> dict[str, int]:
    _, version = struct.unpack("<2i", source.take(8, "the version"))
    if version not in _VERSIONS:
        source.fail(
            f"fastText's format of version {version}; known are 11 and 12, which all its releases write"
        )
    settings = dict(zip(_SETTINGS, struct.unpack("<12i", source.take(48, "the settings")), strict=True))
    source.take(8, "the settings")  # t, the threshold of subsampling
    if settings["model"] not in _MODELS or settings["dim"] < 1:
        source.fail(
            f"a model of kind {settings['model']} with {settings['dim']} numbers a word; kinds are 1 to 3, and "
            "there must be a number: the file is damaged"
        )
    if version == 11 and settings["model"] == _SUPERVISED:
        settings["maxn"] = 0
    return settings


def _subword_settings(settings: dict[str, int], dictionary: Dictionary) -> SubwordSettings | None:
    """Return which n-grams of characters have vectors; None where there are none."""
    shortest, longest, buckets = (settings[name] for name in ("minn", "maxn", "bucket"))
    if longest <= 0 or shortest > longest or (dictionary.kept is not None and len(dictionary.kept) == 0):
        return None
    if not (longest <= LONGEST and buckets >= 1):
        raise ModelFormatError(
            f"{dictionary.name}: n-grams of {shortest} to {longest} characters in {buckets} buckets; fastText takes a "
            f"few characters, here up to {LONGEST}, and at least one bucket: the file is damaged"
        )
    return SubwordSettings(max(shortest, 1), longest, buckets)
