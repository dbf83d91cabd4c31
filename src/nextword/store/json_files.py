"""JSON from strangers: an object of bounded size and depth, each key once, finite numbers, whole characters."""

import json
import math
from pathlib import Path
from typing import Any

from nextword.errors import ModelFormatError
from nextword.store.files import read_bounded

MAX_DEPTH = 16
"""Objects and lists inside one another; a model's own files need 5."""


def read_json(path: Path, limit: int) -> dict[str, Any]:
    """Read a JSON object of at most ``limit`` bytes; raises ModelFormatError where there is none."""
    try:
        return parse_json(read_bounded(path, limit))
    except FileNotFoundError:
        raise ModelFormatError(f"{path} is missing; is {path.parent} a nextword model folder?") from None
    except NotADirectoryError:
        raise ModelFormatError(
            f"{path.parent} is a file, not a nextword model folder; "
            "nextword convert makes one of an ARPA file or of a file of word vectors"
        ) from None
    except OSError as error:
        raise ModelFormatError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, ModelFormatError):
            raise
        raise ModelFormatError(f"{path} is not JSON as nextword writes it: {error!s:.200}") from None


def parse_json(data: bytes) -> dict[str, Any]:
    """Return a JSON object; raises ValueError or RecursionError for anything else."""
    content = json.loads(
        data.decode("utf-8"), parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_without_repeats
    )
    if not isinstance(content, dict):
        raise ValueError(f"it must hold an object, it holds a {type(content).__name__}")  # noqa: TRY004
    _check_depth(content, MAX_DEPTH)
    # Half a surrogate pair is valid JSON and no text.
    json.dumps(content, ensure_ascii=False).encode("utf-8")
    return content


def _check_depth(content: object, left: int) -> None:
    if left == 0:
        raise ValueError(f"it is nested more than {MAX_DEPTH} deep")
    if isinstance(content, dict | list):
        for item in content.values() if isinstance(content, dict) else content:
            _check_depth(item, left - 1)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return content


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number:.40} is too large a number")
    return value


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not a number of JSON")
