"""Edits of any file as a row of bytes."""

import random

INTERESTING = (
    b"\0",
    b"\n",
    b"\t",
    b" ",
    b"-",
    b"\xff",
    b"\xed\xa0\x80",
    b"{",
    b"[" * 40,
    b'"',
    b"9" * 40,
    b"1e999",
    b"\\",
)


def edit_bytes(data: bytes, chance: random.Random, other: bytes = b"") -> bytes:
    """Return the data with a few bits flipped, cut short, or spliced with ``other``, for example."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        _edit(changed, chance, other)
    return bytes(changed)


def _edit(data: bytearray, chance: random.Random, other: bytes) -> None:
    if not data:
        data += chance.randbytes(8)
        return
    place = chance.randrange(len(data))
    length = chance.choice((1, 1, 2, 8, 64))
    match chance.randrange(8):
        case 0:
            data[place] ^= 1 << chance.randrange(8)
        case 1:
            data[place] = chance.choice((0, 1, 9, 10, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        case 2:
            del data[place:]
        case 3:
            del data[place : place + length]
        case 4:
            data[place:place] = chance.choice(INTERESTING)
        case 5:
            data[place:place] = chance.randbytes(length)
        case 6:
            data[place:place] = data[place : place + length]
        case 7:
            begin = chance.randrange(len(other)) if other else 0
            data[place:] = other[begin:]
