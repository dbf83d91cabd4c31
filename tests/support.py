"""What test files import from one another."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from nextword.store.files import describe_files

small_lines = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=7).map(" ".join), min_size=1, max_size=12
).filter(lambda lines: any(lines))
"""Small texts: few words, empty lines among them."""


def counts_of(model, lines, length):
    """How often each n-gram of a length occurs, as a tuple of ids; ``<s>`` and ``</s>`` stand around each line."""
    counts = Counter()
    for line in lines:
        words = [1, *model.tokenizer.encode(line).tolist(), 2]
        for begin in range(len(words) - length + 1):
            counts[tuple(words[begin : begin + length])] += 1
    return counts


def rows_after(model, contexts):
    """Yield contexts, tuples of ids that may begin with ``<s>``, each with the probabilities that follow it."""
    for context in contexts:
        history = context[1:] if context[:1] == (1,) else context
        state = model.read(history, None if context[:1] == (1,) else model.empty_state())
        yield context, np.exp(model.log_probs(state)[0])


def sign(folder: Path) -> None:
    """Record the checksums of a folder's files as they are now: a stranger can write what a disk would not."""
    path = folder / "config.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, "files": describe_files(folder)}), encoding="utf-8")
