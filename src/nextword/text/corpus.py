"""From files to ids: learn a vocabulary from a corpus, or read a text with a vocabulary that exists."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from nextword.arrays import TokenIds
from nextword.errors import InputError, SettingError
from nextword.scratch import Scratch
from nextword.text.byte_pair import DEFAULT_SIZE, BytePairTokenizer, check_size
from nextword.text.characters import CharactersTokenizer
from nextword.text.numbering import Numbering, PieceTable
from nextword.text.readers import BLOCK_BYTES, Block, read_blocks
from nextword.text.spilled import SPILLED_BLOCK_BYTES, SpilledStreams, Streams, has_words
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import (
    SENTENCE_END,
    SPECIAL_TOKENS,
    SpecialTokenPolicy,
    VocabularyLimits,
    order_vocabulary,
)
from nextword.text.word_level import WhitespaceTokenizer, WordLevelTokenizer, WordsTokenizer

TokenizerKind = Literal["whitespace", "words", "characters", "bpe"]
WORD_LEVEL_KINDS: dict[str, type[WordLevelTokenizer]] = {
    kind.kind: kind for kind in (WhitespaceTokenizer, WordsTokenizer, CharactersTokenizer)
}
Source = str | Path


@dataclass(frozen=True, slots=True)
class Corpus:
    """A text as one stream of ids: sentences one after the other, each ended by ``</s>`` (id 2)."""

    tokenizer: Tokenizer
    ids: TokenIds
    """(T,), ``</s>`` counted and ``<s>`` not."""

    @property
    def sentences(self) -> int:
        """The number of lines."""
        return int(np.count_nonzero(self.ids == SENTENCE_END))


def learn_corpus(
    sources: Sequence[Source],
    *,
    tokenizer: TokenizerKind | Tokenizer = "whitespace",
    lowercase: bool = False,
    special_tokens: SpecialTokenPolicy = "error",
    limits: VocabularyLimits | None = None,
    field: str = "text",
    max_line_bytes: int = 1 << 26,
    progress: Callable[[int], None] | None = None,
    scratch: Scratch | None = None,
) -> Corpus:
    """Read a corpus once, learn its vocabulary and return its ids; with ``scratch``, as an array on disk.

    A tokenizer that exists (another model's) is taken as it is; so models of different texts can be mixed.

    Raises InputError for a text that cannot be read, has no words or holds special tokens.
    """
    blocks = read_blocks(
        sources,
        field=field,
        block_size=BLOCK_BYTES if scratch is None else SPILLED_BLOCK_BYTES,
        max_line_bytes=max_line_bytes,
        progress=progress,
    )
    return learn_from_blocks(
        blocks,
        tokenizer=tokenizer,
        lowercase=lowercase,
        special_tokens=special_tokens,
        limits=limits,
        streams=None if scratch is None else SpilledStreams(scratch),
    )


def learn_from_lines(
    lines: Iterable[str],
    *,
    tokenizer: TokenizerKind | Tokenizer = "whitespace",
    lowercase: bool = False,
    special_tokens: SpecialTokenPolicy = "error",
    limits: VocabularyLimits | None = None,
) -> Corpus:
    """Learn a vocabulary from lines in memory and return their ids.

    >>> corpus = learn_from_lines(["the cat", "the dog"])
    >>> corpus.tokenizer.tokens
    ['<unk>', '<s>', '</s>', 'the', 'cat', 'dog']
    >>> corpus.ids.tolist()
    [3, 4, 2, 3, 5, 2]
    """
    return learn_from_blocks(
        _line_blocks(lines),
        tokenizer=tokenizer,
        lowercase=lowercase,
        special_tokens=special_tokens,
        limits=limits,
    )


def learn_from_blocks(
    blocks: Iterable[Block],
    *,
    tokenizer: TokenizerKind | Tokenizer,
    lowercase: bool,
    special_tokens: SpecialTokenPolicy,
    limits: VocabularyLimits | None,
    streams: Streams | None = None,
) -> Corpus:
    """Learn a vocabulary from blocks of whole lines and return their ids."""
    limits = limits or VocabularyLimits()
    streams = streams or Streams()
    if isinstance(tokenizer, Tokenizer):
        return _read_as(blocks, tokenizer, streams)
    check_tokenizer(tokenizer, limits)
    kind = WORD_LEVEL_KINDS.get(tokenizer, WhitespaceTokenizer)
    cutter = kind(SPECIAL_TOKENS, lowercase=lowercase, special_tokens=special_tokens)
    numbering = Numbering(cutter)
    numbered = streams.hold(numbering.number(blocks))
    counts = numbering.chunk_counts()
    if not counts:
        raise InputError("the text has no words; give a file with at least one word")
    if tokenizer == "bpe":
        learned: Tokenizer = BytePairTokenizer.learn(
            counts, limits.max_size or DEFAULT_SIZE, lowercase=lowercase, special_tokens=special_tokens
        )
    else:
        tokens = order_vocabulary(_piece_counts(counts, cutter), limits)
        learned = kind(tokens, lowercase=lowercase, special_tokens=special_tokens)
    ids = PieceTable(learned)
    ids.add(numbering.seen, numbering.chunks.strings(numbering.seen))
    return Corpus(learned, streams.encode(ids, numbered))


def _piece_counts(counts: dict[str, int], cutter: WordLevelTokenizer) -> Mapping[str, int]:
    """Return how often each token occurs, from how often each chunk does."""
    if cutter.keeps_chunks:
        return counts
    pieces: Counter[str] = Counter()
    for chunk, count in counts.items():
        for piece in cutter.cut(chunk):
            pieces[piece] += count
    return pieces


def check_tokenizer(tokenizer: str | Tokenizer, limits: VocabularyLimits | None) -> None:
    """Raise SettingError for a tokenizer that does not exist or limits it cannot keep."""
    if isinstance(tokenizer, Tokenizer) or limits is None:
        return
    if tokenizer != "bpe" and tokenizer not in WORD_LEVEL_KINDS:
        raise SettingError(f"unknown tokenizer {tokenizer!r}; try whitespace, words, characters or bpe")
    if tokenizer == "bpe":
        if limits.min_count > 1 or limits.words is not None:
            raise SettingError("a byte-pair vocabulary is limited by --vocabulary-size, not by count or list")
        check_size(limits.max_size or DEFAULT_SIZE)


def _read_as(blocks: Iterable[Block], tokenizer: Tokenizer, streams: Streams) -> Corpus:
    """Return the ids of blocks in a vocabulary that exists."""
    ids = streams.join(encode_blocks(blocks, tokenizer))
    if not has_words(ids):
        raise InputError("the text has no words; give a file with at least one word")
    return Corpus(tokenizer, ids)


def encode_sources(
    sources: Sequence[Source],
    tokenizer: Tokenizer,
    *,
    field: str = "text",
    max_line_bytes: int = 1 << 26,
    block_size: int = BLOCK_BYTES,
    progress: Callable[[int], None] | None = None,
) -> Iterator[TokenIds]:
    """Yield the ids of a text block by block: whole sentences, each ended by ``</s>``."""
    blocks = read_blocks(
        sources, field=field, block_size=block_size, max_line_bytes=max_line_bytes, progress=progress
    )
    return encode_blocks(blocks, tokenizer)


def encode_lines(lines: Iterable[str], tokenizer: Tokenizer) -> TokenIds:
    """Return the ids of lines in memory as one stream, each line ended by ``</s>``."""
    return Streams().join(encode_blocks(_line_blocks(lines), tokenizer))


def encode_blocks(blocks: Iterable[Block], tokenizer: Tokenizer) -> Iterator[TokenIds]:
    """Yield the ids of blocks of whole lines, each line ended by ``</s>``."""
    numbering, ids = Numbering(tokenizer), PieceTable(tokenizer)
    for numbers in numbering.number(blocks):
        ids.add(numbering.fresh, numbering.fresh_chunks)
        yield ids.encode(numbers)


def _line_blocks(lines: Iterable[str]) -> Iterator[Block]:
    if isinstance(lines, str):
        raise SettingError("lines are a list of strings, got one string; use text.splitlines()")
    data = "".join(f"{_whole_line(number, line)}\n" for number, line in enumerate(lines, 1)).encode("utf-8")
    if data:
        yield Block(data, "the text", 1)


def _whole_line(number: int, line: str) -> str:
    """Return a line without its line break; raises InputError for what cannot stand in a line of a file."""
    if not isinstance(line, str):
        raise InputError(f"line {number} is {line!r}, not a string")
    line = line.removesuffix("\n").removesuffix("\r")
    if "\n" in line or "\0" in line:
        raise InputError(
            f"line {number} holds a line break or NUL: {line[:60]!r}; give one sentence a string"
        )
    if not line.isascii() and any("\ud800" <= character <= "\udfff" for character in line):
        raise InputError(
            f"line {number} holds half a surrogate pair: {line[:60]!r}; decode the text as UTF-8"
        )
    return line
