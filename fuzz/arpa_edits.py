"""Edits of an ARPA file as lines, fields and numbers."""

import bz2
import gzip
import lzma
import random

from byte_edits import edit_bytes

NUMBERS = (
    b"0",
    b"-0",
    b"1",
    b"-99",
    b"-100",
    b"99",
    b"nan",
    b"inf",
    b"-inf",
    b"1e400",
    b"-1e400",
    b"1e-400",
    b"5",
    b"-1e308",
    b"0x10",
    b"--1",
    b"-",
    b".",
    b"-.5",
    b"+0.0",
    b"1e",
    b"1000000000000",
    b"99999999999999999999",
    b"-0.30103",
    b"0.30103",
)
WORDS = (
    b"<s>",
    b"</s>",
    b"<unk>",
    b"<UNK>",
    b"cat",
    b"zebra",
    b"\xc3\xa9",
    b"\xe2\x80\xa8",
    b"\\end\\",
    b"\\data\\",
)
_PACK = (gzip.compress, bz2.compress, lzma.compress)


def edit_arpa(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Return an ARPA file with something changed; now and then, compressed before or after the change."""
    match chance.randrange(12):
        case 0:
            return edit_bytes(data, chance, other)
        case 1:
            return edit_bytes(chance.choice(_PACK)(data), chance, other)
        case 2:
            return chance.choice(_PACK)(_edit_lines(data, chance, other))
        case _:
            return _edit_lines(data, chance, other)


def _edit_lines(data: bytes, chance: random.Random, other: bytes) -> bytes:
    lines = data.split(b"\n")
    for _ in range(chance.choice((1, 1, 2, 4))):
        place = chance.randrange(len(lines))
        match chance.randrange(8):
            case 0:
                lines[place] = edit_bytes(lines[place], chance)
            case 1:
                lines.insert(place, chance.choice(lines))
            case 2:
                del lines[place]
                lines = lines or [b""]
            case 3:
                another = chance.randrange(len(lines))
                lines[place], lines[another] = lines[another], lines[place]
            case 4:
                strangers = other.split(b"\n")
                lines.insert(place, chance.choice(strangers))
            case _:
                lines[place] = _edit_fields(lines[place], chance)
    return (b"\r\n" if chance.random() < 0.05 else b"\n").join(lines)


def _edit_fields(line: bytes, chance: random.Random) -> bytes:
    separator = b"=" if b"=" in line else b"\t"
    fields = line.split(separator)
    place = chance.randrange(len(fields))
    if b" " in fields[place] or (place == 1 and separator == b"\t"):
        words = fields[place].split(b" ")
        words[chance.randrange(len(words))] = chance.choice(WORDS)
        fields[place] = b" ".join(words)
    else:
        drawn = b"%.7f" % -chance.expovariate(1.0)
        fields[place] = chance.choice((*NUMBERS, drawn, drawn, drawn, drawn))
    return separator.join(fields)
