"""Lines into sentences."""

from collections.abc import Iterator, Sequence

from nextword.errors import InputError, shown
from nextword.tasks.tagging.files.layout import Layout
from nextword.tasks.tagging.files.sentences import Sentence


class Gathering:
    """The lines of a sentence as they come."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._clear()

    def add(self, source: str, number: int, line: str, fields: Sequence[str]) -> None:
        """Add the line of a word; raises InputError where one of its columns is empty."""
        layout = self.layout
        for column in (layout.word, layout.tag, *layout.features):
            if column is not None and column <= len(fields) and not fields[column - 1].strip():
                what = "word" if column == layout.word else f"column {column}"
                raise InputError(
                    f"{source}: line {number}: the {what} is empty: {shown(line)}; write _ for what is not known"
                )
        self._rows.append(len(self._lines))
        self._fields.append(fields)
        self.pass_by(source, number, line)

    def pass_by(self, source: str, number: int, line: str) -> None:
        """Add a line that holds no word of its own."""
        if not self._lines:
            self._source, self._first_line = source, number
        self._lines.append(line)

    def end(self, source: str, number: int, line: str) -> Iterator[Sentence]:
        """Yield the sentence that a blank line ends, if there is one; the line is part of its lines."""
        self.pass_by(source, number, line)
        if self._rows:
            yield self._made()

    def rest(self) -> Iterator[Sentence]:
        """Yield what is left at the end of a file, if anything is."""
        if self._lines:
            yield self._made()

    @property
    def words(self) -> int:
        """How many words the sentence has so far."""
        return len(self._rows)

    def _made(self) -> Sentence:
        layout, fields = self.layout, self._fields
        has_tags = all(layout.tag is not None and layout.tag <= len(row) for row in fields)
        sentence = Sentence(
            words=tuple(row[layout.word - 1] for row in fields),
            tags=tuple(row[(layout.tag or 0) - 1] for row in fields) if has_tags else None,
            features=tuple(tuple(row[column - 1] for row in fields) for column in layout.features),
            lines=tuple(self._lines),
            rows=tuple(self._rows),
            source=self._source,
            first_line=self._first_line,
        )
        self._clear()
        return sentence

    def _clear(self) -> None:
        self._lines: list[str] = []
        self._rows: list[int] = []
        self._fields: list[Sequence[str]] = []
        self._source, self._first_line = "", 1
