"""Test sets in files: analogy questions, and pairs of words with people's judgments."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nextword.errors import InputError, shown
from nextword.text.readers import read_blocks

Question = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """Questions of one kind: the first word is to the second as the third to the fourth."""

    name: str
    questions: list[Question]

    @property
    def is_syntactic(self) -> bool:
        """Whether the words differ in grammar, not in meaning: `questions-words.txt` names such sections gram1, ..."""
        return self.name.lower().startswith("gram")


@dataclass(frozen=True, slots=True)
class Judgment:
    """How similar people hold two words to be, on any scale."""

    first: str
    second: str
    score: float


def read_analogies(path: str | Path) -> list[Section]:
    """Read questions of four words a line, in sections that begin with a line ``: name``, as in word2vec.

    Raises InputError for anything else, and names the line.
    """
    sections: list[Section] = []
    for number, line in _lines(path):
        words = line.split()
        if words[0].startswith(":"):
            sections.append(Section(line.lstrip(": ").strip(), []))
        elif not sections:
            raise InputError(
                f"{path}, line {number}: {shown(line)} stands before any section; begin with a line ': name'"
            )
        elif len(words) != 4:
            raise InputError(
                f"{path}, line {number}: a question has four words, {shown(line)} has {len(words)}"
            )
        else:
            sections[-1].questions.append((words[0], words[1], words[2], words[3]))
    if not any(section.questions for section in sections):
        raise InputError(f"{path} holds no questions; write four words a line under a line ': name'")
    return sections


def read_judgments(path: str | Path) -> list[Judgment]:
    """Read two words and a number a line, between tabs, commas or spaces; ``#`` begins a remark.

    Raises InputError for anything else, and names the line.
    """
    judgments = []
    for number, line in _lines(path):
        if line.startswith("#"):
            continue
        separator = next((mark for mark in ("\t", ",") if mark in line), None)
        fields = [field.strip() for field in line.split(separator)]
        try:
            first, second, score = fields[0], fields[1], float(fields[2])
        except (IndexError, ValueError):
            score = math.nan
        if len(fields) != 3 or not (math.isfinite(score) and first and second):
            raise InputError(
                f"{path}, line {number}: {shown(line)} is not two words and a number; put # before a heading"
            )
        judgments.append(Judgment(first, second, score))
    if not judgments:
        raise InputError(f"{path} holds no pairs of words; write two words and a number a line")
    return judgments


def _lines(path: str | Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file that are not empty, with their numbers."""
    for block in read_blocks([path]):
        for number, line in enumerate(block.data.decode("utf-8").split("\n"), start=block.first_line):
            if line.strip():
                yield number, line.strip()
