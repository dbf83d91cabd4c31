"""Interpolated smoothing, one order at a time, as sums and gathers over the tree of n-grams.

For a context h and a word w, with a the counts (plain, or Kneser-Ney's counts of left words), D the discounts
and m(h) the mass that the smoothing adds to a context for its shorter one:

    gamma(h) = (m(h) + sum over kept w of D(a(hw)) + sum over pruned w of a(hw)) / (sum over w of a(hw) + m(h))
    p(w | h) = (a(hw) - D(a(hw))) / (sum over w of a(hw) + m(h)) + gamma(h) p(w | h without its first word)
"""

import numpy as np

from nextword.arrays import BoolArray, FloatArray, IntArray
from nextword.compile import kernel


@kernel
def count_of_counts(adjusted: IntArray, first: int, last: int, tally: IntArray) -> None:
    """Add to ``tally[j]`` the number of n-grams first..last with count j, for j from 1 to its end."""
    for node in range(first, last):
        count = adjusted[node]
        if 0 < count < len(tally):
            tally[count] += 1


@kernel
def look_up_suffixes(
    first: int,
    last: int,
    low: int,
    high: int,
    suffixes: IntArray,
    probabilities: FloatArray,
    shorter: FloatArray,
    offset: int,
) -> None:
    """Write what the order below says of the n-grams first..last, p(w | shorter h), where that is one of low..high.

    ``shorter`` begins with node ``offset``.
    """
    for node in range(first, last):
        suffix = suffixes[node]
        if low <= suffix < high:
            shorter[node - offset] = probabilities[suffix]


@kernel
def interpolate(
    first: int,
    last: int,
    children: IntArray,
    adjusted: IntArray,
    counts: IntArray,
    threshold: int,
    discounts: FloatArray,
    added: float,
    added_per_type: float,
    added_per_token: float,
    probabilities: FloatArray,
    backoffs: FloatArray,
) -> None:
    """Estimate the children of the contexts first..last: ``probabilities`` of nodes, ``backoffs`` (gamma).

    ``probabilities`` holds what the order below says, and then what this one does.
    """
    for context in range(first, last):
        begin, end = children[context], children[context + 1]
        total, freed, types = 0.0, 0.0, 0
        for node in range(begin, end):
            count = adjusted[node]
            total += count
            if count > 0:
                types += 1
            freed += discounts[min(count, 3)] if counts[node] > threshold else count
        mass = added + added_per_type * types + added_per_token * total
        if total + mass <= 0.0:
            backoffs[context] = 1.0  # and the order below speaks
            continue
        gamma = (mass + freed) / (total + mass)
        backoffs[context] = gamma
        for node in range(begin, end):
            count = adjusted[node]
            own = (count - discounts[min(count, 3)]) / (total + mass)
            probabilities[node] = own + gamma * probabilities[node]


@kernel
def renumber(kept: BoolArray, renumbered: IntArray) -> int:
    """Number the kept nodes from 0; ``renumbered`` also has, behind the last, their number."""
    number = 0
    for node in range(len(kept)):
        renumbered[node] = number
        number += kept[node]
    renumbered[len(kept)] = number
    return number


@kernel
def to_logarithms(values: FloatArray, first: int, last: int, highest: float) -> None:
    """Replace probabilities or weights by natural logarithms, no larger than ``highest``."""
    for place in range(first, last):
        values[place] = min(highest, np.log(values[place]))


@kernel
def select(
    first: int, last: int, kept: BoolArray, numbers: IntArray, values: FloatArray, selected: FloatArray
) -> None:
    """Copy the values of the kept nodes among first..last to their new numbers."""
    for node in range(first, last):
        if kept[node]:
            selected[numbers[node]] = values[node]


@kernel
def select_links(
    first: int,
    last: int,
    low: int,
    high: int,
    kept: BoolArray,
    numbers: IntArray,
    links: IntArray,
    selected: IntArray,
) -> None:
    """Copy the links of the kept nodes among first..last that lead to low..high, with the new numbers of both."""
    for node in range(first, last):
        if kept[node] and low <= links[node] < high:
            selected[numbers[node]] = numbers[links[node]]
