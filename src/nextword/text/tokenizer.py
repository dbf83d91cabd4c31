"""Text to ids and back: one interface over the four ways to cut a line into tokens."""

import copy
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np

from nextword.arrays import IntArray, TokenIds
from nextword.errors import InputError, ModelFormatError, SettingError, shown
from nextword.text.chunks import WordChunks
from nextword.text.vocabulary import (
    SENTENCE_END,
    SENTENCE_START,
    SPECIAL_TOKENS,
    UNKNOWN,
    UNKNOWN_TOKEN,
    SpecialTokenPolicy,
)

POLICIES = ("error", "skip", "keep")
_CHUNK = re.compile(r"[^\0\t\n\r ]+")


class Tokenizer(ABC):
    """Turns text into token ids and ids into text.

    A tokenizer is described by its ``tokenizer.json`` (the Hugging Face ``tokenizers`` format) and by three
    settings: its kind, whether it lower-cases, and what it does with special tokens inside a text.
    """

    kind: ClassVar[str]
    separator: ClassVar[str] = " "
    """What stands between two tokens of a decoded text."""

    def __init__(
        self,
        tokens: Sequence[str],
        *,
        lowercase: bool = False,
        special_tokens: SpecialTokenPolicy = "error",
    ) -> None:
        if tuple(tokens[:3]) != SPECIAL_TOKENS:
            raise ModelFormatError(
                f"a vocabulary begins with {SPECIAL_TOKENS}, this one with {shown(tokens[:3])}"
            )
        if special_tokens not in POLICIES:
            raise SettingError(f"special tokens are to {', '.join(POLICIES)}; got {special_tokens!r}")
        try:
            "".join(tokens).encode("utf-8")
        except UnicodeEncodeError:
            raise ModelFormatError("the vocabulary holds half a surrogate pair; it is not text") from None
        self.tokens = list(tokens)
        self.lowercase = lowercase
        self.special_tokens: SpecialTokenPolicy = special_tokens
        self.ids = {token: token_id for token_id, token in enumerate(self.tokens)}
        if len(self.ids) != len(self.tokens):
            raise ModelFormatError("a vocabulary names each token once, this one repeats some")
        self._cache: dict[str, list[int]] = {}

    @abstractmethod
    def encode_chunks(self, chunks: Sequence[str]) -> list[list[int]]:
        """Return the ids of each chunk (a piece of text without white space, already checked)."""

    def decode(self, ids: Sequence[int] | TokenIds) -> str:
        """Return the text of some ids; ``</s>`` becomes a line break, ``<s>`` nothing."""
        lines: list[list[str]] = [[]]
        for token_id in np.asarray(ids).tolist():
            if token_id == SENTENCE_END:
                lines.append([])
            elif token_id != SENTENCE_START:
                lines[-1].append(self.tokens[token_id])
        return "\n".join(map(self.join, lines))

    def join(self, tokens: Sequence[str]) -> str:
        """Return the tokens of one line as text; with more tokens, the text begins with that of fewer."""
        return self.separator.join(tokens)

    @abstractmethod
    def to_json(self) -> str:
        """Return the ``tokenizer.json``, which `transformers.PreTrainedTokenizerFast` loads too."""

    @property
    def word_table(self) -> WordChunks | None:
        """The tokens as chunks, numbered from 1 by id, where every chunk of a text is one token; else None."""
        return None

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, text: str) -> TokenIds:
        """Return the ids of one line of text, without ``<s>`` and ``</s>``; unknown words are 0.

        Raises InputError for a special token inside the text, unless the tokenizer skips or keeps it.
        """
        cache, ids = self._cache, []
        for chunk in _CHUNK.findall(text):
            pieces = cache.get(chunk)
            if pieces is None:
                if len(cache) > 200_000:
                    cache.clear()
                pieces = cache[chunk] = self._encode_chunk(chunk)
            ids += pieces
        return np.array(ids, dtype=np.int32)

    def _encode_chunk(self, chunk: str) -> list[int]:
        if self.is_special(chunk):
            return self.special_pieces(chunk)
        return self.encode_chunks([chunk])[0]

    def unknown_pieces(self, text: str) -> list[str]:
        """Return the pieces of one line that `encode` makes ``<unk>``, as it reads them: one for each, in their order.

        Raises what `encode` does.
        """
        found: list[str] = []
        for chunk in _CHUNK.findall(text):
            if self.is_special(chunk):
                found += [chunk] * len(self.special_pieces(chunk))
            else:
                found += self.unknown_in_chunk(chunk)
        return found

    def unknown_in_chunk(self, chunk: str) -> list[str]:
        """Return the unknown pieces of a chunk that is no special token: the chunk, if nothing finer is known."""
        return [chunk] * self.encode_chunks([chunk])[0].count(UNKNOWN)

    def is_special(self, chunk: str) -> bool:
        """Whether a chunk is one of ``<unk>``, ``<s>`` and ``</s>``."""
        return len(chunk) <= 5 and (chunk.lower() if self.lowercase else chunk) in SPECIAL_TOKENS

    def special_pieces(self, chunk: str) -> list[int]:
        """Return the ids of a special token inside a text, or raise InputError."""
        if self.special_tokens == "skip":
            return []
        if self.special_tokens == "keep" and chunk.lower() == UNKNOWN_TOKEN:
            return [UNKNOWN]
        raise InputError(special_token_message(chunk, self.special_tokens))

    def token(self, token_id: int) -> str:
        """Return the token of an id."""
        return self.tokens[token_id]

    def token_id(self, token: str) -> int | None:
        """Return the id of a token, or None where the vocabulary lacks it."""
        return self.ids.get(token)

    def same_vocabulary(self, other: "Tokenizer") -> bool:
        """Whether both cut text alike and give every token the same id."""
        return self is other or (
            (self.kind, self.lowercase) == (other.kind, other.lowercase)
            and self.tokens == other.tokens
            and (self.kind != "bpe" or self.to_json() == other.to_json())
        )

    def with_special_tokens(self, policy: SpecialTokenPolicy) -> Self:
        """Return this tokenizer with another way to treat special tokens inside a text."""
        changed = copy.copy(self)
        changed.special_tokens = policy
        changed._cache = {}
        return changed

    def settings(self) -> dict[str, Any]:
        """Return what ``tokenizer.json`` does not hold."""
        return {"kind": self.kind, "lowercase": self.lowercase, "special_tokens": self.special_tokens}

    def restrict(self, kept: Sequence[int] | IntArray) -> "Tokenizer":
        """Return this tokenizer with some of its tokens only, in their order; the others become ``<unk>``."""
        tokens = [self.tokens[token_id] for token_id in kept]
        return type(self)(tokens, lowercase=self.lowercase, special_tokens=self.special_tokens)


def special_token_message(token: str, policy: SpecialTokenPolicy) -> str:
    """Say what is wrong with a special token inside a text and what to try."""
    advice = (
        "only <unk> can be kept inside a line; drop <s> and </s> with --special-tokens skip"
        if policy == "keep"
        else "drop it with --special-tokens skip, or count <unk> as the unknown word with --special-tokens keep"
    )
    return f"the special token {token} stands inside the text; {advice}"


def parse_word_level(text: str) -> list[str]:
    """Return the tokens by id of a ``tokenizer.json`` with a word-level model.

    Raises ModelFormatError where ids are missing, doubled or out of range.
    """
    try:
        vocabulary = json.loads(text)["model"]["vocab"]
        items = list(vocabulary.items())
        complete = list(vocabulary.values()) == list(range(len(items)))
        if not complete:  # another tool may write the tokens in another order
            items.sort(key=lambda item: item[1])
            complete = [token_id for _, token_id in items] == list(range(len(items)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelFormatError(f"tokenizer.json is not a word-level tokenizer: {error!r:.200}") from None
    if not complete:
        raise ModelFormatError("the ids in tokenizer.json are not 0 to V - 1, each once")
    return [token for token, _ in items]
