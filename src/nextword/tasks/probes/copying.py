"""Copying: "b d a = b d a", of growing length; and recall: "a 3 b 7 c 1 ? a 3", of ever more pairs in between."""

from string import ascii_lowercase

import numpy as np

from nextword.tasks.probes.probe import Probe, Sentences

LETTERS = tuple(ascii_lowercase)
DIGITS = tuple("0123456789")


def _copied(letters: list[str], copy: list[str]) -> str:
    return " ".join([*letters, "=", *copy])


def copy_sentence(length: int, rng: np.random.Generator) -> str:
    """Draw letters and their copy.

    >>> copy_sentence(3, np.random.default_rng(1))
    'm n t = m n t'
    """
    letters = rng.choice(LETTERS, length).tolist()
    return _copied(letters, letters)


def copy_twins(length: int, rng: np.random.Generator) -> tuple[Sentences, Sentences]:
    """Draw letters and change one: each is the other's wrong copy."""
    letters = rng.choice(LETTERS, length).tolist()
    place = int(rng.integers(length))
    others = [letter for letter in LETTERS if letter != letters[place]]
    changed = letters.copy()
    changed[place] = str(rng.choice(others))
    return (
        (_copied(letters, letters), _copied(letters, changed)),
        (_copied(changed, changed), _copied(changed, letters)),
    )


def _recalled(keys: list[str], values: list[str], asked: int, answer: str) -> str:
    pairs = [word for pair in zip(keys, values, strict=True) for word in pair]
    return " ".join([*pairs, "?", keys[asked], answer])


def recall_sentence(between: int, rng: np.random.Generator) -> str:
    """Draw keys with values and ask for one that has so many pairs after it.

    >>> recall_sentence(2, np.random.default_rng(1))
    'm 2 u 8 s 9 ? m 2'
    """
    keys, values = _keys_and_values(between, rng)
    return _recalled(keys, values, 0, values[0])


def recall_twins(between: int, rng: np.random.Generator) -> tuple[Sentences, Sentences]:
    """Draw keys with values, and another value for the one that is asked for: each is the other's wrong answer."""
    keys, values = _keys_and_values(between, rng)
    other = str(rng.choice([digit for digit in DIGITS if digit != values[0]]))
    changed = [other, *values[1:]]
    return (
        (_recalled(keys, values, 0, values[0]), _recalled(keys, values, 0, other)),
        (_recalled(keys, changed, 0, other), _recalled(keys, changed, 0, values[0])),
    )


def _keys_and_values(between: int, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    return rng.choice(LETTERS, between + 1, replace=False).tolist(), rng.choice(DIGITS, between + 1).tolist()


COPY = Probe(
    "copy", "Can it copy what it read?", "letters to copy", (2, 3, 4, 6, 8, 10, 12), copy_sentence, copy_twins
)
RECALL = Probe(
    "recall",
    "Can it say what stood beside a letter?",
    "pairs between question and answer",
    (1, 2, 3, 4, 6, 8),
    recall_sentence,
    recall_twins,
    longest=len(LETTERS) - 1,
)
