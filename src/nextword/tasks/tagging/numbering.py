"""Words as numbers: each form once, and sentences as places in the table of forms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from nextword.arrays import IntArray
from nextword.tasks.tagging.forms import AFFIXES, affixes, case_of, characters_of, normalized
from nextword.tasks.tagging.lexicon import UNKNOWN, Lexicon
from nextword.tasks.tagging.settings import TaggerSettings

UNKNOWN_CHARACTER, BEGIN, END = 1, 2, 3
"""The numbers of characters that were not seen in training, and of a word's two ends; 0 fills words up."""


@dataclass(frozen=True, slots=True, eq=False)
class Forms:
    """What is seen of each of F different words."""

    words: IntArray
    """(F,)"""
    cases: IntArray
    """(F,)"""
    affixes: IntArray
    """(F, affixes)"""
    characters: IntArray
    """(F, L), each between the marks of its two ends, and filled up with zeros"""

    def __len__(self) -> int:
        return len(self.words)

    def rows(self, rows: IntArray) -> "Forms":
        """Return some of the forms, with as many columns of characters as those need."""
        characters = self.characters[rows]
        longest = int((characters > 0).sum(axis=1).max(initial=0))
        return Forms(self.words[rows], self.cases[rows], self.affixes[rows], characters[:, :longest])


def number_forms(forms: Sequence[str], lexicon: Lexicon, settings: TaggerSettings) -> Forms:
    """Return what is seen of some words."""
    words = [lexicon.word_ids.get(normalized(form, settings), UNKNOWN) for form in forms]
    pieces = np.zeros((len(forms), AFFIXES), dtype=np.int64)
    if settings.affix_size:
        find = lexicon.affix_ids.get
        for row, form in enumerate(forms):
            pieces[row] = [find(piece, UNKNOWN) for piece in affixes(form)]
    return Forms(
        words=np.array(words, dtype=np.int64),
        cases=np.array([case_of(form) for form in forms], dtype=np.int64),
        affixes=pieces,
        characters=_character_table(forms, lexicon, settings),
    )


def _character_table(forms: Sequence[str], lexicon: Lexicon, settings: TaggerSettings) -> IntArray:
    if settings.characters == "none":
        return np.zeros((len(forms), 0), dtype=np.int64)
    find = lexicon.character_ids.get
    read = [characters_of(form) for form in forms]
    table = np.zeros((len(forms), 2 + max(map(len, read), default=0)), dtype=np.int64)
    for row, form in enumerate(read):
        table[row, 0], table[row, len(form) + 1] = BEGIN, END
        table[row, 1 : len(form) + 1] = [find(letter, UNKNOWN_CHARACTER) for letter in form]
    return table


def number_sentences(sentences: Iterable[Sequence[str]]) -> tuple[list[str], list[IntArray]]:
    """Return the different words, and for each sentence which of them it holds.

    >>> forms, places = number_sentences([["a", "b"], ["b", "c"]])
    >>> forms, [each.tolist() for each in places]
    (['a', 'b', 'c'], [[0, 1], [1, 2]])
    """
    found: dict[str, int] = {}
    places = [
        np.array([found.setdefault(word, len(found)) for word in words], dtype=np.int64)
        for words in sentences
    ]
    return list(found), places


def number_features(columns: Sequence[Sequence[str]], lexicon: Lexicon) -> IntArray:
    """Return the values of one sentence's features, (columns, T)."""
    ids = lexicon.feature_ids
    if not ids:
        return np.zeros((0, 0), dtype=np.int64)
    numbers = [
        [find.get(value, UNKNOWN) for value in values] for find, values in zip(ids, columns, strict=True)
    ]
    return np.array(numbers, dtype=np.int64)
