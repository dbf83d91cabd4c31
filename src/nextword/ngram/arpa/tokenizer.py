"""How text was cut into the words of an ARPA file: one comment, which other toolkits skip.

The format has no place for it, but a model that reads text cut otherwise finds most words unknown.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from nextword.errors import SettingError, shown
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import SpecialTokenPolicy
from nextword.text.word_level import WhitespaceTokenizer, WordLevelTokenizer, WordsTokenizer

ArpaTokenizerKind = Literal["whitespace", "words"]
"""The tokenizers that need nothing but words. Pieces of words need their merges, and characters the space."""

_KINDS: dict[str, type[WordLevelTokenizer]] = {
    kind.kind: kind for kind in (WhitespaceTokenizer, WordsTokenizer)
}
_COMMENT = re.compile(rb"#\s*nextword tokenizer\b(.*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenizerSettings:
    """The settings of a tokenizer that can be built from words; a file that says nothing has the defaults."""

    kind: ArpaTokenizerKind = "whitespace"
    lowercase: bool = False
    special_tokens: SpecialTokenPolicy = "error"

    def build(self, tokens: Sequence[str]) -> WordLevelTokenizer:
        """Return the tokenizer over some tokens."""
        kind = _KINDS[self.kind]
        return kind(tokens, lowercase=self.lowercase, special_tokens=self.special_tokens)


def is_rebuilt(tokenizer: Tokenizer) -> bool:
    """Whether a tokenizer comes back as it is when its model is written as an ARPA file and read."""
    return tokenizer.kind in _KINDS


def write_comment(tokenizer: Tokenizer) -> str:
    r"""Return the line that states a tokenizer's settings, or nothing where they need no statement.

    >>> write_comment(WordsTokenizer(["<unk>", "<s>", "</s>"], lowercase=True))
    '# nextword tokenizer {"kind": "words", "lowercase": true, "special_tokens": "error"}\n'
    """
    settings = tokenizer.settings()
    if not is_rebuilt(tokenizer) or settings == asdict(TokenizerSettings()):
        return ""
    return f"# nextword tokenizer {json.dumps(settings)}\n"


def read_comment(line: bytes) -> TokenizerSettings | None:
    """Return the settings that a comment states, None for any other comment; raises ValueError if damaged."""
    found = _COMMENT.fullmatch(line)
    if found is None:
        return None
    try:
        stated = json.loads(found[1])
    except (ValueError, RecursionError):
        raise ValueError("what follows is not JSON") from None
    names = list(asdict(TokenizerSettings()))
    if not isinstance(stated, dict) or sorted(stated) != sorted(names):
        raise ValueError(f"what follows is not a JSON object of {', '.join(names)}")
    _check(stated)
    return TokenizerSettings(**stated)


def given_settings(kind: str | None, lowercase: bool | None, special_tokens: str | None) -> dict[str, Any]:
    """Return the settings that a caller gives; raises SettingError for one that does not exist."""
    settings = {"kind": kind, "lowercase": lowercase, "special_tokens": special_tokens}
    given = {name: value for name, value in settings.items() if value is not None}
    try:
        _check(given)
    except ValueError as error:
        raise SettingError(
            f"an ARPA file holds words, from which no such tokenizer is built: {error}"
        ) from None
    return given


def _check(settings: dict[str, Any]) -> None:
    """Raise ValueError for a setting whose value does not exist."""
    choices: dict[str, tuple[object, ...]] = {
        "kind": get_args(ArpaTokenizerKind),
        "special_tokens": get_args(SpecialTokenPolicy),
    }
    for name, value in settings.items():
        if name == "lowercase":
            if not isinstance(value, bool):
                raise ValueError(f"lowercase is true or false, got {shown(value)}")
        elif value not in choices[name]:
            allowed = ", ".join(map(str, choices[name]))
            raise ValueError(f"{name} is one of {allowed}, got {shown(value)}")
