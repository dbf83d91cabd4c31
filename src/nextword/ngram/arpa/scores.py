"""That an ARPA file holds scores and no probabilities: one comment, which other toolkits skip.

The format has no place for it, but the perplexity of such numbers would say nothing.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from nextword.errors import SettingError
from nextword.ngram.estimation.smoothing import StupidBackoff

_COMMENT = re.compile(rb"#\s*nextword scores\b(.*)")


def write_comment(smoothing: Mapping[str, Any]) -> str:
    r"""Return the line that states the smoothing of a model of scores, or nothing for any other.

    >>> write_comment(StupidBackoff().settings())
    '# nextword scores {"name": "stupid-backoff", "alpha": 0.4}\n'
    """
    if smoothing.get("name") != StupidBackoff.name:
        return ""
    return f"# nextword scores {json.dumps(dict(smoothing))}\n"


def read_comment(line: bytes) -> dict[str, Any] | None:
    """Return the smoothing that a comment states, None for any other comment; raises ValueError if damaged."""
    found = _COMMENT.fullmatch(line)
    if found is None:
        return None
    try:
        stated = json.loads(found[1])
    except (ValueError, RecursionError):
        raise ValueError("what follows is not JSON") from None
    if not isinstance(stated, dict) or sorted(stated) != ["alpha", "name"]:
        raise ValueError("what follows is not a JSON object of name, alpha")
    if stated["name"] != StupidBackoff.name or not isinstance(stated["alpha"], int | float):
        raise ValueError(f"it states no {StupidBackoff.name}")
    try:
        return StupidBackoff(alpha=stated["alpha"]).settings()
    except SettingError as error:
        raise ValueError(str(error)) from None
