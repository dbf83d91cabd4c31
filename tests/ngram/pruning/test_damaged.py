"""A damaged model is an error, and no kernel leaves its arrays."""

from dataclasses import replace

import numpy as np
import pytest

from nextword.errors import ModelFormatError
from nextword.ngram.model import NgramModel
from nextword.ngram.pruning import prune_by_counts, prune_by_entropy, prune_to_size, prune_vocabulary
from nextword.text.vocabulary import VocabularyLimits

WAYS = [
    lambda model: prune_by_entropy(model, 1e-6),
    lambda model: prune_to_size(model, ngrams=40),
    lambda model: prune_by_counts(model, [0, 1]),
    lambda model: prune_vocabulary(model, VocabularyLimits(max_size=5)),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("words", 30, 17),
        ("words", 30, -1),
        ("words", 2, 5),
        ("suffixes", 30, 30),
        ("suffixes", 30, -5),
        ("suffixes", 0, 7),
        ("children", 5, 10_000),
        ("children", 5, -3),
        ("starts", 2, 20),
    ],
)
def test_damage_is_an_error(model, way, name, place, value):
    array = getattr(model.automaton, name).copy()
    array[place] = value
    damaged = NgramModel.__new__(NgramModel)
    damaged.automaton = replace(model.automaton, **{name: array})
    damaged.tokenizer, damaged.settings = model.tokenizer, {}
    with pytest.raises(ModelFormatError, match="do not form a tree"):
        way(damaged)


@pytest.mark.parametrize("way", WAYS)
def test_numbers_that_are_none_do_no_harm(model, way):
    generator = np.random.default_rng(1)
    for name in ("log_probs", "backoffs", "counts"):
        array = getattr(model.automaton, name)
        wild = generator.choice([np.nan, np.inf, -np.inf, 5.0, -1e300], len(array))
        if name == "counts":
            wild = generator.integers(-(2**31), 2**31, len(array))
        damaged = replace(model.automaton, **{name: wild.astype(array.dtype)})
        with np.errstate(all="ignore"):
            way(NgramModel(damaged, model.tokenizer))
