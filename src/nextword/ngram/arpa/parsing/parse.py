"""The grammar of an ARPA file: a list of counts, then one section of n-grams an order."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.ngram.arpa.parsing import kernels
from nextword.ngram.arpa.parsing.faults import line_fault
from nextword.ngram.arpa.parsing.source import LineReader
from nextword.ngram.arpa.parsing.words import WordTable
from nextword.ngram.arpa.scores import read_comment as read_scores_comment
from nextword.ngram.arpa.tokenizer import TokenizerSettings, read_comment
from nextword.ngram.counting.counts import MAX_NODES, MAX_ORDER

_COUNT = re.compile(rb"ngram[ \t]+(\d{1,9})[ \t]*=[ \t]*(\d{1,18})")


@dataclass(slots=True)
class Section:
    """The n-grams of one order from 2 up, in the file's order."""

    words: NDArray[np.int32]
    """(n, order): the ids of their words."""
    log_probs: NDArray[np.float64]
    """(n,): natural; NaN for n-grams that the file does not hold."""
    backoffs: NDArray[np.float64]
    """(n,): natural."""
    first_line: int
    """The line of the first one."""


@dataclass(slots=True)
class Contents:
    """What an ARPA file holds."""

    table: WordTable
    sections: list[Section]
    """Orders 2 up."""
    tokenizer: TokenizerSettings | None
    """What the file says of its tokenizer, if anything."""
    smoothing: dict[str, Any] | None
    """What the file says of its smoothing, if its numbers are scores and no probabilities."""


def parse_arpa(lines: LineReader) -> Contents:
    """Read an ARPA file to its end; raises ModelFormatError, with the line, for whatever is wrong."""
    tokenizer, smoothing = _read_comments(lines)
    sizes = _read_counts(lines)
    table, sections = WordTable(), []
    for order, size in enumerate(sizes, start=1):
        if order == 1:
            _read_words(lines, table, size, is_highest=len(sizes) == 1)
        else:
            sections.append(_read_section(lines, table, order, size, is_highest=order == len(sizes)))
        _expect(lines, f"\\{order + 1}-grams:" if order < len(sizes) else "\\end\\")
    while (line := lines.next_line()) is not None:
        if line:
            lines.fail(
                f"{_shown(line)} stands behind \\end\\; an ARPA file ends there, so remove what follows"
            )
    return Contents(table, sections, tokenizer, smoothing)


def _read_comments(lines: LineReader) -> tuple[TokenizerSettings | None, dict[str, Any] | None]:
    """Read up to ``\\data\\`` and return what comments say of the tokenizer and of the smoothing."""
    tokenizer: TokenizerSettings | None = None
    smoothing: dict[str, Any] | None = None
    while (line := lines.next_line()) is not None and (not line or line.startswith(b"#")):
        try:
            stated = read_comment(line)
        except ValueError as error:
            lines.fail(
                f"the comment {_shown(line)} is damaged, {error}; remove it, and say with --tokenizer how text is cut"
            )
        if stated is not None and tokenizer is not None:
            lines.fail(f"the comment {_shown(line)} is the second about the tokenizer; remove one of them")
        tokenizer = stated or tokenizer
        smoothing = _read_scores(lines, line) or smoothing
    if line != b"\\data\\":
        found = "the file ends" if line is None else f"found {_shown(line)}"
        lines.fail(f"an ARPA file begins with \\data\\, but {found}; is it another kind of file?")
    return tokenizer, smoothing


def _read_scores(lines: LineReader, line: bytes) -> dict[str, Any] | None:
    try:
        return read_scores_comment(line)
    except ValueError as error:
        lines.fail(f"the comment {_shown(line)} is damaged, {error}; write the file again")


