"""Pruning by count."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nextword.errors import SettingError
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.estimation.estimate import check_thresholds
from nextword.ngram.model import NgramModel
from nextword.ngram.pruning.entropy.kernels import hand_down
from nextword.ngram.pruning.rebuilding.masses import unseen_masses
from nextword.ngram.pruning.rebuilding.rebuild import without
from nextword.ngram.pruning.rebuilding.sound import check_sound
from nextword.ngram.pruning.record import smaller
from nextword.ngram.pruning.words.prune import prune_vocabulary
from nextword.text.vocabulary import VocabularyLimits


def prune_by_counts(model: NgramModel, thresholds: Sequence[int]) -> NgramModel:
    """Return a model without the n-grams of order k that were seen ``thresholds[k - 1]`` times or less.

    The last threshold holds for all longer orders; one for words drops words, as `prune_vocabulary` does. What stays
    keeps its probability, and the back-off weights make up for what goes. (Pruning in training leaves the same
    n-grams but gives what it took from them to the shorter contexts, which changes the probabilities of those kept.)

    Raises SettingError for thresholds that fall, and for a model that has no counts.
    """
    if len(model.exact.counts) == 0:
        raise SettingError(
            "the model has no counts, as one from an ARPA file; prune it by entropy, or train with --prune"
        )
    limits = check_thresholds(thresholds, model.order)
    if limits[0] > 0:
        model = prune_vocabulary(model, VocabularyLimits(min_count=limits[0] + 1))
        limits = limits[: model.order]
    check_sound(model)
    automaton = without(model.exact, _frequent(model.exact, limits), unseen_masses(model.exact))
    return smaller(model, automaton, by="counts", thresholds=limits)


def _frequent(automaton: Automaton, limits: Sequence[int]) -> NDArray[np.bool_]:
    """Return, (nodes,), which n-grams were seen more often than their order's limit."""
    kept = np.ones(len(automaton.words), dtype=np.bool_)
    for order in range(2, automaton.order + 1):
        nodes = slice(int(automaton.starts[order]), int(automaton.starts[order + 1]))
        kept[nodes] = automaton.counts[nodes] > limits[order - 1]
    # Prefixes and suffixes are seen at least as often, in counts that are in order.
    hand_down(automaton.children, automaton.suffixes, kept)
    return kept
