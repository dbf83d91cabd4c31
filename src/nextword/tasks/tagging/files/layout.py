"""Where words and tags stand in a file: its format, and the columns of each."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from nextword.errors import SettingError, shown
from nextword.lm.checks import check_choice, check_count

Format = Literal["columns", "conllu"]
"""columns: CoNLL, one word a line, its columns apart by tabs or by spaces; conllu: CoNLL-U, ten columns of names."""

CONLLU_NAMES = ("ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC")
MOST_COLUMNS = 1 << 10
_FIELD = re.compile(r"[^ ]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which columns of a file hold the words, the tags and what else is known of a word; the first column is 1.

    Raises SettingError for columns that make no sense together.
    """

    format: Format = "columns"
    word: int = 1
    tag: int | None = None
    """None: the last column of the file, whichever that is."""
    features: tuple[int, ...] = ()
    """Columns that a tagger may look at beside the word, such as parts of speech for the tagging of chunks."""

    def __post_init__(self) -> None:
        check_choice("format", self.format, Format)
        most = len(CONLLU_NAMES) if self.format == "conllu" else MOST_COLUMNS
        columns = [
            ("the column of words", self.word),
            *(("a feature's column", each) for each in self.features),
        ]
        if self.tag is not None:
            columns.append(("the column of tags", self.tag))
        for name, column in columns:
            check_count(name, column, 1, most)
        given = [column for _, column in columns]
        if len(set(given)) < len(given):
            raise SettingError(
                f"words, tags and features stand in columns of their own, got {', '.join(map(str, given))}; "
                "name each column once"
            )

    def column_for_tags(self, columns: int) -> int:
        """Return the column that tags are written to, of so many: a new one where the last is that of other things.

        >>> Layout(word=1).column_for_tags(1), Layout(word=1).column_for_tags(2)
        (2, 2)
        """
        if self.tag is not None:
            return self.tag
        return columns + 1 if columns in (self.word, *self.features) else columns

    def resolved(self, columns: int) -> "Layout":
        """Return this layout for a file of so many columns, the column of tags by its number.

        Raises SettingError where the file lacks one of the columns.
        """
        tag = columns if self.tag is None else self.tag
        if max(self.word, tag, *self.features) > columns:
            raise SettingError(
                f"column {max(self.word, tag, *self.features)} was asked for, and the file has {columns}; "
                "the first is column 1"
            )
        return Layout(format=self.format, word=self.word, tag=tag, features=self.features)

    def as_dict(self) -> dict[str, Any]:
        """Return the layout as ``config.json`` keeps it."""
        return asdict(self) | {"features": list(self.features)}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Layout":
        """Return the layout of a dictionary; raises SettingError for what is none."""
        unknown = sorted(set(content) - {"format", "word", "tag", "features"})
        features = content.get("features", ())
        if unknown or not isinstance(features, list | tuple):
            raise SettingError(f"a layout is format, word, tag and features, got {shown(dict(content))}")
        return cls(**{**content, "features": tuple(features)})


def column_number(name: str, format: Format) -> int | None:
    """Return the number of a column named by a person: a number, ``last`` (None), or for CoNLL-U its name.

    Raises SettingError for a name that is none of them.

    >>> column_number("upos", "conllu"), column_number("2", "columns"), column_number("last", "columns")
    (4, 2, None)
    """
    if name.isascii() and name.isdigit():
        return int(name)
    if format == "conllu" and name.upper() in CONLLU_NAMES:
        return CONLLU_NAMES.index(name.upper()) + 1
    if format == "columns" and name.lower() == "last":
        return None
    known = f"one of {', '.join(CONLLU_NAMES)}" if format == "conllu" else "last"
    raise SettingError(f"a column is a number from 1 or {known}, got {name!r}")


def field_spans(line: str) -> list[tuple[int, int]]:
    r"""Return where each field of a line begins and ends: at tabs where there is one, or else at spaces.

    >>> field_spans("New York\tB-LOC"), field_spans("York  I-LOC")
    ([(0, 8), (9, 14)], [(0, 4), (6, 11)])
    """
    if "\t" not in line:
        return [match.span() for match in _FIELD.finditer(line)]
    spans, begin = [], 0
    for field in line.split("\t"):
        spans.append((begin, begin + len(field)))
        begin += len(field) + 1
    return spans


def fields_of(line: str) -> Sequence[str]:
    """Return the fields of a line that ends before its line break."""
    return line.split("\t") if "\t" in line else [field for field in line.split(" ") if field]
