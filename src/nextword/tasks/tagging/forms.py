"""What can be seen of a word without knowing it: its letters, its ends, its capitals and digits."""

import re

from nextword.tasks.tagging.settings import TaggerSettings

LONGEST_FORM = 40
"""Characters of a word that are read: of a longer one, those at both ends."""
AFFIXES = 7
"""How many affixes a word has: its first one, two and three letters and its last one to four."""
CASES = 8
"""How many patterns `case_of` tells apart."""
_DIGIT = re.compile(r"\d")


def normalized(form: str, settings: TaggerSettings) -> str:
    """Return a word as it is looked up."""
    word = form.lower() if settings.lowercase else form
    return _DIGIT.sub("0", word) if settings.fold_digits else word


def affixes(form: str) -> list[str]:
    """Return the first and the last letters of a word in lower case, a hyphen where it goes on.

    >>> affixes("Tags")
    ['t-', 'ta-', 'tag-', '-s', '-gs', '-ags', '-tags']
    """
    word = form.lower()
    return [f"{word[:length]}-" for length in (1, 2, 3)] + [f"-{word[-length:]}" for length in (1, 2, 3, 4)]


def case_of(form: str) -> int:
    """Return the number of the pattern of capitals and digits in a word.

    >>> [case_of(form) for form in ("word", "Word", "WORD", "iPod", "1,000", "B2B", "...")]
    [0, 1, 2, 3, 4, 5, 6]
    """
    if form.islower():
        return 5 if _DIGIT.search(form) else 0
    if _DIGIT.search(form):
        return 5 if any(letter.isalpha() for letter in form) else 4
    if not any(letter.isalpha() for letter in form):
        return 6
    if form.isupper():
        return 2 if len(form) > 1 else 7
    return 1 if form[0].isupper() and form[1:].islower() else 3


def characters_of(form: str) -> str:
    """Return the characters of a word that are read."""
    if len(form) <= LONGEST_FORM:
        return form
    return form[: LONGEST_FORM // 2] + form[-LONGEST_FORM // 2 :]
