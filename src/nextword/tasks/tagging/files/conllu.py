"""CoNLL-U, the format of Universal Dependencies: ten columns, comments, multiword ranges and empty nodes.

https://universaldependencies.org/format.html
"""

import re
from collections.abc import Iterable, Iterator

from nextword.errors import InputError, counted, shown
from nextword.tasks.tagging.files.columns import Line
from nextword.tasks.tagging.files.gathering import Gathering
from nextword.tasks.tagging.files.layout import CONLLU_NAMES, Layout
from nextword.tasks.tagging.files.sentences import Sentence

_WORD = re.compile(r"[1-9][0-9]{0,8}\Z")
_RANGE = re.compile(r"([1-9][0-9]{0,8})-([1-9][0-9]{0,8})\Z")
_EMPTY = re.compile(r"(0|[1-9][0-9]{0,8})\.([1-9][0-9]{0,8})\Z")


def read_conllu(lines: Iterable[Line], layout: Layout) -> Iterator[Sentence]:
    """Yield the sentences of a CoNLL-U file, each with its lines; its words are those with an ID of their own.

    What stands for several words (1-2) and what was left unsaid (1.1) is kept in the lines, and is no word.
    Raises InputError, naming the line, for another number of columns than ten, an empty word, and IDs that are none.
    """
    gathering = Gathering(layout)
    order = _Order()
    for source, number, line in lines:
        body = line.rstrip("\r\n")
        place = f"{source}: line {number}"
        if not body.strip(" "):
            yield from gathering.end(source, number, line)
            order = _Order()
            continue
        if body.startswith("#"):
            gathering.pass_by(source, number, line)
            continue
        fields = body.split("\t")
        if len(fields) != len(CONLLU_NAMES):
            raise InputError(
                f"{place} has {counted(len(fields), 'column')}, and CoNLL-U has {len(CONLLU_NAMES)}, apart by tabs: "
                f"{shown(body)}; for other columns give the format columns"
            )
        if order.is_word(fields[0], place):
            gathering.add(source, number, line, fields)
        else:
            gathering.pass_by(source, number, line)
    yield from gathering.rest()


class _Order:
    """The IDs of a sentence as they come."""

    def __init__(self) -> None:
        self.word = self.empty = 0
        self.range_end = 0

    def is_word(self, text: str, place: str) -> bool:
        """Whether a line with this ID is a word; raises InputError for an ID that cannot stand here."""
        if _WORD.match(text):
            if int(text) != self.word + 1:
                raise _bad(place, text, f"the next word is {self.word + 1}")
            self.word, self.empty = self.word + 1, 0
            return True
        if match := _RANGE.match(text):
            first, last = int(match[1]), int(match[2])
            if first != self.word + 1 or last < first or first <= self.range_end:
                raise _bad(
                    place, text, f"a range begins with the next word, {self.word + 1}, and ends after it"
                )
            self.range_end = last
            return False
        if match := _EMPTY.match(text):
            if (int(match[1]), int(match[2])) != (self.word, self.empty + 1):
                raise _bad(place, text, f"the next empty node is {self.word}.{self.empty + 1}")
            self.empty += 1
            return False
        raise _bad(place, text, "it is a number (1), a range (1-2) or an empty node (1.1)")


def _bad(place: str, text: str, why: str) -> InputError:
    return InputError(f"{place}: the ID {shown(text)} cannot stand here; {why}: number the words from 1 on")
