"""A probe: a small language, and pairs of its sentences that only one who remembers can tell apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from nextword.errors import SettingError
from nextword.text.pairs import Pair

FALL = 2
"""Sentences of the second distance are by this power of 2 rarer than those of the first, of the third by that of 3."""
ATTEMPTS = 200
"""Draws of a sentence that is not among those held out."""

Sentences = tuple[str, str]
"""The right one and the wrong one."""


@dataclass(frozen=True)
class Probe:
    """A language, and what in it hangs on what."""

    name: str
    title: str
    """What it asks."""
    unit: str
    """What a distance counts."""
    distances: tuple[int, ...]
    """As usual."""
    sentence: Callable[[int, Random], str]
    """Draws a sentence of a distance."""
    twins: Callable[[int, Random], tuple[Sentences, Sentences]]
    """Draws two pairs, in which the word that is right in the one is wrong in the other.

    All words between the two that hang together are the same in both: who does not see the first gives one answer to
    both, and is right half the time.
    """
    longest: int = 1000
    """The greatest distance."""


@dataclass(frozen=True)
class Language:
    """Sentences to learn from, and pairs of others to judge."""

    lines: list[str]
    pairs: list[Pair]
    """Each with its ``distance``; no right sentence stands in ``lines``."""


def make_language(
    probe: Probe,
    *,
    sentences: int = 40_000,
    pairs: int = 100,
    distances: Sequence[int] | None = None,
    seed: int = 1,
) -> Language:
    """Draw a language: ``sentences`` to learn from, the rarer the greater their distance, and ``pairs`` a distance.

    As in a language that people speak, most of what hangs together stands close together (Futrell, Mahowald and Gibson
    2015).
    Raises SettingError for numbers below 1, an odd number of pairs, and distances of which there are too few sentences.
    """
    chosen = tuple(probe.distances if distances is None else distances)
    _check(sentences, pairs, chosen, probe.longest)
    rng = Random(seed)  # noqa: S311  # sentences, and no secrets
    judged = [pair for distance in chosen for pair in _pairs(probe, distance, pairs, rng)]
    held_out = {pair.good for pair in judged}
    rarer = [1 / (1 + place) ** FALL for place in range(len(chosen))]
    lines = [_unheard(probe, distance, held_out, rng) for distance in rng.choices(chosen, rarer, k=sentences)]
    return Language(lines, judged)


def _pairs(probe: Probe, distance: int, pairs: int, rng: Random) -> list[Pair]:
    found: dict[str, Pair] = {}
    for _ in range(pairs // 2 * ATTEMPTS):
        twins = probe.twins(distance, rng)
        if any(good in found for good, _ in twins):
            continue
        for good, bad in twins:
            found[good] = Pair(good, bad, {"distance": str(distance)}, f"pair {len(found) + 1}")
        if len(found) >= pairs:
            return list(found.values())
    raise _too_few(probe, distance)


def _unheard(probe: Probe, distance: int, held_out: set[str], rng: Random) -> str:
    for _ in range(ATTEMPTS):
        line = probe.sentence(distance, rng)
        if line not in held_out:
            return line
    raise _too_few(probe, distance)


def _too_few(probe: Probe, distance: int) -> SettingError:
    return SettingError(
        f"there are too few sentences of {distance} {probe.unit} to learn from some and judge others; give a greater "
        "distance, or fewer pairs"
    )


def _check(sentences: int, pairs: int, distances: Sequence[int], longest: int) -> None:
    if sentences < 1:
        raise SettingError(f"at least 1 sentence is needed to learn from, got {sentences}")
    if pairs < 2 or pairs % 2:
        raise SettingError(f"pairs come in twos, at least 2 a distance, got {pairs}")
    if (
        not distances
        or min(distances) < 0
        or max(distances) > longest
        or len(set(distances)) < len(distances)
    ):
        raise SettingError(
            f"distances are different numbers from 0 to {longest}, got {list(distances)}; try 1 2 4 8"
        )
