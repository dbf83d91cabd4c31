"""Which words predict which: the training examples of a sentence."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from nextword.errors import SettingError

Architecture = Literal["cbow", "skipgram"]
Direction = Literal["word2vec", "lecture"]


class Pair(NamedTuple):
    """The words of the inputs, and the word to predict."""

    inputs: tuple[int, ...]
    target: int


def context_places(length: int, position: int, window: int) -> list[int]:
    """Return the places up to ``window`` words before and after a position, without itself.

    >>> context_places(6, 2, window=2)
    [0, 1, 3, 4]
    """
    if window < 1:
        raise SettingError(f"the window is at least 1 word on either side, got {window}")
    if not 0 <= position < length:
        raise SettingError(f"positions in {length} words go from 0 to {length - 1}, got {position}")
    around = range(max(0, position - window), min(length, position + window + 1))
    return [place for place in around if place != position]


def training_pairs(
    words: Sequence[int],
    position: int,
    window: int,
    architecture: Architecture = "cbow",
    direction: Direction = "word2vec",
) -> list[Pair]:
    """Return the training examples with the centre word at a position; none where it has no neighbour.

    CBOW: the context predicts the centre word, one example. Skip-gram: one example for each context word. The lecture
    draws the centre word as the input and the context word as the target; word2vec.c and gensim train the context
    word's row of W as the input and the centre word as the target. Over a text both make the same pairs, since
    whatever stands in a word's window has that word in its own; only their order, and windows shrunk at random, differ.

    >>> training_pairs([7, 8, 9], position=1, window=2)
    [Pair(inputs=(7, 9), target=8)]
    >>> training_pairs([7, 8, 9], position=1, window=2, architecture="skipgram", direction="lecture")
    [Pair(inputs=(8,), target=7), Pair(inputs=(8,), target=9)]
    """
    context = [words[place] for place in context_places(len(words), position, window)]
    centre = words[position]
    if architecture == "cbow":
        return [Pair(tuple(context), centre)] if context else []
    if direction == "lecture":
        return [Pair((centre,), word) for word in context]
    return [Pair((word,), centre) for word in context]
