"""Which earlier words the probability of one word hangs on (after the connectivity of Madsen, Distill 2019)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import IntArray
from nextword.errors import InputError, SettingError
from nextword.neural.inside.gradients import word_gradients
from nextword.neural.inside.reach import with_gradients
from nextword.text.vocabulary import SENTENCE_END


@dataclass(frozen=True)
class Connectivity:
    """How strongly one word of a sentence depends on each before it."""

    model: str
    """What people call the network."""
    tokens: tuple[str, ...]
    """The words before, ``<s>`` first."""
    target: str
    probability: float
    """Of the target after them."""
    norms: NDArray[np.float64]
    """|| d log p(target) / d e(word) ||, one a word before."""


def connectivity(model: object, text: str, word: int | None = None) -> Connectivity:
    """Return how a word of a sentence hangs on those before it; ``word`` counts from 1, the last if not given.

    Raises SettingError for a word that there is not and for models without gradients, InputError for an empty text.
    """
    network = with_gradients(model)
    ids = network.encode_prompt(text)
    if not len(ids):
        raise InputError("the sentence holds no word, so there is nothing to look at; give some words")
    number = len(ids) if word is None else word
    if not 1 <= number <= len(ids):
        raise SettingError(f"the sentence has words 1 to {len(ids)}, got {word}")
    words: IntArray = np.concatenate([[SENTENCE_END], network.numbering.of(ids)])
    gradients = word_gradients(network, words, np.array([number - 1]), number)  # (K, 1, E)
    name = network.tokenizer.token
    log_prob = network.token_log_probs([ids[:number]])[0][-1]
    return Connectivity(
        network.name,
        ("<s>", *map(name, ids[: number - 1].tolist())),
        name(int(ids[number - 1])),
        float(np.exp(log_prob)),
        np.linalg.norm(gradients[:, 0], axis=1)[::-1],
    )