def _read_counts(lines: LineReader) -> list[int]:
    """Read up to ``\\1-grams:`` and return the number of n-grams that each order is said to have."""
    sizes: list[int] = []
    while line := _next_filled(lines, "\\1-grams:"):
        if line == b"\\1-grams:":
            break
        count = _COUNT.fullmatch(line)
        if count is None:
            lines.fail(f"expected a line like ngram 1=1000 or \\1-grams:, found {_shown(line)}")
        if int(count[1]) != len(sizes) + 1:
            lines.fail(
                f"the counts of orders go 1, 2, 3, ...: expected ngram {len(sizes) + 1}=, found {_shown(line)}"
            )
        if len(sizes) == MAX_ORDER:
            lines.fail(f"orders go up to {MAX_ORDER}, found {_shown(line)}; use a model of lower order")
        sizes.append(int(count[2]))
    if not sizes:
        lines.fail("there is no count (ngram 1=...) between \\data\\ and \\1-grams:; the file is damaged")
    return sizes


def _expect(lines: LineReader, heading: str) -> None:
    line = _next_filled(lines, heading)
    if line != heading.encode():
        lines.fail(
            f"expected {heading}, found {_shown(line)}; orders must follow one another as \\data\\ lists them"
        )


def _next_filled(lines: LineReader, expected: str) -> bytes:
    line = lines.next_line()
    while line == b"":
        line = lines.next_line()
    if line is None:
        lines.fail(f"the file ends where {expected} is expected; it is cut short: copy it again")
    return line


def _read_words(lines: LineReader, table: WordTable, stated: int, *, is_highest: bool) -> None:
    count, status = 0, kernels.TEXT_END
    while status != kernels.SECTION_END and lines.has_more():
        status, place, table.known, count, begin, end = kernels.parse_words(
            lines.text, lines.place, is_highest, *table.arrays, table.known, table.log_probs, table.backoffs,
            count, stated,
        )  # fmt: skip
        lines.place = place
        if status == kernels.TABLE_FULL:
            table.grow(end - begin)
        elif status > kernels.TABLE_FULL:
            lines.fail(line_fault(status, lines.data[begin:end], 1, stated), lines.line_number())
    _check_count(lines, 1, count, stated)


def _read_section(
    lines: LineReader, table: WordTable, order: int, stated: int, *, is_highest: bool
) -> Section:
    first_line = lines.line_number()
    count, status = 0, kernels.TEXT_END
    parts: list[tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]] = []
    while status != kernels.SECTION_END and lines.has_more():
        # As many as the text at hand can hold, whatever the header says: a line of one-byte words is the shortest.
        most = min((len(lines.data) - lines.place) // (2 * order + 2) + 1, stated - count)
        part = np.empty((most, order), dtype=np.int32), np.empty(most), np.empty(most)
        status, place, found, begin, end = kernels.parse_ngrams(
            lines.text, lines.place, is_highest, *table.arrays, *part, stated - count
        )
        parts.append((part[0][:found], part[1][:found], part[2][:found]))
        count += found
        lines.place = place
        if status > kernels.TABLE_FULL:
            lines.fail(line_fault(status, lines.data[begin:end], order, stated), lines.line_number())
        if count + table.known > MAX_NODES:
            lines.fail(f"there are more than {MAX_NODES:,} n-grams; prune the model first")
    _check_count(lines, order, count, stated)
    empty = np.empty((0, order), dtype=np.int32), np.empty(0), np.empty(0)
    words, log_probs, backoffs = (np.concatenate(column) for column in zip(empty, *parts, strict=True))
    return Section(words, log_probs, backoffs, first_line)


def _check_count(lines: LineReader, order: int, count: int, stated: int) -> None:
    if count != stated:
        lines.fail(
            f"\\data\\ says that there are {stated:,} {order}-grams, but the section ends after {count:,};"
            " the file is damaged: make it again",
            lines.line_number(),
        )


def _shown(line: bytes) -> str:
    """Return a line as a message shows it: quoted, and cut short."""
    return repr(line[:60].decode("utf-8", "replace")) + ("..." if len(line) > 60 else "")
