"""CoNLL columns: one word a line, blank lines between sentences."""

from collections.abc import Iterable, Iterator

from nextword.errors import InputError, SettingError, counted, shown
from nextword.tasks.tagging.files.gathering import Gathering
from nextword.tasks.tagging.files.layout import Layout, fields_of
from nextword.tasks.tagging.files.sentences import Sentence

DOCUMENT_START = "-DOCSTART-"
"""The word of a line that begins a document (CoNLL-2003), and no sentence."""
Line = tuple[str, int, str]
"""The source of a line, its number there, and its text with its end."""


def read_columns(lines: Iterable[Line], layout: Layout, *, may_lack_tags: bool = False) -> Iterator[Sentence]:
    """Yield the sentences of a file of columns, each with its lines.

    Every line of a word has as many columns as the first; with ``may_lack_tags`` the file may end before the column of
    tags, as one does whose last column is that of words. Raises InputError, naming the line, for another number of
    columns, an empty one, and where the file lacks a column of the layout.
    """
    gathering = Gathering(layout)
    columns = 0
    for source, number, line in lines:
        body = line.rstrip("\r\n")
        if not body.strip(" "):
            yield from gathering.end(source, number, line)
            continue
        fields = fields_of(body)
        if fields[0] == DOCUMENT_START:
            yield from gathering.end(source, number, line)
            continue
        if not columns:
            columns = len(fields)
            gathering.layout = _settled(layout, columns, may_lack_tags, f"{source}: line {number}")
        if len(fields) != columns:
            raise InputError(
                f"{source}: line {number} has {counted(len(fields), 'column')}, and the lines before have {columns}: "
                f"{shown(body)}; leave a blank line between sentences, and nothing else out"
            )
        gathering.add(source, number, line, fields)
    yield from gathering.rest()


def _settled(layout: Layout, columns: int, may_lack_tags: bool, place: str) -> Layout:
    """Return the layout of a file of so many columns; without a column of tags where those are still to come."""
    try:
        lacks_tags = may_lack_tags and layout.column_for_tags(columns) == columns + 1
        return layout.resolved(columns + 1 if lacks_tags else columns)
    except SettingError as error:
        raise InputError(f"{place}: {error}") from None
