"""What test files import from one another."""

from collections import Counter

import numpy as np
from hypothesis import strategies as st

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
