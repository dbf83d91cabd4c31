"""Tagged files of either format, from wherever text comes."""

from collections.abc import Iterator
from pathlib import Path

from nextword.tasks.tagging.files.columns import read_columns
from nextword.tasks.tagging.files.conllu import read_conllu
from nextword.tasks.tagging.files.layout import Format, Layout
from nextword.tasks.tagging.files.sentences import Sentence
from nextword.text.readers import read_exact_lines


def read_tagged(source: str | Path, layout: Layout, *, may_lack_tags: bool = False) -> Iterator[Sentence]:
    """Yield the sentences of a file, a folder or ``-``, plain or compressed; the last may be lines without a word.

    Raises InputError, naming the line, for what is not of this layout, and what `read_exact_lines` raises.
    """
    lines = read_exact_lines(source)
    if layout.format == "conllu":
        return read_conllu(lines, layout)
    return read_columns(lines, layout, may_lack_tags=may_lack_tags)


def format_of(source: str | Path) -> Format | None:
    """Return the format that a file's name tells, a compression suffix aside; None where it tells none.

    >>> format_of("en-ud-train.conllu.gz"), format_of("train.conll"), format_of("train.txt")
    ('conllu', 'columns', None)
    """
    suffixes = [suffix.lower() for suffix in Path(source).suffixes]
    while suffixes and suffixes[-1] in (".gz", ".bz2", ".xz", ".zst", ".zstd"):
        suffixes.pop()
    last = suffixes[-1] if suffixes else ""
    if last in (".conllu", ".conllup"):
        return "conllu"
    return "columns" if last in (".conll", ".iob", ".iob2", ".bio", ".tsv") else None
