"""A check before the work: what a damaged file holds must not lead a kernel out of its arrays."""

import numpy as np

from nextword.errors import ModelFormatError
from nextword.lm.evaluation import require_distribution
from nextword.ngram.model import NgramModel
from nextword.ngram.pruning.rebuilding import kernels


def check_sound(model: NgramModel) -> None:
    """Raise NotADistributionError for scores, ModelFormatError unless the nodes form a tree, closed under suffixes."""
    require_distribution(model, "pruning")
    automaton = model.exact
    children, starts = automaton.children, automaton.starts
    nodes, contexts = len(automaton.words), len(automaton.backoffs)
    is_tree = (
        len(children) == contexts + 1
        and (int(children[0]), int(children[-1])) == (1, nodes)
        and (int(starts[-2]), int(starts[-1])) == (contexts, nodes)
        and bool(np.all(np.diff(children) >= 0))
        and np.array_equal(children[starts[:-2]], starts[1:-1])
        and np.array_equal(automaton.words[starts[1] : starts[2]], np.arange(automaton.vocabulary_size))
        and kernels.count_strays(1, nodes, automaton.words, automaton.suffixes, automaton.vocabulary_size)
        == 0
        and int(automaton.suffixes[0]) == 0
    )
    if not is_tree:
        raise ModelFormatError(
            f"the {nodes:,} n-grams of the model do not form a tree; the file is damaged, make the model again"
        )
