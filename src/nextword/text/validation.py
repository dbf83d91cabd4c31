"""Whether bytes are text: UTF-8, no NUL, no endless line; and if not, what they are instead."""

import codecs

from nextword.errors import InputError

HEAD_SIZE = 512
"""How many first bytes tell the kinds of file apart; the mark of a tar archive is at byte 257."""

_CHUNK = 1 << 20
_EXTRACT = "extract its text first"
_UNPACK = "unpack it first"
_CONVERT = "convert the file, for example with iconv -f {} -t utf-8"

_KINDS: tuple[tuple[int, bytes, str, str], ...] = (
    (0, codecs.BOM_UTF32_LE, "UTF-32 text", _CONVERT.format("utf-32")),
    (0, codecs.BOM_UTF32_BE, "UTF-32 text", _CONVERT.format("utf-32")),
    (0, codecs.BOM_UTF16_LE, "UTF-16 text", _CONVERT.format("utf-16")),
    (0, codecs.BOM_UTF16_BE, "UTF-16 text", _CONVERT.format("utf-16")),
    (0, b"mmap lm http://kheafield.com/", "a KenLM binary model", "give the text it was trained on"),
    (0, b"PK\x03\x04", "a zip archive (docx, odt and epub are zip, too)", _EXTRACT),
    (0, b"%PDF-", "a PDF document", "extract its text first, for example with pdftotext"),
    (0, b"\x7fELF", "a program (ELF)", "name a text file"),
    (0, b"PAR1", "a Parquet file", "give the path of the file itself, not compressed and not through a pipe"),
    (0, b"ARROW1\0\0", "an Arrow file", "write it as Parquet or JSON Lines"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document", _EXTRACT),
    (0, b"SQLite format 3\0", "an SQLite database", _EXTRACT),
    (0, b"\x89HDF\r\n", "an HDF5 file", _EXTRACT),
    (0, b"\x93NUMPY", "a NumPy array", "name a text file"),
    (0, b"GGUF", "a GGUF model", "name a text file"),
    (0, b"\x89PNG\r\n", "a PNG image", "name a text file"),
    (0, b"\xff\xd8\xff", "a JPEG image", "name a text file"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (0, b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (0, b"\x1f\x8b", "a gzip file inside another compressed file", "decompress it first"),
    (0, b"\x28\xb5\x2f\xfd", "a zstd file inside another compressed file", "decompress it first"),
    (0, b"\xfd7zXZ\0", "an xz file inside another compressed file", "decompress it first"),
    (257, b"ustar", "a tar archive", _UNPACK),
)


def check_lines(data: bytes, limit: int, name: str, first_line: int, head: bytes = b"") -> None:
    """Check that whole lines are UTF-8 without NUL, none with more than `limit` bytes before its newline.

    `head` is how their file begins, to tell what it is instead.
    Raises InputError that names the file, the line and the byte.
    """
    # In this order: a line given out before its end, as too long, may end inside a character.
    _refuse_nul(data, name, first_line, head)
    _refuse_long_line(data, limit, name, first_line, head)
    wrong = _first_wrong_byte(data)
    if wrong is not None:
        _refuse_kind(name, head)
        column = wrong - data.rfind(b"\n", 0, wrong)
        raise InputError(
            f"{name}: line {_line(data, wrong, first_line)}, byte {column}: 0x{data[wrong]:02x} is not UTF-8;"
            f" {_CONVERT.format('latin1')}"
        )


def kind_of(head: bytes) -> tuple[str, str] | None:
    """Return what a file that begins with these bytes is, if it is no text, and what to do about it."""
    for offset, magic, kind, advice in _KINDS:
        if head.startswith(magic, offset):
            return kind, advice
    # Safetensors: the length of the header in eight bytes, then the header, a JSON object.
    if head[6:9] == b"\0\0{":
        return "a safetensors file", "name a text file"
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return "a Python pickle", "write its text to a file first"
    return None


def _refuse_nul(data: bytes, name: str, first_line: int, head: bytes) -> None:
    nul = data.find(b"\0")
    if nul >= 0:
        _refuse_kind(name, head)
        raise InputError(
            f"{name}: line {_line(data, nul, first_line)} holds NUL bytes;"
            " is it a binary file (or UTF-16)? Name a text file, or convert it to UTF-8"
        )


def _refuse_long_line(data: bytes, limit: int, name: str, first_line: int, head: bytes) -> None:
    start = 0
    # Jump to the last newline in reach: about one search for every `limit` bytes, however short the lines.
    while len(data) - start > limit:
        newline = data.rfind(b"\n", start, start + limit + 1)
        if newline < 0:
            _refuse_kind(name, head)
            raise InputError(
                f"{name}: line {_line(data, start, first_line)} is longer than {limit:,} bytes;"
                " split the text into sentences, one a line, or raise max_line_bytes"
            )
        start = newline + 1


def _refuse_kind(name: str, head: bytes) -> None:
    known = kind_of(head)
    if known is not None:
        kind, advice = known
        raise InputError(f"{name} is {kind}, not UTF-8 text; {advice}")


def _line(data: bytes, offset: int, first_line: int) -> int:
    return first_line + data.count(b"\n", 0, offset)


def _first_wrong_byte(data: bytes) -> int | None:
    if data.isascii():
        return None
    # In chunks, so that the decoded text stays in cache and never takes four times the memory of a block.
    view, start = memoryview(data), 0
    while start < len(data):
        end = start + _CHUNK
        try:
            _, consumed = codecs.utf_8_decode(view[start:end], "strict", end >= len(data))
        except UnicodeDecodeError as error:
            return start + error.start
        start += consumed
    return None
