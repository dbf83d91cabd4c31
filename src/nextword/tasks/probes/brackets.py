"""Matching brackets: "( [ ] { } )", in which the last bracket must close the first (Dyck languages)."""

import numpy as np

from nextword.tasks.probes.probe import Probe, Sentences

KINDS = (("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"))


def balanced(pairs: int, rng: np.random.Generator) -> list[str]:
    """Draw a balanced row of so many pairs of brackets: at each place one opens or the last one closes, as may be.

    >>> " ".join(balanced(3, np.random.default_rng(1)))
    '[ [ ] ] { }'
    """
    row: list[str] = []
    waiting: list[str] = []
    left = pairs
    while left or waiting:
        if left and (not waiting or rng.integers(2)):
            begin, end = KINDS[rng.integers(len(KINDS))]
            row.append(begin)
            waiting.append(end)
            left -= 1
        else:
            row.append(waiting.pop())
    return row


def sentence(pairs: int, rng: np.random.Generator) -> str:
    """Draw brackets around so many pairs of others."""
    begin, end = KINDS[rng.integers(len(KINDS))]
    return " ".join([begin, *balanced(pairs, rng), end])


def twins(pairs: int, rng: np.random.Generator) -> tuple[Sentences, Sentences]:
    """Draw two kinds of brackets around the same others: each closes the other wrongly."""
    first, second = rng.choice(len(KINDS), 2, replace=False)
    inner = " ".join(balanced(pairs, rng))
    (begin, end), (other_begin, other_end) = KINDS[first], KINDS[second]
    return (
        (f"{begin} {inner} {end}", f"{begin} {inner} {other_end}"),
        (f"{other_begin} {inner} {other_end}", f"{other_begin} {inner} {end}"),
    )


BRACKETS = Probe(
    "brackets",
    "Does the last bracket close the first?",
    "pairs of brackets in between",
    (4, 6, 8, 12, 16, 24),
    sentence,
    twins,
)
