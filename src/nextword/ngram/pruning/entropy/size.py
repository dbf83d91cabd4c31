"""Pruning by relative entropy until a model fits."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nextword.errors import SettingError
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.model import NgramModel
from nextword.ngram.pruning.entropy.changes import prices
from nextword.ngram.pruning.entropy.contexts import ContextProbability, choose
from nextword.ngram.pruning.rebuilding.masses import unseen_masses
from nextword.ngram.pruning.rebuilding.rebuild import without
from nextword.ngram.pruning.rebuilding.sound import check_sound
from nextword.ngram.pruning.record import smaller

Group = tuple[NDArray[np.float64], int]
"""The prices of some n-grams, rising, and what each of these weighs."""


def prune_to_size(
    model: NgramModel,
    *,
    ngrams: int | None = None,
    array_bytes: int | None = None,
    context_probability: ContextProbability | None = None,
) -> NgramModel:
    """Return a model of at most so many n-grams, words included, or so many bytes in its arrays.

    It is what `prune_by_entropy` leaves with the smallest threshold under which the model fits, which its settings
    record. The arrays are all of a saved model but its tokenizer and some kilobytes.

    Raises SettingError unless one limit is given, and where the words alone are over it.

    >>> from nextword.ngram.train import train_on_lines
    >>> model = train_on_lines(["the cat sat", "the cat ran", "the dog sat"], order=3)
    >>> sum(prune_to_size(model, ngrams=12).automaton.ngrams)
    12
    """
    if (ngrams is None) == (array_bytes is None):
        raise SettingError("a size is a number of n-grams or of bytes; give one of the two")
    source = choose(model.exact, context_probability)
    check_sound(model)
    in_bytes = ngrams is None
    weights = node_bytes(model.exact) if in_bytes else (1, 1)
    limit = (array_bytes if in_bytes else ngrams) or 0
    unseen = unseen_masses(model.exact)
    values = prices(model.exact, unseen, source)
    threshold = smallest_threshold(
        _groups(model.exact, values, weights), limit, "bytes" if in_bytes else "n-grams"
    )
    automaton = without(model.exact, values >= threshold, unseen)
    return smaller(model, automaton, by="entropy", threshold=threshold, context_probability=source)


def node_bytes(automaton: Automaton) -> tuple[int, int]:
    """Return what an n-gram takes in the arrays: one that can be a context, and one of the longest."""
    longest = automaton.words.itemsize + automaton.suffixes.itemsize + automaton.log_probs.itemsize
    if len(automaton.counts):
        longest += automaton.counts.itemsize
    return longest + automaton.children.itemsize + automaton.backoffs.itemsize, longest


def smallest_threshold(groups: Sequence[Group], limit: int, unit: str = "n-grams") -> float:
    """Return the smallest threshold under which the n-grams that stay weigh no more than ``limit``.

    >>> smallest_threshold([(np.array([0.1, 0.2, 0.2, 0.4]), 1)], limit=3) > 0.1
    True
    >>> smallest_threshold([(np.array([0.1, 0.2, 0.2, 0.4]), 1)], limit=2)
    0.20000000000000004
    """

    def weight(threshold: float) -> int:
        return sum(each * (len(values) - int(np.searchsorted(values, threshold))) for values, each in groups)

    if weight(np.inf) > limit:
        raise SettingError(
            f"the words alone take {weight(np.inf):,} {unit} of the {limit:,}; ask for more, or drop words"
        )
    # Floats from 0 up are ordered as their bits read as integers, so halving these ends at neighbours.
    low, high = 0, int(np.float64(np.inf).view(np.int64))
    while low < high:
        middle = (low + high) // 2
        if weight(_from_bits(middle)) <= limit:
            high = middle
        else:
            low = middle + 1
    return _from_bits(high)


def _from_bits(bits: int) -> float:
    return float(np.int64(bits).view(np.float64))


def _groups(automaton: Automaton, values: NDArray[np.float64], weights: tuple[int, int]) -> list[Group]:
    """Return the sorted prices of the n-grams that can be contexts, the words among them, and of the longest."""
    contexts = len(automaton.backoffs)
    parts = values[1:contexts], values[contexts:]
    return [(np.sort(part), weight) for part, weight in zip(parts, weights, strict=True)]
