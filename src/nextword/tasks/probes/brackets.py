"""Matching brackets: "( [ ] { } )", in which the last bracket must close the first (Dyck languages)."""

from random import Random

from nextword.tasks.probes.probe import Probe, Sentences

KINDS = (("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"))


def balanced(pairs: int, rng: Random) -> list[str]:
    """Draw a balanced row of so many pairs of brackets: at each place one opens or the last one closes, as may be.

    >>> " ".join(balanced(3, Random(1)))
    '[ ] ( < > )'
    """
    row: list[str] = []
    waiting: list[str] = []
    left = pairs
    while left or waiting:
        if left and (not waiting or rng.random() < 0.5):
            begin, end = rng.choice(KINDS)
            row.append(begin)
            waiting.append(end)
            left -= 1
        else:
            row.append(waiting.pop())
    return row


def sentence(pairs: int, rng: Random) -> str:
    """Draw brackets around so many pairs of others."""
    begin, end = rng.choice(KINDS)
    return _around(balanced(pairs, rng), begin, end)


def twins(pairs: int, rng: Random) -> tuple[Sentences, Sentences]:
    """Draw two kinds of brackets around the same others: each closes the other wrongly."""
    (begin, end), (other_begin, other_end) = rng.sample(KINDS, 2)
    inner = balanced(pairs, rng)
    return (
        (_around(inner, begin, end), _around(inner, begin, other_end)),
        (_around(inner, other_begin, other_end), _around(inner, other_begin, end)),
    )


def _around(inner: list[str], begin: str, end: str) -> str:
    return " ".join([begin, *inner, end])


BRACKETS = Probe(
    "brackets",
    "Does the last bracket close the first?",
    "pairs of brackets in between",
    (4, 6, 8, 12, 16, 24),
    sentence,
    twins,
)
