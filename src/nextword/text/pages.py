"""A self-contained HTML page: no network, no library, and nothing of its data that a browser would run.

Words are strangers' text. They stand in a block of data in which every character that HTML knows is escaped, the
scripts put them on the page as text alone, and the page's own policy allows no script but these, by their hashes.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any


def page(package: str, name: str, scripts: Sequence[str], data: Mapping[str, Any]) -> str:
    """Return the page that a package's files make with some data.

    ``NAME.html`` says where the policy, the style of ``NAME.css``, the data and the ``scripts`` stand.
    """
    style = _file(package, f"{name}.css")
    sources = [_file(package, script) for script in scripts]
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {' '.join(map(_hash, sources))}; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": policy,
        "style": style,
        "data": _for_script(data),
        "scripts": "\n".join(f"<script>{source}</script>" for source in sources),
    }
    text = _file(package, f"{name}.html")
    for part, content in parts.items():
        before, _, after = text.rpartition(f"<!--{part}-->")
        text = before + content + after
    return text


def _for_script(content: Mapping[str, Any]) -> str:
    """Return JSON in which nothing ends the element that it stands in, and nothing is a character but ASCII."""
    text = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _file(package: str, name: str) -> str:
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")
