"""English that every Python brings along: its own documentation, read from the running installation."""

import ast
import importlib
import os
import re
import sysconfig
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nextword.errors import InputError, SettingError
from nextword.text.prose import sentences

RUN_LENGTH = 10
"""So many consecutive lines are held out together."""

_SKIPPED_FOLDERS = frozenset(
    {
        "__pycache__", "dist-packages", "ensurepip", "idlelib", "lib2to3", "pydoc_data", "site-packages", "test",
        "tests", "turtledemo",
    }
)  # fmt: skip
_NOT_LETTERS = re.compile(r"[^a-z]+")
_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def documentation_lines() -> list[str]:
    """Return the English sentences in the running Python's documentation, each once, in a stable order.

    They come from the language reference that ``help()`` shows and from the docstrings of the standard library,
    whose files are parsed and never run.

    Raises InputError where this Python has come without the library's source files.
    """
    return _distinct(sentence for text in _texts() for sentence in sentences(text))


def split_heldout(lines: Sequence[str], every: int = 20) -> tuple[list[str], list[str]]:
    """Return the lines to learn from and the lines held out: one run of ten lines in ``every`` such runs.

    Neighbours come from one docstring and say nearly the same, so lines held out one by one would be half known
    from the lines around them; whole runs are closer to text that the model has never met, and yet come from
    every part of the documentation. A line that is held out and occurs elsewhere as well, whatever its case and
    punctuation, is not learned from.

    >>> learned, heldout = split_heldout([f"line {letter}" for letter in "abcdefghijklmnopqrstuvwxyz"], every=2)
    >>> len(learned), heldout[0], heldout[-1]
    (16, 'line k', 'line t')

    Raises SettingError where every line would be held out.
    """
    if every < 2:
        raise SettingError(f"every must be at least 2, got {every}; 20 holds out a twentieth")
    heldout = [line for place, line in enumerate(lines) if _is_heldout(place, every)]
    known = {_letters(line) for line in heldout}
    learned = [
        line
        for place, line in enumerate(lines)
        if not _is_heldout(place, every) and _letters(line) not in known
    ]
    return learned, heldout


def _is_heldout(place: int, every: int) -> bool:
    # The middle run of each group, so that a text of little more than half a group has something held out too.
    return place // RUN_LENGTH % every == every // 2


def _texts() -> Iterator[str]:
    yield from _topics()
    folder = Path(sysconfig.get_path("stdlib"))
    is_empty = True
    for path in _source_files(folder):
        for text in _docstrings(path):
            is_empty = False
            yield text
    if is_empty:
        raise InputError(
            f"this Python has come without the sources of its standard library: no docstrings below {folder}; "
            "try a Python from python.org, conda or your system's full package"
        )


def _topics() -> Iterator[str]:
    try:
        topics: dict[str, Any] = importlib.import_module("pydoc_data.topics").topics
    except (ImportError, AttributeError):  # some systems package it apart; the docstrings are text enough
        return
    for name in sorted(topics):
        yield str(topics[name])


def _source_files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - _SKIPPED_FOLDERS)
        for name in sorted(names):
            if name.endswith(".py"):
                yield Path(place, name)


def _docstrings(path: Path) -> Iterator[str]:
    try:
        source = path.read_bytes()
        if b'"""' not in source and b"'''" not in source:
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes are that file's affair
            tree = ast.parse(source)
    except (OSError, SyntaxError, ValueError):
        return
    yield from _docstrings_of(tree)


def _docstrings_of(node: _Documented) -> Iterator[str]:
    text = ast.get_docstring(node)
    if text:
        yield text
    for inner in node.body:
        if isinstance(inner, _Documented):
            yield from _docstrings_of(inner)


def _distinct(lines: Iterator[str]) -> list[str]:
    """Return each line once, though case, numbers and punctuation differ."""
    return list({_letters(line): line for line in lines}.values())


def _letters(line: str) -> str:
    return _NOT_LETTERS.sub(" ", line.lower()).strip()
