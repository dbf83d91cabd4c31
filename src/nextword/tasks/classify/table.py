"""Labelled texts in files: a table of two columns or more, or one file of texts for each class."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from nextword.errors import InputError, SettingError, shown
from nextword.tasks.classify.columns import Column, find_columns, find_text_column
from nextword.tasks.classify.labelled import LabelledTexts, joined
from nextword.text.compressed import compression_of
from nextword.text.readers import read_exact_lines
from nextword.text.validation import HEAD_SIZE

Row = tuple[str, list[str]]
"""Where a row stands, and its cells."""
UTF_8 = frozenset({"utf-8", "utf8", "utf-8-sig", "utf_8"})
NOT_UTF_8 = "is not UTF-8;"
"""What `read_exact_lines` says of bytes that are something else."""
CSV_SUFFIX = ".csv"
LONGEST_CELL = 1 << 26
"""Characters of a text in CSV, as many as bytes of a line."""


def read_table(
    source: str | Path,
    *,
    text_column: Column = None,
    label_column: Column = None,
    encoding: str = "utf-8",
) -> LabelledTexts:
    """Read a file of labelled texts, ``-`` for stdin: columns with a TAB between, or CSV with its quotes.

    It is CSV where its name ends so, or where its first line has a comma and no TAB. Columns are named by a header,
    or numbered from 1; where they are not given they are guessed: a header's names, else the column of few values is
    the label.

    Raises InputError for what cannot be read, for rows of other lengths than the first and for empty texts or labels,
    each with its line; SettingError for a column or an encoding that is not there.
    """
    rows = list(_rows(source, encoding))
    columns = find_columns([cells for _, cells in rows], text_column, label_column)
    texts, labels, places = list[str](), list[str](), list[str]()
    for place, cells in rows[1:] if columns.has_header else rows:
        text, label = cells[columns.text], cells[columns.label].strip()
        for name, cell in (("text", text), ("label", label)):
            if not cell.strip():
                raise InputError(f"{place}: the {name} is empty; remove the row or give it one")
        texts.append(text)
        labels.append(label)
        places.append(place)
    if not texts:
        raise InputError(f"{source} holds a header and no texts; give at least two rows")
    return LabelledTexts(texts, labels, places, may_begin_with_header=not columns.has_header)


def read_texts(source: str | Path, text_column: str | int, *, encoding: str = "utf-8") -> list[str]:
    """Read one column of a table as `read_table` does, a text a row: empty ones too, so that rows keep their places.

    Raises what `read_table` does, but for empty texts.
    """
    rows = [cells for _, cells in _rows(source, encoding)]
    place, has_header = find_text_column(rows[0], text_column)
    return [cells[place] for cells in rows[has_header:]]


def read_classes(files: Mapping[str, str | Path], *, encoding: str = "utf-8") -> LabelledTexts:
    """Read one file of texts for each class, a text a line; blank lines are passed over.

    Raises InputError for what cannot be read, SettingError for an encoding that is not there.
    """
    parts = []
    for label, source in files.items():
        lines = list(_not_blank(_lines(source, encoding), source))
        parts.append(
            LabelledTexts([text for _, text in lines], [label] * len(lines), [place for place, _ in lines])
        )
    return joined(parts)


def _rows(source: str | Path, encoding: str) -> Iterator[Row]:
    """Yield the rows of a table, all as long as the first."""
    lines = _lines(source, encoding)
    first = next(_not_blank(lines, source))
    is_csv = Path(source).name.lower().endswith(CSV_SUFFIX) or ("\t" not in first[1] and "," in first[1])
    lines = _again(first, lines)
    size = 0
    rows = (
        _csv_rows(lines)
        if is_csv
        else ((place, line.split("\t")) for place, line in _not_blank(lines, source))
    )
    for place, cells in rows:
        size = size or len(cells)
        if size == 1:
            raise InputError(
                f"{place}: there is one column, and a label and its text are two; put a TAB between them, or a comma "
                "with quotes around the text, or give a file for each class (--class NAME=FILE)"
            )
        if len(cells) != size:
            separator = "commas (put texts that hold some in quotes)" if is_csv else "TABs"
            raise InputError(
                f"{place}: there are {len(cells)} columns, and {size} in the rows before; check its {separator}"
            )
        yield place, cells


def _csv_rows(lines: Iterable[tuple[str, str]]) -> list[Row]:
    """Return the rows of CSV, each with the first of its lines; rows without a character are passed over."""
    place: str | None = None

    def texts() -> Iterator[str]:
        nonlocal place
        for found, line in lines:
            place = place or found
            yield line + "\n"

    rows: list[Row] = []
    usual = csv.field_size_limit(LONGEST_CELL)  # which is one for the whole process
    try:
        for cells in csv.reader(texts(), strict=True, skipinitialspace=True):
            if len(cells) > 1 or "".join(cells).strip():
                rows.append((str(place), cells))
            place = None
    except csv.Error as error:
        raise InputError(f"{place}: this is not CSV ({error}); check its quotes") from None
    finally:
        csv.field_size_limit(usual)
    return rows


def _again(first: tuple[str, str], others: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    yield first
    yield from others


def _not_blank(lines: Iterable[tuple[str, str]], source: str | Path) -> Iterator[tuple[str, str]]:
    """Pass on the lines that hold something; raises InputError where none does."""
    is_empty = True
    for place, line in lines:
        if line.strip():
            is_empty = False
            yield place, line
    if is_empty:
        raise InputError(f"{source} is empty; there must be at least one line of text: check the path")


def _lines(source: str | Path, encoding: str) -> Iterator[tuple[str, str]]:
    """Yield where each line of a file stands and its text, blank lines too: CSV may quote them."""
    if encoding.lower() not in UTF_8:
        yield from _decoded_lines(Path(source), encoding)
        return
    try:
        for name, number, line in read_exact_lines(source):
            yield f"{name}: line {number}", line.removesuffix("\n").rstrip("\r")
    except InputError as error:
        if NOT_UTF_8 in str(error) and _is_plain_file(Path(source)):
            raise InputError(f"{error}, or read it as it is with --encoding latin-1") from None
        raise


def _is_plain_file(path: Path) -> bool:
    """Whether it is one that `_decoded_lines` reads: not stdin, no folder, not compressed."""
    if str(path) == "-" or not path.is_file():
        return False
    with path.open("rb") as file:
        return compression_of(file.read(HEAD_SIZE)) is None


def _decoded_lines(path: Path, encoding: str) -> Iterator[tuple[str, str]]:
    if str(path) == "-":
        raise SettingError("stdin is read as UTF-8; name a file for another --encoding")
    try:
        text = path.read_bytes().decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: byte {error.start + 1} is not {encoding}: {error.reason}; try --encoding latin-1"
        ) from None
    except (
        LookupError,
        ValueError,
    ):  # ValueError: of what Python has under such a name and no text is written in
        raise SettingError(f"there is no encoding {shown(encoding)}; try utf-8, latin-1 or cp1252") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; check the path") from None
    for number, line in enumerate(text.split("\n"), 1):
        yield f"{path}: line {number}", line.rstrip("\r")
