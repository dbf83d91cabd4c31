"""What test files import from one another."""

import json
from pathlib import Path

from hypothesis import strategies as st

from nextword.store.files import describe_files

small_lines = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=7).map(" ".join), min_size=1, max_size=12
).filter(lambda lines: any(lines))
"""Small texts: few words, empty lines among them."""


def sign(folder: Path) -> None:
    """Record the checksums of a folder's files as they are now: a stranger can write what a disk would not."""
    path = folder / "config.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, "files": describe_files(folder)}), encoding="utf-8")
