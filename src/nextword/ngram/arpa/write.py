"""Write an n-gram model as an ARPA file."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from nextword.errors import SettingError, StorageError
from nextword.ngram.arpa import kernels
from nextword.ngram.arpa.output import open_output
from nextword.ngram.arpa.tokenizer import write_comment
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.model import NgramModel
from nextword.text.vocabulary import UNKNOWN_TOKEN

_BUFFER_BYTES = 1 << 22
_DELIMITERS = frozenset("\0\t\n\r ")
"""What separates words in an ARPA file."""


def write_arpa(
    model: NgramModel, path: str | Path | BinaryIO, progress: Callable[[int], None] | None = None
) -> None:
    """Write a model as an ARPA file, which KenLM, SRILM and most speech recognisers read.

    The name tells the compression (.gz, .bz2, .xz, .zst); ``-`` is standard output, and an open binary file is
    written as it is. A named file appears when all of it is written, or not at all. ``progress`` is told how
    many n-grams were written since it was last told.

    Where the tokenizer is one of words and not the default, a comment before the counts states it, which other
    toolkits skip; characters and pieces of words come back as words between white space.

    Raises SettingError for tokens that cannot stand in an ARPA file, StorageError where writing fails.
    """
    arena, comment = _word_arena(model.tokenizer.tokens), write_comment(model.tokenizer)
    if isinstance(path, str | Path) and str(path) != "-":
        with open_output(Path(path)) as file:
            _write(model.automaton.expanded(), arena, comment, file, progress)
        return
    file = _standard_output() if isinstance(path, str | Path) else path
    _write(model.automaton.expanded(), arena, comment, file, progress)
    file.flush()


def _write(
    automaton: Automaton,
    arena: tuple[NDArray[np.uint8], NDArray[np.int64]],
    comment: str,
    file: BinaryIO,
    progress: Callable[[int], None] | None,
) -> None:
    header = "".join(f"ngram {order}={size}\n" for order, size in enumerate(automaton.ngrams, start=1))
    file.write(f"{comment}\\data\\\n{header}".encode())
    # While one batch is written, the next is formatted: both release the interpreter lock.
    with ThreadPoolExecutor(1) as pool:
        pending: Future[object] | None = None
        for order in range(1, automaton.order + 1):
            section = f"\n\\{order}-grams:\n".encode()
            for batch, lines in _batches(automaton, arena, order, section):
                if pending is not None:
                    pending.result()
                pending = pool.submit(file.write, batch)
                if progress is not None and lines:
                    progress(lines)
        if pending is not None:
            pending.result()
    file.write(b"\n\\end\\\n")


def _batches(
    automaton: Automaton, arena: tuple[NDArray[np.uint8], NDArray[np.int64]], order: int, section: bytes
) -> Iterator[tuple[bytes | memoryview, int]]:
    """Yield the lines of one order in bounded batches, each with the number of its lines."""
    yield section, 0
    longest = order * int(np.diff(arena[1]).max()) + 2 * kernels.NUMBER_BYTES + 2 + order
    # Two in turn: one is being written while the other is filled.
    buffers = [np.empty(max(_BUFFER_BYTES, longest), dtype=np.uint8) for _ in range(2)]
    node, last = int(automaton.starts[order]), int(automaton.starts[order + 1])
    path = np.full(order, node)
    for level in range(order - 1, 0, -1):
        path[level - 1] = automaton.parent(int(path[level]))
    while node < last:
        buffers.reverse()
        before = node
        node, size = kernels.format_lines(
            automaton.words, automaton.children, automaton.log_probs, automaton.backoffs,
            *arena, path, node, last, buffers[0],
        )  # fmt: skip
        yield buffers[0][:size].data, node - before


def _word_arena(tokens: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the bytes of all tokens in a row, and where each begins; raises SettingError for unfit tokens."""
    encoded = [_encode(token) for token in tokens]
    offsets = np.zeros(len(tokens) + 1, dtype=np.int64)
    np.cumsum([len(token) for token in encoded], out=offsets[1:])
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets


def _encode(token: str) -> bytes:
    if not token or not _DELIMITERS.isdisjoint(token):
        raise SettingError(
            f"the token {token!r} is empty or holds white space, which separates words in an ARPA file;"
            " train with the whitespace, words or bpe tokenizer, or keep the model as a nextword folder"
        )
    if token == UNKNOWN_TOKEN.upper():
        raise SettingError(
            f"the token {token} would be read back as {UNKNOWN_TOKEN}; rename it in the text, for example to UNK,"
            " and train again, or keep the model as a nextword folder"
        )
    try:
        return token.encode("utf-8")
    except UnicodeEncodeError:
        raise SettingError(
            f"the token {token!r} is not valid Unicode and cannot be written as UTF-8; clean the text and train again"
        ) from None


def _standard_output() -> BinaryIO:
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        raise StorageError("standard output is closed; name a file to write")
    binary: BinaryIO = stream
    return binary
