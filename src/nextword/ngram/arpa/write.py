"""Write an n-gram model as an ARPA file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nextword.errors import SettingError
from nextword.ngram.arpa import kernels
from nextword.ngram.arpa.scores import write_comment as write_scores_comment
from nextword.ngram.arpa.tokenizer import write_comment
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.model import NgramModel
from nextword.text.output import BUFFER_BYTES, WordArena, open_target, word_arena, write_behind
from nextword.text.vocabulary import UNKNOWN_TOKEN

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
    toolkits skip; characters and pieces of words come back as words between white space. Another says so where the
    numbers are scores and no probabilities: of those, other toolkits give a perplexity that means nothing.

    Raises SettingError for tokens that cannot stand in an ARPA file, StorageError where writing fails.
    """
    arena = word_arena(model.tokenizer.tokens, _encode)
    comment = write_comment(model.tokenizer) + write_scores_comment(model.smoothing)
    with open_target(path) as file:
        write_behind(file, _text(model.automaton.expanded(), arena, comment), progress)


def _text(automaton: Automaton, arena: WordArena, comment: str) -> Iterator[tuple[bytes | memoryview, int]]:
    """Yield the whole file in bounded batches, each with the number of its n-grams."""
    header = "".join(f"ngram {order}={size}\n" for order, size in enumerate(automaton.ngrams, start=1))
    yield f"{comment}\\data\\\n{header}".encode(), 0
    for order in range(1, automaton.order + 1):
        yield f"\n\\{order}-grams:\n".encode(), 0
        yield from _section(automaton, arena, order)
    yield b"\n\\end\\\n", 0


def _section(automaton: Automaton, arena: WordArena, order: int) -> Iterator[tuple[bytes | memoryview, int]]:
    """Yield the lines of one order in bounded batches, each with the number of its lines."""
    longest = order * int(np.diff(arena[1]).max()) + 2 * kernels.NUMBER_BYTES + 2 + order
    # Two in turn: one is being written while the other is filled.
    buffers = [np.empty(max(BUFFER_BYTES, longest), dtype=np.uint8) for _ in range(2)]
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
