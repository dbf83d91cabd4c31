"""Copying: "b d a = b d a", of growing length; and recall: "a 3 b 7 c 1 ? a 3", of ever more pairs in between."""

from random import Random
from string import ascii_lowercase

from nextword.tasks.probes.probe import Probe, Sentences

LETTERS = tuple(ascii_lowercase)
DIGITS = tuple("0123456789")
BEFORE = 3
"""Pairs before the one that is asked for, at most: it is not always the first."""


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


class _Questions:
    """Letters with digits, and the place of the letter that is asked for."""

    def __init__(self, between: int, rng: Random) -> None:
        self.asked = rng.randint(0, BEFORE)
        pairs = self.asked + 1 + between
        self.keys = rng.sample(LETTERS, pairs)
        self.values = rng.choices(DIGITS, k=pairs)

    def written(self, value: str, answer: str) -> str:
        """Return it with a digit beside the letter that is asked for, and an answer."""
        values = [*self.values[: self.asked], value, *self.values[self.asked + 1 :]]
        pairs = [word for pair in zip(self.keys, values, strict=True) for word in pair]
        return " ".join([*pairs, "?", self.keys[self.asked], answer])


def recall_sentence(between: int, rng: Random) -> str:
    """Draw letters with digits and ask for one that has so many pairs after it, and some before.

    >>> recall_sentence(2, Random(2))
    'c 9 l 6 f 3 ? c 9'
    """
    questions = _Questions(between, rng)
    value = rng.choice(DIGITS)
    return questions.written(value, value)


def recall_twins(between: int, rng: Random) -> tuple[Sentences, Sentences]:
    """Draw letters with digits, and two digits for the one that is asked for: each is the other's wrong answer."""
    questions = _Questions(between, rng)
    one, other = rng.sample(DIGITS, 2)
    return (
        (questions.written(one, one), questions.written(one, other)),
        (questions.written(other, other), questions.written(other, one)),
    )


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
    longest=len(LETTERS) - 1 - BEFORE,
)
