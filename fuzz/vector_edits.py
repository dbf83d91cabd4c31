"""Sound files of word vectors of every format, and edits of them as fields and as bytes."""

import gzip
import io
import random
import struct
import sys
import tempfile
from pathlib import Path

import numpy as np
from byte_edits import edit_bytes

from nextword.embedding.formats import write_vectors
from nextword.embedding.vectors.vectors import WordVectors

sys.path.insert(0, str(Path(__file__).parents[1] / "attacks"))
try:
    from make_vectors import fasttext
finally:
    sys.path.pop(0)

FIELDS = (
    b"0", b"-1", b"1000000000000", b"99999999999999999999", b"nan", b"-inf", b"1e400", b"1e-400", b"1e", b".", b"-.5",
    b"1.00000005960464477539", b"0" * 400, b"9" * 400, b"the", b"\xc3\xa9", b"\xff", b"",
)  # fmt: skip
NUMBERS = (0, 1, 2, 3, 255, -1, 2**31 - 1, -(2**31))


def make_vector_files() -> list[bytes]:
    """Return files of some words in each format, one of them compressed."""
    chance = np.random.default_rng(1)
    words = ["the", "cat", "sat", "\u00e9t\u00e9", "\u65e5\u672c", "a\tb", "</s>"]
    vectors = WordVectors(words, chance.normal(0, 1, (len(words), 4)).astype(np.float32))
    files = []
    with tempfile.TemporaryDirectory() as place:
        for kind in ("word2vec", "word2vec-binary", "glove"):
            write_vectors(vectors, Path(place) / kind, format=kind)
            files.append((Path(place) / kind).read_bytes())
    trailing = files[0].replace(b"\n", b" \n")
    gensims = io.BytesIO(files[1].replace(b"\n", b"")).getvalue()  # gensim writes no line break behind a row
    return [
        *files,
        trailing,
        b"7 4\n" + gensims[3:],
        gzip.compress(files[0], mtime=0),
        fasttext(),
        fasttext(longest=5),
    ]


def edit_vectors(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Return a file of vectors with something changed."""
    if chance.random() < 0.1:
        return gzip.compress(edit_vectors(data, chance, other), mtime=0)
    if data[:4] == fasttext()[:4]:
        return _edit_numbers(data, chance) if chance.random() < 0.6 else edit_bytes(data, chance, other)
    return _edit_fields(data, chance) if chance.random() < 0.6 else edit_bytes(data, chance, other)


def _edit_fields(data: bytes, chance: random.Random) -> bytes:
    fields = data.split(b" ")
    for _ in range(chance.choice((1, 1, 2))):
        place = chance.randrange(len(fields))
        match chance.randrange(4):
            case 0:
                fields.insert(place, chance.choice(FIELDS))
            case 1:
                del fields[place]
                fields = fields or [b""]
            case _:
                drawn = b"%.9g" % chance.gauss(0, 1)
                fields[place] = chance.choice((*FIELDS, drawn, drawn, drawn, drawn, drawn))
    return b" ".join(fields)


def _edit_numbers(data: bytes, chance: random.Random) -> bytes:
    """Put an integer, mostly one of the header, in another's place."""
    changed = bytearray(data)
    place = 4 * chance.randrange(1, 24) if chance.random() < 0.7 else chance.randrange(len(data) - 4)
    struct.pack_into("<i", changed, place, chance.choice(NUMBERS))
    return bytes(changed)
