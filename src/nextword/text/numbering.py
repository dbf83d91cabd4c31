"""Chunk numbers of whole corpora: counted once each, checked for special tokens, looked up as ids."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import IntArray, TokenIds
from nextword.errors import InputError
from nextword.text import kernels
from nextword.text.chunks import CharacterChunks, Chunks, WordChunks, extended
from nextword.text.readers import Block
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import SENTENCE_END


class Numbering:
    """Numbers the chunks of blocks, counts them, and refuses special tokens by line."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.chunks: Chunks = CharacterChunks() if tokenizer.kind == "characters" else WordChunks()
        self.fresh: IntArray = np.empty(0, dtype=np.int64)
        """The numbers that the latest block brought."""
        self.fresh_chunks: list[str] = []
        self._counts: NDArray[np.int64] = np.zeros(1, dtype=np.int64)

    def number(self, blocks: Iterable[Block]) -> Iterator[NDArray[np.int32]]:
        """Yield the chunk numbers of each block; raises InputError for special tokens that are not allowed."""
        for block in blocks:
            numbers = self.chunks.number(block.data)
            self.fresh = self.chunks.fresh()
            self.fresh_chunks = self.chunks.strings(self.fresh)
            self._refuse_special_tokens(block, numbers)
            if len(self.fresh):
                self._counts = extended(self._counts, int(self.fresh.max()) + 1)
            kernels.count_numbers(numbers, self._counts)
            yield numbers

    def _refuse_special_tokens(self, block: Block, numbers: IntArray) -> None:
        for number, chunk in zip(self.fresh, self.fresh_chunks, strict=True):
            if self.tokenizer.is_special(chunk):
                try:
                    self.tokenizer.special_pieces(chunk)
                except InputError as error:
                    before = numbers[: int(np.argmax(numbers == number))]
                    line = block.first_line + int(np.count_nonzero(before == kernels.LINE_END))
                    raise InputError(f"{block.source}: line {line}: {error}") from None

    @property
    def seen(self) -> IntArray:
        """The numbers of all chunks so far."""
        return np.flatnonzero(self._counts[1:]) + 1

    def chunk_counts(self) -> dict[str, int]:
        """Return the count of every chunk that is not a special token."""
        counts = self._counts[self.seen].tolist()
        counted = dict(zip(self.chunks.strings(self.seen), counts, strict=True))
        for chunk in [chunk for chunk in counted if self.tokenizer.is_special(chunk)]:
            del counted[chunk]
        return counted


class PieceTable:
    """The ids of every chunk number: one each for most tokenizers, several or none for some."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self._pieces = np.array([SENTENCE_END], dtype=np.int32)  # the line break comes first
        self._begins = np.zeros(1, dtype=np.int64)
        self._lengths = np.ones(1, dtype=np.int64)
        self._one_each = True

    def add(self, numbers: IntArray, chunks: Sequence[str]) -> None:
        """Look the ids of some chunks up, once."""
        if len(numbers) == 0:
            return
        tokenizer = self.tokenizer
        special = {chunk for chunk in chunks if tokenizer.is_special(chunk)}
        encoded = iter(tokenizer.encode_chunks([chunk for chunk in chunks if chunk not in special]))
        pieces = [tokenizer.special_pieces(c) if c in special else next(encoded) for c in chunks]
        lengths = np.array([len(ids) for ids in pieces])
        self._begins = extended(self._begins, int(numbers.max()) + 1)
        self._lengths = extended(self._lengths, int(numbers.max()) + 1)
        self._lengths[numbers] = lengths
        self._begins[numbers] = len(self._pieces) + np.cumsum(lengths) - lengths
        fresh = np.array([piece for ids in pieces for piece in ids], dtype=np.int32)
        self._pieces = np.concatenate([self._pieces, fresh])
        self._one_each = self._one_each and bool((lengths == 1).all())

    def encode_all(self, blocks: list[NDArray[np.int32]]) -> TokenIds:
        """Return the ids of all blocks as one stream, and empty the list: both at once need not fit into memory."""
        sizes = [self._size(numbers) for numbers in blocks]
        ids = np.empty(sum(sizes), dtype=np.int32)
        end = len(ids)
        while blocks:
            begin = end - sizes.pop()
            self._write(blocks.pop(), ids[begin:end])
            end = begin
        return ids

    def encode(self, numbers: NDArray[np.int32]) -> TokenIds:
        """Return the ids of a block's chunk numbers."""
        ids = np.empty(self._size(numbers), dtype=np.int32)
        self._write(numbers, ids)
        return ids

    def _size(self, numbers: NDArray[np.int32]) -> int:
        return len(numbers) if self._one_each else int(self._lengths[numbers].sum())

    def _write(self, numbers: NDArray[np.int32], ids: TokenIds) -> None:
        kernels.expand_numbers(numbers, self._begins, self._lengths, self._pieces, ids)
