"""What kind of file a file of vectors is, told by its bytes and never by its name."""

import re
from typing import Literal, NoReturn, get_args

from nextword.embedding.formats.source import ByteSource
from nextword.errors import shown
from nextword.text.validation import kind_of

VectorFormat = Literal["word2vec", "word2vec-binary", "glove", "fasttext"]
"""Text with a header (word2vec's, and fastText's .vec), the same in binary, text without a header, fastText's .bin."""
FORMATS: tuple[VectorFormat, ...] = get_args(VectorFormat)

FASTTEXT_MAGIC = b"\xba\x16\x4f\x2f"
"""The number 793712314."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
HEAD = 1 << 17
"""How many first bytes are looked at: more than the longest word has."""
HEADER_BYTES = 64

_HEADER = re.compile(rb"[ \t]*(\d{1,18})[ \t]+(\d{1,18})[ \t\r]*(?:\n|\Z)")
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?i:inf|infinity|nan)")
_NUMERIC = frozenset(b"0123456789+-.eE \t\r\ninfINFatyATY")
_PRINTABLE = frozenset(range(32, 127)) | frozenset(b"\t\r")
_SHOWN_NUMBERS, _MANY_NUMBERS = 64, 16

_GENSIM = (
    "a Python pickle, such as gensim's own save writes; it can run code and is never opened: load it in gensim and "
    "write it again with save_word2vec_format"
)
_OTHER_KINDS = (
    (b"\\data\\", "an ARPA file, which holds an n-gram model; nextword.read_arpa reads it"),
    (b"mmap lm http://kheafield.com/", "a KenLM binary, which holds an n-gram model and no vectors"),
    (b"\x93NUMPY", "a NumPy array without words, part of a gensim model; load that in gensim and write it again with "
     "save_word2vec_format"),
)  # fmt: skip


def detect(source: ByteSource) -> VectorFormat:
    """Return the format of the file at whose start a source stands; raises ModelFormatError for other kinds."""
    head = source.peek(HEAD)
    if not head.strip():
        source.fail("the file is empty; check that what made it has finished")
    if head.startswith(FASTTEXT_MAGIC):
        return "fasttext"
    _refuse_other_kinds(source, head)
    header = _HEADER.match(head.removeprefix(BYTE_ORDER_MARK)[:HEADER_BYTES])
    if header is not None:
        rest = head.removeprefix(BYTE_ORDER_MARK)[header.end() :]
        return "word2vec" if _is_text_row(rest, int(header[2])) else "word2vec-binary"
    if not is_glove_row(head):
        source.fail(
            f"the file begins with {shown(head[:60])}, which begins no file of word vectors; known are word2vec text "
            "and binary, GloVe text, and fastText .vec and .bin"
        )
    return "glove"


def take_header(source: ByteSource) -> tuple[int, int]:
    """Take the first line of a word2vec file and return what it says: how many words, how many numbers each."""
    head = source.peek(HEADER_BYTES + len(BYTE_ORDER_MARK))
    mark = len(head) - len(head.removeprefix(BYTE_ORDER_MARK))
    header = _HEADER.match(head[mark:][:HEADER_BYTES])
    if header is None:
        source.fail(
            f"the first line is {shown(head[:60])}, not a header of two numbers, words and numbers of each, as in "
            "word2vec's files; give format='glove' for text without one"
        )
    source.advance_to(source.place + mark + header.end())
    return int(header[1]), int(header[2])


def is_glove_row(head: bytes) -> bool:
    """Whether text begins with a line of a word and at least one number."""
    line, newline, _ = head.partition(b"\n")
    _, space, rest = line.partition(b" ")
    fields = rest.split()
    if not newline and len(head) >= HEAD:  # a long line, cut anywhere
        fields = fields[:-1]
    numbers = [field for field in fields if _NUMBER.fullmatch(field)]
    # Words may hold spaces, so not every field is a number, but the last ones are.
    return bool(space and numbers and _NUMBER.fullmatch(fields[-1]) and not line.startswith(b" "))


def _is_text_row(rest: bytes, size: int) -> bool:
    """Whether what follows a header is a word and digits, and not a word and the bytes of float32."""
    _, space, numbers = rest.lstrip(b"\n").partition(b" ")
    if not space:  # one word and no number, or none: text that is cut short
        return b"\0" not in rest
    line = numbers.partition(b"\n")[0]
    numbers = line[:_SHOWN_NUMBERS]
    if _NUMERIC.issuperset(numbers):
        return True
    # Damaged text is text all the same; so many bytes of float32 are not all printable.
    is_number = _NUMBER.fullmatch(numbers.partition(b" ")[0]) is not None
    is_likely = is_number or len(numbers) >= _MANY_NUMBERS or len(line.split()) == size
    return _PRINTABLE.issuperset(numbers) and is_likely


def _refuse_other_kinds(source: ByteSource, head: bytes) -> None:
    for magic, what in _OTHER_KINDS:
        if head.lstrip().startswith(magic):
            _fail_kind(source, what)
    known = kind_of(head)
    if known is None:
        return
    kind, advice = known
    if kind == "a Python pickle":
        _fail_kind(source, _GENSIM)
    if kind == "a safetensors file":
        _fail_kind(source, "a safetensors file; for a nextword model, give its folder")
    advice = "name a file of word vectors" if "text file" in advice else advice
    _fail_kind(source, f"{kind}, not a file of word vectors; {advice}")


def _fail_kind(source: ByteSource, what: str) -> NoReturn:
    source.fail(f"this is {what}")
