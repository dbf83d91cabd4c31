"""A sentence of a tagged file: its words and tags, and the very lines they came from."""

from collections.abc import Sequence
from dataclasses import dataclass

from nextword.errors import InputError
from nextword.tasks.tagging.files.layout import Layout, field_spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Some lines of a file, of which some hold a word each; the last lines of a file may hold none."""

    words: tuple[str, ...]
    tags: tuple[str, ...] | None
    """None where the file has no column of tags yet."""
    features: tuple[tuple[str, ...], ...] = ()
    """For each column of features, what it says of each word."""
    lines: tuple[str, ...] = ()
    """All lines since the sentence before, with their ends: comments and blank ones too."""
    rows: tuple[int, ...] = ()
    """Which of the lines holds each word."""
    source: str = ""
    first_line: int = 1

    def place(self, word: int) -> str:
        """Return where a word stands, as messages say it."""
        if not self.rows:
            return f"{self.source}word {word + 1}"
        return f"{self.source}: line {self.first_line + self.rows[word]}"

    def with_tags(self, tags: Sequence[str], layout: Layout) -> str:
        """Return the lines with these tags in their column, and not another byte changed.

        Lines that end before the column of tags get it as a new one; a layout without its number means the last,
        unless words or features stand there.
        Raises InputError unless there is a tag for each word.
        """
        if len(tags) != len(self.words):
            raise InputError(f"{len(self.words)} words need as many tags, got {len(tags)}")
        lines = list(self.lines)
        for row, tag in zip(self.rows, tags, strict=True):
            lines[row] = _with_tag(lines[row], tag, layout)
        return "".join(lines)


def _with_tag(line: str, tag: str, layout: Layout) -> str:
    body = line.rstrip("\r\n")
    spans = field_spans(body)
    column = layout.column_for_tags(len(spans))
    if column <= len(spans):
        begin, end = spans[column - 1]
        return body[:begin] + tag + body[end:] + line[len(body) :]
    separator = "\t" if "\t" in body else " "
    return body.rstrip(" ") + separator + tag + line[len(body) :]
