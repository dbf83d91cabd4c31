"""The back-off automaton: a finished n-gram model as a handful of flat arrays.

A state is a node, the longest context that was seen. Reading a word costs one look-up when that context goes on
with it; else the suffix link leads to the next shorter context, at the price of a back-off weight.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from nextword.ngram.automaton import plain
from nextword.text.vocabulary import SENTENCE_START


@dataclass(frozen=True, eq=False)
class Automaton:
    """Nodes are n-grams, numbered breadth first: 0 the empty one, 1 + w the word w, then bigrams and so on."""

    order: int
    starts: NDArray[np.int64]
    """(order + 2,): order k is the nodes starts[k] to starts[k + 1]."""
    words: NDArray[np.int32]
    """(nodes,): the last word."""
    children: NDArray[np.int32]
    """(contexts + 1,): node h has the children children[h] to children[h + 1], sorted by word."""
    suffixes: NDArray[np.int32]
    """(nodes,): the node without its first word."""
    counts: NDArray[np.int32]
    """(nodes,): how often the n-gram was seen, or of length 0 where the counts are not known."""
    log_probs: NDArray[np.float64]
    """(nodes,): log p(last word | the words before it)."""
    backoffs: NDArray[np.float64]
    """(contexts,): log gamma, the price of leaving a context."""

    def __post_init__(self) -> None:
        # One array type, read-only, for models in memory and models mapped from a file: kernels compile once.
        for field in fields(self):
            array = getattr(self, field.name)
            if isinstance(array, np.ndarray) and array.flags.writeable:
                view = array.view()
                view.flags.writeable = False
                object.__setattr__(self, field.name, view)

    @property
    def vocabulary_size(self) -> int:
        """V."""
        return int(self.starts[2] - self.starts[1])

    @property
    def initial(self) -> int:
        """The state after ``<s>``."""
        return plain.state_of(self.children, self.suffixes, 1 + SENTENCE_START)

    @property
    def ngrams(self) -> list[int]:
        """The number of n-grams of each order, from 1 up."""
        return [int(size) for size in np.diff(self.starts[1:])]

    def path(self, node: int) -> list[int]:
        """Return the ids of a node's words."""
        words = []
        while node > 0:
            words.append(int(self.words[node]))
            node = self.parent(node)
        return words[::-1]

    def parent(self, node: int) -> int:
        """Return the node without its last word; in a damaged model too, a smaller number."""
        return min(int(np.searchsorted(self.children, node, side="right")), node) - 1

    def order_of(self, node: int) -> int:
        """Return the number of words of a node."""
        return int(np.searchsorted(self.starts, node, side="right")) - 1

    def find(self, node: int, word: int) -> int:
        """Return the node one word longer, or -1 where it was not seen."""
        return plain.find_child(self.words, self.children, node, word)
