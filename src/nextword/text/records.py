"""JSON Lines: one object a line, the text in one of its fields."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from nextword.errors import InputError
from nextword.text.lines import Block

_COMPRESSION_SUFFIXES = {".gz", ".bz2", ".xz", ".zst", ".zstd"}
_JSON_SUFFIXES = {".jsonl", ".ndjson", ".json"}
_SHOWN_FIELDS = 10


def is_json_lines(path: Path) -> bool:
    """Tell by the name, a compression suffix aside, whether a file holds JSON Lines.

    >>> is_json_lines(Path("posts.jsonl.gz")), is_json_lines(Path("posts.txt"))
    (True, False)
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in _COMPRESSION_SUFFIXES:
        suffixes.pop()
    return bool(suffixes) and suffixes[-1] in _JSON_SUFFIXES


def read_json_lines(blocks: Iterable[Block], field: str) -> Iterator[Block]:
    """Yield the text of one field, record by record; a line without any record is skipped.

    `first_line` is the line of the file where a block's first record is. A newline inside a record splits it
    into lines, so later lines of such a block stand further up in the file than their place in the block.
    Raises InputError for a line that is no JSON object, or whose field is missing or no clean string.
    """
    for block in blocks:
        first_line = None
        texts: list[bytes] = []
        lines = block.data.decode().split("\n")
        for number, line in enumerate(lines, start=block.first_line):
            if not line.strip():
                continue
            first_line = number if first_line is None else first_line
            texts.append(_record_text(line, field, block.source, number))
        if first_line is not None:
            yield Block(b"".join(texts), block.source, first_line)


def missing_field(place: str, field: str, names: Iterable[str]) -> InputError:
    """Return the InputError for a record without the field that was asked for."""
    return InputError(
        f"{place}: there is no field {field!r}; {_there(names)}: name the one that holds the text"
    )


def _record_text(line: str, field: str, source: str, number: int) -> bytes:
    try:
        text = json.loads(line)[field]
        data: bytes = text.encode()
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
        raise _wrong_record(line, field, f"{source}: line {number}") from error
    if b"\0" in data:
        raise InputError(f"{source}: line {number}: the field {field!r} holds a NUL character; remove it")
    # A record is like a small file: its end ends its last line.
    return data if data.endswith(b"\n") else data + b"\n"


def _wrong_record(line: str, field: str, place: str) -> InputError:
    """Return what is wrong with a record that gave no text, from the outside in."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return InputError(f"{place}: this is not JSON ({error}); each line must hold one whole JSON object")
    if not isinstance(record, dict):
        return InputError(f"{place}: this is {_kind(record)}; each line must hold one whole JSON object")
    if field not in record:
        return missing_field(place, field, record)
    text = record[field]
    if not isinstance(text, str):
        return InputError(
            f"{place}: the field {field!r} holds {_kind(text)}, not a string;"
            f" {_there(record)}: name another one or repair the record"
        )
    half = half_of_pair(text)
    return InputError(f"{place}: the field {field!r} holds {half}")


def half_of_pair(text: str) -> str | None:
    r"""Say what is wrong with a string of JSON that holds half of a surrogate pair, and what to try; None without.

    >>> half_of_pair("\ud83d")
    'half of a surrogate pair (\\ud83d); that is no character: write the file again with whole ones'
    """
    half = next((letter for letter in text if "\ud800" <= letter <= "\udfff"), None)
    if half is None:
        return None
    return f"half of a surrogate pair (\\u{ord(half):04x}); that is no character: write the file again with whole ones"


def _there(names: Iterable[str]) -> str:
    known = list(names)
    if not known:
        return "there are no fields"
    more = f" and {len(known) - _SHOWN_FIELDS} more" if len(known) > _SHOWN_FIELDS else ""
    return f"the fields there are {', '.join(map(repr, known[:_SHOWN_FIELDS]))}{more}"


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"
