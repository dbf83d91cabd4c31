"""Write the files of vectors/ again: each is a small file of word vectors with one thing wrong.

    python attacks/make_vectors.py [FOLDER]

What each file tries, and what must happen, stands in README.md; tests/test_attacks.py holds nextword to it.
"""

import gzip
import pickle
import shutil
import struct
import sys
from pathlib import Path
from typing import Any

MAGIC = 793712314
ROW = struct.pack("<2f", 0.5, -0.25)


class Touch:
    """What a pickle runs when it is loaded; no file of that name may ever appear."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("nextword-was-here"),)


def main(target: Path) -> None:
    """Write all files into the folder vectors below another."""
    shutil.rmtree(target / "vectors", ignore_errors=True)
    (target / "vectors").mkdir(parents=True)
    for name, data in {**text_files(), **binary_files(), **fasttext_files()}.items():
        (target / "vectors" / name).write_bytes(data)


def text_files() -> dict[str, bytes]:
    """Return files of text by name."""
    rows = b"the 0.5 -0.25\ncat 1 2\n"
    return {
        "a-trillion-words.txt": b"1000000000000 2\n" + rows,
        "a-trillion-numbers.txt": b"2 1000000000000\n" + rows,
        "bomb.txt.gz": packed(b"1 1\na 0." + 25_000_000 * b"0" + b"\n"),
        "controls-terminal.txt": "3 2\n\x1b[2J 1 2\n\u202ecat 3 4\n<script> 5 6\n".encode(),
        "crlf.txt": b"2 2\r\n" + rows.replace(b"\n", b"\r\n"),
        "cut-short.txt": b"3 2\n" + rows,
        "cut-short.txt.gz": packed(b"2 2\n" + rows)[:-12],
        "infinite.txt": b"2 2\n" + rows.replace(b"-0.25", b"inf"),
        "latin-1.txt": b"2 2\n" + rows.replace(b"cat", b"caf\xe9"),
        "long-word.txt": packed(b"1 1\n" + 70_000 * b"w" + b" 1\n"),
        "more-words.txt": b"1 2\n" + rows,
        "nan.txt": b"2 2\n" + rows.replace(b"-0.25", b"nan"),
        "no-words.txt": b"0 2\n",
        "nul.txt": b"2 2\n" + rows.replace(b"cat", b"c\0t"),
        "pickle.txt": pickle.dumps(Touch()),
        "python-number.txt": b"2 2\n" + rows.replace(b"0.5", b"1_0"),
        "ragged.glove.txt": rows + b"sat 1\n",
        "repeated.txt": b"3 2\n" + rows + b"the 7 8\n",
        "two-rows-in-one.glove.txt": rows + b"a 1 2 b 3 4\n",
        "zip.txt": b"PK\x03\x04" + bytes(26),
    }


def binary_files() -> dict[str, bytes]:
    """Return files in word2vec's binary format by name."""
    rows = b"the " + ROW + b"\ncat " + ROW + b"\n"
    return {
        "a-trillion-words.bin": b"1000000000000 2\n" + rows,
        "cut-short.bin": b"2 2\n" + rows[:-4],
        "empty-word.bin": b"2 2\n" + rows.replace(b"cat", b""),
        "nan.bin": b"2 2\n" + rows[:-9] + struct.pack("<2f", float("nan"), 0) + b"\n",
        "no-spaces.bin": b"2 2\n" + b"\0" + 3_000 * b"\xff",
        "shifted.bin": b"2 2\n" + rows[:4] + b"\0" + rows[4:],
    }


def fasttext_files() -> dict[str, bytes]:
    """Return files in fastText's binary format by name."""
    return {
        "buckets-below-zero.ftbin": fasttext(buckets=-1),
        "endless-ngrams.ftbin": fasttext(longest=2**31 - 1),
        "huge-buckets.ftbin": fasttext(buckets=2**31 - 1),
        "huge-dictionary.ftbin": fasttext(words=2**31 - 1),
        "huge-matrix.ftbin": fasttext(rows=2**60),
        "labels-before-words.ftbin": fasttext(kind=1),
        "negative-count.ftbin": fasttext(count=-5),
        "negative-matrix.ftbin": fasttext(rows=-1),
        "quantised-bomb.ftbin": fasttext(quantised=True),
        "sound.ftbin": fasttext(),
        "version-99.ftbin": fasttext(version=99),
    }


def fasttext(
    *,
    version: int = 12,
    words: int = 2,
    buckets: int = 4,
    longest: int = 3,
    count: int = 5,
    kind: int = 0,
    rows: int = 6,
    quantised: bool = False,
) -> bytes:
    """Return a model of two words and four buckets, with something in it that is not so."""
    size = 4096 if quantised else 2
    header = struct.pack("<14id", MAGIC, version, size, 5, 1, 1, 5, 1, 2, 2, buckets, 2, longest, 100, 1e-4)
    dictionary = struct.pack("<3i2q", words, words, 0, 10, -1)
    dictionary += b"".join(word + struct.pack("<xqb", count, kind) for word in (b"the", b"cat"))
    if quantised:  # one code of a byte for 4,096 numbers
        data = struct.pack("<B2qi", 0, 10**5, size, 10**5) + bytes(10**5)
        data += struct.pack("<4i", size, 1, size, size) + bytes(4 * 256 * size)
        return packed(header + dictionary + b"\1" + data)
    return header + dictionary + b"\0" + struct.pack("<2q", rows, 2) + 6 * ROW


def packed(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
