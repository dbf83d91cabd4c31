"""A self-contained HTML page: no network, no library, and nothing of its data that a browser would run.

Words are strangers' text. They stand in a block of data in which every character that HTML knows is escaped, the
scripts put them on the page as text alone, and the page's own policy allows no script but these, by their hashes.
All pages share a frame: ``frame.html``, the colours and fonts of ``frame.css``, and the functions of ``frame.js``.
"""

import base64
import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any


def page(title: str, body: str, style: str, scripts: Sequence[str], data: Mapping[str, Any]) -> str:
    """Return the page with a body, a style and scripts of its own, and what its scripts know as ``pageData``.

    The style goes after that of all pages, and the scripts after theirs, of which they may use every function. The
    title is text, the body HTML.
    """
    style = f"{source(__package__, 'frame.css')}\n{style}"
    scripts = [source(__package__, "frame.js"), *scripts]
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {' '.join(map(_hash, scripts))}; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": policy,
        "title": html.escape(title),
        "style": style,
        "body": body.rstrip("\n"),
        "data": _for_script(data),
        "scripts": "\n".join(f"<script>{script}</script>" for script in scripts),
    }
    # Each part's place is looked for in what follows the part before: no part can hold the place of another.
    made, rest = "", source(__package__, "frame.html")
    for part, content in parts.items():
        before, _, rest = rest.partition(f"<!--{part}-->")
        made += before + content
    return made + rest


def source(package: str, name: str) -> str:
    """Return the text of a package's file."""
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")


def _for_script(content: Mapping[str, Any]) -> str:
    """Return JSON in which nothing ends the element that it stands in, and nothing is a character but ASCII."""
    text = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
