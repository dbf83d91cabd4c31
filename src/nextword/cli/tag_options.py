"""Where words and tags stand in a file, as commands are told."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from cyclopts import Parameter

from nextword.errors import SettingError

if TYPE_CHECKING:
    from nextword.tasks.tagging.files.layout import Format, Layout


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ColumnOptions:
    """Where words and tags stand."""

    format: Literal["columns", "conllu"] | None = None
    """columns (CoNLL: a word a line, columns apart by tabs or spaces) or conllu; as the file is named if not given."""
    column: str | None = None
    """The column of tags: a number from 1, last, or for CoNLL-U a name such as upos or xpos."""
    words: str | None = None
    """The column of words: the first one, or FORM, if not given."""

    def layout(self, file: str, usual: dict[str, Any], features: tuple[str, ...] = ()) -> "Layout":
        """Return the layout of a file: as was asked for, or as ``usual`` where that is of the same format."""
        from nextword.tasks.tagging.files.layout import Layout, column_number
        from nextword.tasks.tagging.files.reading import format_of

        format: Format = self.format or format_of(file) or usual.get("format", "columns")
        standard: dict[str, Any] = {"word": 2, "tag": 4} if format == "conllu" else {"word": 1, "tag": None}
        known = usual if usual.get("format") == format else standard
        word, tag = known["word"], known["tag"]
        if self.words is not None:
            word = _numbered("--words", self.words, format)
        if self.column is not None:
            tag = column_number(self.column, format)
        numbers = [_numbered("--features", name, format) for name in features] or known.get("features", ())
        return Layout(format=format, word=word, tag=tag, features=tuple(numbers))


def _numbered(option: str, name: str, format: "Format") -> int:
    """Return the number of a column that is named; raises SettingError for the last, which is that of tags if any."""
    from nextword.tasks.tagging.files.layout import column_number

    number = column_number(name, format)
    if number is None:
        raise SettingError(f"{option} takes the number of a column, the first is 1, got {name!r}")
    return number
