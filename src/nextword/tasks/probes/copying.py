"""Copying: "b d a = b d a", of growing length; and recall: "a 3 b 7 c 1 ? a 3", of ever more pairs in between."""

from random import Random
from string import ascii_lowercase

from nextword.tasks.probes.probe import Probe, Sentences

LETTERS = tuple(ascii_lowercase)
DIGITS = tuple("0123456789")


def _copied(letters: list[str], copy: list[str]) -> str:
    return " ".join([*letters, "=", *copy])


def copy_sentence(length: int, rng: Random) -> str:
    """Draw letters and their copy.

    >>> copy_sentence(3, Random(1))
    'd w t = d w t'
    """
    letters = rng.choices(LETTERS, k=length)
    return _copied(letters, letters)


def copy_twins(length: int, rng: Random) -> tuple[Sentences, Sentences]:
    """Draw letters and change one: each is the other's wrong copy."""
    letters = rng.choices(LETTERS, k=length)
    place = rng.randrange(length)
    others = [letter for letter in LETTERS if letter != letters[place]]
    changed = letters.copy()
    changed[place] = rng.choice(others)
    return (
        (_copied(letters, letters), _copied(letters, changed)),
        (_copied(changed, changed), _copied(changed, letters)),
    )


def _recalled(keys: list[str], values: list[str], asked: int, answer: str) -> str:
    pairs = [word for pair in zip(keys, values, strict=True) for word in pair]
    return " ".join([*pairs, "?", keys[asked], answer])


def recall_sentence(between: int, rng: Random) -> str:
    """Draw keys with values and ask for one that has so many pairs after it.

    >>> recall_sentence(2, Random(1))
    'e 7 s 2 z 4 ? e 7'
    """
    keys, values = _keys_and_values(between, rng)
    return _recalled(keys, values, 0, values[0])


def recall_twins(between: int, rng: Random) -> tuple[Sentences, Sentences]:
    """Draw keys with values, and another value for the one that is asked for: each is the other's wrong answer."""
    keys, values = _keys_and_values(between, rng)
    other = rng.choice([digit for digit in DIGITS if digit != values[0]])
    changed = [other, *values[1:]]
    return (
        (_recalled(keys, values, 0, values[0]), _recalled(keys, values, 0, other)),
        (_recalled(keys, changed, 0, other), _recalled(keys, changed, 0, values[0])),
    )


def _keys_and_values(between: int, rng: Random) -> tuple[list[str], list[str]]:
    return rng.sample(LETTERS, between + 1), rng.choices(DIGITS, k=between + 1)


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
