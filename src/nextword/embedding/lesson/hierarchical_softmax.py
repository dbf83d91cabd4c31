"""Hierarchical softmax: find the target by choices at the nodes of a tree."""

from collections.abc import Sequence

import numpy as np

from nextword.embedding.lesson.example import Example
from nextword.embedding.lesson.hidden import Hidden, Matrix
from nextword.embedding.lesson.logistic import logistic_example
from nextword.embedding.word2vec.huffman import HuffmanTree
from nextword.errors import SettingError, VocabularyError


def hierarchical_softmax_example(
    W: Matrix,
    W_out: Matrix,
    inputs: Sequence[int],
    target: int,
    tree: HuffmanTree,
    hidden: Hidden = "mean",
) -> Example:
    """Return one example of hierarchical softmax, forward and backward (Morin and Bengio 2005; Mikolov et al. 2013b).

    The rows of W_out, (V - 1, E), belong to the inner nodes. The node n says sigmoid(v . u_n) for branch 0 of its
    two branches; the probability of a word is the product over its path, and the loss its negative logarithm. So the
    probabilities of all words sum to one, at log2(V) scores a word in place of V. The label of a node is 1 - code.

    Raises SettingError where there is no input and for matrices that do not fit the tree, VocabularyError for a target
    that is not in the tree.
    """
    if len(W_out) != len(tree) - 1:
        raise SettingError(
            f"a tree of {len(tree)} words has {len(tree) - 1} inner nodes, each with a row of W_out, got {len(W_out)}"
        )
    if not 0 <= target < len(tree):
        raise VocabularyError(f"ids go from 0 to {len(tree) - 1}, got {target}")
    points, codes = tree.path(target)
    return logistic_example(
        W, W_out, inputs, target, hidden, points.astype(np.int64), 1.0 - codes.astype(np.float64)
    )
