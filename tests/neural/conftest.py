"""Networks with random arrays, as a fixture: test folders are not packages, so there is no import path to them."""

import numpy as np
import pytest

from nextword.neural.inference.make import array_shapes
from nextword.neural.model import NeuralModel
from nextword.neural.settings import NeuralSettings
from nextword.text.vocabulary import SENTENCE_START, SPECIAL_TOKENS
from nextword.text.word_level import WhitespaceTokenizer

VOCABULARY = 40
SMALL = {"size": 6, "hidden": 5, "window": 3, "shortlist": 8, "clusters": (20,)}


def random_arrays(settings, vocabulary_size=VOCABULARY, seed=0, scale=0.6):
    random = np.random.default_rng(seed)
    arrays = {
        name: (scale * random.standard_normal(shape)).astype(np.float32)
        for name, shape in array_shapes(settings, vocabulary_size).items()
    }
    arrays["output.bias"][SENTENCE_START] = -1e9
    return arrays


def tokenizer_of(vocabulary_size=VOCABULARY):
    return WhitespaceTokenizer([*SPECIAL_TOKENS, *(f"w{number}" for number in range(3, vocabulary_size))])


def shuffled_ranks(vocabulary_size=VOCABULARY, seed=5):
    others = 3 + np.random.default_rng(seed).permutation(vocabulary_size - 3)
    return np.concatenate([np.arange(3), others])


@pytest.fixture(scope="session")
def random_model():
    """A function that makes a NeuralModel with random arrays."""

    def make(ranks=None, vocabulary_size=VOCABULARY, seed=0, scale=0.6, details=None, **changes):
        given = {**SMALL, **changes}
        if given.get("layers") == 1 and given.get("tied", True):
            del given["hidden"]  # for which such a network has no use
        settings = NeuralSettings(**given)
        arrays = random_arrays(settings, vocabulary_size, seed, scale)
        return NeuralModel(settings, arrays, tokenizer_of(vocabulary_size), ranks, details)

    make.shuffled_ranks = shuffled_ranks
    return make
