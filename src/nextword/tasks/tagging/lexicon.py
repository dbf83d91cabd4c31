"""What a tagger knows by name: words, characters, affixes, the values of features, and tags; each numbered."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nextword.errors import InputError, ModelFormatError, shown
from nextword.tasks.tagging.files.sentences import Sentence
from nextword.tasks.tagging.forms import affixes, normalized
from nextword.tasks.tagging.settings import TaggerSettings

UNKNOWN = 0
"""The number of what was not seen in training; of characters it is 1, since 0 fills words up."""
LEAST_AFFIXES = 3
"""An affix that fewer words of the training text have says nothing of others."""


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The names in the order of their numbers."""

    words: tuple[str, ...]
    characters: tuple[str, ...]
    affixes: tuple[str, ...]
    features: tuple[tuple[str, ...], ...]
    tags: tuple[str, ...]

    @classmethod
    def learn(cls, sentences: Sequence[Sentence], tags: Iterable[str], settings: TaggerSettings) -> "Lexicon":
        """Return the names in some sentences, the most frequent first, and these tags in alphabetical order.

        Raises InputError for a name that no file could hold.
        """
        tags = sorted(set(tags))
        forms = Counter(word for sentence in sentences for word in sentence.words)
        _check_names("word", forms)
        _check_names("tag", tags)
        words, letters, pieces = Counter[str](), Counter[str](), Counter[str]()
        for form, count in forms.items():
            words[normalized(form, settings)] += count
            if settings.characters != "none":
                letters.update(dict.fromkeys(form, count))
            if settings.affix_size:
                pieces.update(affixes(form))
        columns = len(sentences[0].features) if sentences else 0
        values = [Counter(value for each in sentences for value in each.features[k]) for k in range(columns)]
        for counts in values:
            _check_names("value of a feature", counts)
        return cls(
            words=_frequent(words, settings.min_count),
            characters=_frequent(letters, 1),
            affixes=_frequent(pieces, LEAST_AFFIXES),
            features=tuple(_frequent(counts, 1) for counts in values),
            tags=tuple(tags),
        )

    @cached_property
    def word_ids(self) -> dict[str, int]:
        """The number of each word, from 1."""
        return _numbered(self.words, 1)

    @cached_property
    def character_ids(self) -> dict[str, int]:
        """The number of each character, after those of nothing, of unknown ones, and of a word's two ends."""
        return _numbered(self.characters, 4)

    @cached_property
    def affix_ids(self) -> dict[str, int]:
        """The number of each affix, from 1."""
        return _numbered(self.affixes, 1)

    @cached_property
    def feature_ids(self) -> list[dict[str, int]]:
        """For each column of features, the number of each value, from 1."""
        return [_numbered(values, 1) for values in self.features]

    @cached_property
    def tag_ids(self) -> dict[str, int]:
        """The number of each tag, from 0."""
        return _numbered(self.tags, 0)

    def tensors(self) -> dict[str, NDArray[np.uint8]]:
        """Return the names as arrays of bytes: a newline, which no name holds, after each."""
        named = {
            "words": self.words,
            "characters": self.characters,
            "affixes": self.affixes,
            "tags": self.tags,
        }
        named |= {f"values.{place}": values for place, values in enumerate(self.features)}
        return {
            f"names.{name}": np.frombuffer("".join(f"{each}\n" for each in names).encode(), dtype=np.uint8)
            for name, names in named.items()
        }

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[np.generic]], columns: int) -> "Lexicon":
        """Return the names in arrays of bytes; raises ModelFormatError for those that are none."""
        return cls(
            words=_names(tensors, "words"),
            characters=_names(tensors, "characters"),
            affixes=_names(tensors, "affixes"),
            features=tuple(_names(tensors, f"values.{place}") for place in range(columns)),
            tags=_names(tensors, "tags"),
        )


def _check_names(what: str, names: Iterable[str]) -> None:
    """Raise InputError for a name with a line break, or with half a character: saved, they would be others."""
    for name in names:
        if "\n" in name:
            raise InputError(f"the {what} {shown(name)} holds a line break; cut it there, or write a space")
        try:
            name.encode()
        except UnicodeEncodeError:
            raise InputError(
                f"the {what} {shown(name)} holds half of a character (a lone surrogate); read its text as UTF-8"
            ) from None


def _frequent(counts: Counter[str], least: int) -> tuple[str, ...]:
    kept = [name for name, count in counts.items() if count >= least]
    return tuple(sorted(kept, key=lambda name: (-counts[name], name)))


def _numbered(names: Iterable[str], first: int) -> dict[str, int]:
    return {name: number for number, name in enumerate(names, start=first)}


def _names(tensors: Mapping[str, NDArray[np.generic]], name: str) -> tuple[str, ...]:
    found = tensors.get(f"names.{name}")
    if found is None or found.dtype != np.uint8 or found.ndim != 1:
        raise ModelFormatError(f"names.{name} is missing, or no array of bytes")
    try:
        text = found.tobytes().decode("utf-8")
    except UnicodeDecodeError:
        raise ModelFormatError(f"names.{name} is not UTF-8") from None
    names = tuple(text.split("\n")[:-1])
    if (text and not text.endswith("\n")) or len(set(names)) < len(names):
        raise ModelFormatError(f"names.{name} holds a name twice, or ends inside one")
    return names
