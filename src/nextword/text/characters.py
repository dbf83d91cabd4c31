"""Characters as tokens, the space among them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from tokenizers import Regex, Tokenizer, decoders, pre_tokenizers

from nextword.arrays import TokenIds
from nextword.text.vocabulary import UNKNOWN
from nextword.text.word_level import WordLevelTokenizer


class CharactersTokenizer(WordLevelTokenizer):
    """Every Unicode code point is a token; a text of them has no special tokens inside.

    >>> tokenizer = CharactersTokenizer(["<unk>", "<s>", "</s>", " ", "a", "b"])
    >>> tokenizer.encode("a b").tolist()
    [4, 3, 5]
    >>> tokenizer.decode([4, 3, 5])
    'a b'
    """

    kind = "characters"
    separator = ""

    @cached_property
    def cutter(self) -> Any:
        """Cut between any two code points."""
        return pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")

    def cut(self, chunk: str) -> list[str]:
        """Return the characters of a chunk; lower case can make two of one."""
        return list(self.normalize(chunk))

    def encode(self, text: str) -> TokenIds:
        """Return the ids of one line of text, white space included."""
        find = self.ids.get
        return np.array([find(character, UNKNOWN) for character in self.cut(text)], dtype=np.int32)

    def unknown_pieces(self, text: str) -> list[str]:
        """Return the unknown characters of one line, white space included."""
        return self.unknown_in_chunk(text)

    def is_special(self, chunk: str) -> bool:
        """Return False: one character is never a special token."""
        return False

    def encode_chunks(self, chunks: Sequence[str]) -> list[list[int]]:
        """Return the ids of each character."""
        find = self.ids.get
        return [[find(character, UNKNOWN) for character in self.cut(chunk)] for chunk in chunks]

    def to_json(self) -> str:
        """Return the ``tokenizer.json``, which joins characters without spaces."""
        backend = Tokenizer.from_str(super().to_json())
        backend.decoder = decoders.Fuse()
        return str(backend.to_str())
