"""Minimal pairs in files: two sentences that differ in one point, of which one is right."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nextword.errors import InputError, shown
from nextword.text.readers import read_lines
from nextword.text.records import half_of_pair, is_json_lines

GOOD, BAD = "sentence_good", "sentence_bad"


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence that is right, and one that is wrong in one point."""

    good: str
    bad: str
    fields: Mapping[str, str]
    """What else the file says of it, for grouping."""
    place: str
    """Where it stands."""


def read_pairs(source: str | Path) -> Iterator[Pair]:
    """Yield the pairs of a file or of ``-``: JSON Lines as BLiMP has them, or two columns with a TAB between.

    The columns may be named in the first row, as the fields are. Raises InputError, which names the line, for anything
    else and for two sentences that are the same.
    """
    is_json: bool | None = None
    for place, line in read_lines(source):
        if is_json is None:
            is_json = (str(source) != "-" and is_json_lines(Path(source))) or line.lstrip().startswith("{")
            if not is_json and _columns(line) == [GOOD, BAD]:
                continue
        pair = _of_json(line, place) if is_json else _of_columns(line, place)
        if pair.good.strip() == pair.bad.strip():
            raise InputError(
                f"{place}: both sentences are {shown(pair.good)}; a pair differs in one point, repair or remove it"
            )
        yield pair


def _columns(line: str) -> list[str]:
    return [column.strip() for column in line.split("\t")]


def _of_columns(line: str, place: str) -> Pair:
    columns = _columns(line)
    if len(columns) != 2 or not all(columns):
        raise InputError(
            f"{place}: {shown(line)} is not two sentences with a TAB between, the right one first (JSON Lines hold "
            f"{GOOD} and {BAD})"
        )
    return Pair(columns[0], columns[1], {}, place)


def _of_json(line: str, place: str) -> Pair:
    try:
        record: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{place}: this is not JSON ({error}); each line must hold one whole object"
        ) from None
    if not isinstance(record, dict):
        raise InputError(f"{place}: {shown(record)} is no JSON object; each line must hold one")
    for name in (GOOD, BAD):
        sentence = record.get(name)
        if not isinstance(sentence, str) or not sentence.strip():
            what = "is missing" if name not in record else f"holds {shown(sentence)}"
            raise InputError(f"{place}: the field {name} {what}; it must hold a sentence")
    others = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in record.items()
        if name not in (GOOD, BAD)
    }
    for name, text in {GOOD: record[GOOD], BAD: record[BAD], **others}.items():
        if (wrong := half_of_pair(name + text)) is not None:
            raise InputError(f"{place}: the field {name!r} holds {wrong}")
    return Pair(record[GOOD], record[BAD], others, place)
