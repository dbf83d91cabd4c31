"""Tokenizers whose tokens are words: cut at white space, or with punctuation apart as well."""

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import tokenizers
from tokenizers import Regex, models, normalizers, pre_tokenizers

from nextword.arrays import TokenIds
from nextword.compile import is_cold
from nextword.text.chunks import WordChunks
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import SPECIAL_TOKENS, UNKNOWN, UNKNOWN_TOKEN

WORD_OR_MARK = r"\w+(?:['’]\w+)*|[^\w\s]"
"""A word (letters, digits, marks and underscores, with apostrophes inside) or one mark of punctuation."""

LEANS_LEFT = frozenset(".,;:!?)]}%…»")
LEANS_RIGHT = frozenset("([{«¿¡")


class WordLevelTokenizer(Tokenizer):
    """A closed list of tokens; whatever is not in it is ``<unk>``."""

    @property
    @abstractmethod
    def cutter(self) -> Any:
        """The `tokenizers` object that cuts a line into tokens."""

    @property
    def keeps_chunks(self) -> bool:
        """Whether every chunk is one token as it stands."""
        return False

    @cached_property
    def normalizer(self) -> Any:
        """The `tokenizers` object that lower-cases, or None."""
        return normalizers.Lowercase() if self.lowercase else None

    def cut(self, chunk: str) -> list[str]:
        """Return the tokens of one chunk as text."""
        return [piece for piece, _ in self.cutter.pre_tokenize_str(self.normalize(chunk))]

    def normalize(self, chunk: str) -> str:
        """Return a chunk in lower case if the tokenizer lower-cases."""
        if not self.lowercase:
            return chunk
        # Python and the library agree on ASCII; elsewhere (a final sigma) the library's way is the file's way.
        return chunk.lower() if chunk.isascii() else str(self.normalizer.normalize_str(chunk))

    def encode_chunks(self, chunks: Sequence[str]) -> list[list[int]]:
        """Return the ids of each chunk."""
        find = self.ids.get
        return [[find(piece, UNKNOWN) for piece in self.cut(chunk)] for chunk in chunks]

    def unknown_in_chunk(self, chunk: str) -> list[str]:
        """Return the words of a chunk that are not in the vocabulary."""
        return [piece for piece in self.cut(chunk) if self.ids.get(piece, UNKNOWN) == UNKNOWN]

    def to_json(self) -> str:
        """Return the ``tokenizer.json``."""
        backend = tokenizers.Tokenizer(models.WordLevel(self.ids, unk_token=UNKNOWN_TOKEN))
        if self.lowercase:
            backend.normalizer = self.normalizer
        backend.pre_tokenizer = self.cutter
        return str(backend.to_str())


class WhitespaceTokenizer(WordLevelTokenizer):
    r"""Words between white space, byte for byte.

    The delimiters are exactly NUL, tab, line feed, carriage return and space, as in KenLM's ``lmplz``.

    >>> tokenizer = WhitespaceTokenizer(["<unk>", "<s>", "</s>", "the", "cat"])
    >>> tokenizer.encode("the cat sat").tolist()
    [3, 4, 0]
    >>> tokenizer.decode([3, 4, 0, 2])
    'the cat <unk>\n'
    """

    kind = "whitespace"

    def encode(self, text: str) -> TokenIds:
        """Return the ids of one line of text; see `Tokenizer.encode`."""
        if is_cold() or self.word_table is None:
            return super().encode(text)
        try:
            ids = self.word_table.look_up(text.encode(), len(SPECIAL_TOKENS))
        except UnicodeEncodeError:  # half a surrogate pair is part of no word that we know
            ids = None
        return super().encode(text) if ids is None else ids

    @cached_property
    def word_table(self) -> WordChunks | None:
        """The tokens as chunks, numbered from 1 by id; None where chunks change or a token could be none."""
        if not self.keeps_chunks:
            return None
        table = WordChunks()
        text = "\n".join(self.tokens).encode() + b"\n"
        numbers = table.number(text)
        in_order = np.zeros(2 * len(self.tokens), dtype=np.int32)
        in_order[::2] = np.arange(1, len(self.tokens) + 1)
        return table if np.array_equal(numbers, in_order) else None

    @cached_property
    def cutter(self) -> Any:
        """Cut at white space and drop it."""
        return pre_tokenizers.Split(Regex(r"[\x00\t\n\r ]+"), "removed")

    @property
    def keeps_chunks(self) -> bool:
        """Whether every chunk is one token as it stands: unless it must be lower-cased."""
        return not self.lowercase

    def encode_chunks(self, chunks: Sequence[str]) -> list[list[int]]:
        """Return the ids of each chunk."""
        if not self.keeps_chunks:
            return super().encode_chunks(chunks)
        find = self.ids.get
        return [[find(chunk, UNKNOWN)] for chunk in chunks]

    def cut(self, chunk: str) -> list[str]:
        """Return the chunk: it holds no white space."""
        return [self.normalize(chunk)]


class WordsTokenizer(WordLevelTokenizer):
    """Unicode words, with every mark of punctuation a token of its own.

    >>> tokenizer = WordsTokenizer(["<unk>", "<s>", "</s>", "don't", "stop", "!"], lowercase=True)
    >>> tokenizer.encode("Don't stop!!").tolist()
    [3, 4, 5, 5]
    >>> tokenizer.decode([3, 4, 5, 5])
    "don't stop!!"
    """

    kind = "words"

    def join(self, tokens: Sequence[str]) -> str:
        """Return the tokens of one line with spaces between, but for marks that lean on their neighbour."""
        text, before = "", ""
        for token in tokens:
            apart = before not in LEANS_RIGHT and token not in LEANS_LEFT
            text += f" {token}" if before and apart else token
            before = token
        return text

    @cached_property
    def cutter(self) -> Any:
        """Keep what `WORD_OR_MARK` matches."""
        return pre_tokenizers.Split(Regex(WORD_OR_MARK), "removed", invert=True)

    def cut(self, chunk: str) -> list[str]:
        """Return the words and marks of one chunk."""
        chunk = self.normalize(chunk)
        if chunk.isascii() and chunk.isalnum():
            return [chunk]
        return [piece for piece, _ in self.cutter.pre_tokenize_str(chunk)]
