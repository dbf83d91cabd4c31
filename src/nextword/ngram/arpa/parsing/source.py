"""The lines of an ARPA file: opened, decompressed, and told apart from other kinds of model."""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from nextword.errors import InputError, ModelFormatError
from nextword.text.lines import Block, BlockLimits, cut_blocks
from nextword.text.streams import Source, open_source, reader_of
from nextword.text.unpacking import unpacked
from nextword.text.validation import HEAD_SIZE

_LIMITS = BlockLimits(block_size=1 << 24, max_line_bytes=1 << 26)

_OTHER_KINDS = (
    (b"mmap lm http://kheafield.com/code", "a KenLM binary", "give the ARPA file from which it was built"),
    (b"blmt", "an IRSTLM binary", "convert it with compile-lm --text=yes"),
    (b"Qblmt", "an IRSTLM binary", "convert it with compile-lm --text=yes"),
    (b"iARPA", "an IRSTLM iARPA file", "convert it with compile-lm --text=yes"),
    (b"qARPA", "an IRSTLM qARPA file", "convert it with compile-lm --text=yes"),
    (b"PK\x03\x04", "a zip archive", "unpack it first"),
    (b"{", "a JSON file", "for a nextword model, give its folder"),
)


class LineReader:
    """Reads a file's lines one by one, and lets kernels read on from where it stands."""

    def __init__(self, path: str | Path, progress: Callable[[int], None] | None = None) -> None:
        self.name = "standard input" if str(path) == "-" else str(path)
        self.place = 0
        """Where in `data` the next line begins."""
        self.data = b""
        self.text: NDArray[np.uint8] = np.empty(0, dtype=np.uint8)
        """`data`, whole lines, each with a newline at its end."""
        self._first_line = 1
        self._blocks = _read_blocks(self.name, path, progress)

    def has_more(self) -> bool:
        """Whether there is another line; fetches the next block where it has to."""
        while self.place >= len(self.data):
            try:
                block = next(self._blocks)
            except StopIteration:
                return False
            self.data, self.place, self._first_line = block.data, 0, block.first_line
            self.text = np.frombuffer(block.data, dtype=np.uint8)
        return True

    def next_line(self) -> bytes | None:
        """Return the next line without the white space around it, or None at the end of the file."""
        if not self.has_more():
            return None
        end = self.data.index(b"\n", self.place)
        line = self.data[self.place : end].strip(b" \t\r")
        self.place = end + 1
        return line

    def line_number(self, place: int | None = None) -> int:
        """Return the number, from 1, of the line at a place of `data`, else of the line that comes next."""
        place = self.place if place is None else place
        return self._first_line + self.data.count(b"\n", 0, place)

    def fail(self, message: str, line: int | None = None) -> NoReturn:
        """Raise ModelFormatError at a line: the one read last, unless another is given."""
        line = self.line_number() - 1 if line is None else line
        raise ModelFormatError(f"{self.name}: line {max(line, 1)}: {message}")


def _read_blocks(name: str, path: str | Path, progress: Callable[[int], None] | None) -> Iterator[Block]:
    """Yield the lines in blocks; raises InputError where the file cannot be opened, else ModelFormatError."""
    source = Source(name, None if str(path) == "-" else Path(path), None)
    if source.path is not None and source.path.is_dir():
        raise ModelFormatError(
            f"{name} is a folder, not an ARPA file; load a nextword model folder as it is, or name a file inside"
        )
    with open_source(source) as file:
        read = reader_of(file, source, progress)
        try:
            pieces, _ = unpacked(read, name)
            head = b""
            for piece in pieces:
                head += piece
                if len(head) >= HEAD_SIZE:
                    break
            _refuse_other_kinds(head, name)
            yield from cut_blocks(chain([head], pieces), name, _LIMITS)
        except InputError as error:
            raise ModelFormatError(str(error)) from error


def _refuse_other_kinds(head: bytes, name: str) -> None:
    for magic, kind, advice in _OTHER_KINDS:
        if head.startswith(magic):
            raise ModelFormatError(f"{name}: line 1: this is {kind}, not an ARPA file; {advice}")
