"""Byte-pair encoding: frequent pieces of words as tokens, so that no word is unknown.

Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword units" (2016), on bytes.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import tokenizers
from tokenizers import Regex, decoders, models, normalizers, pre_tokenizers, trainers

from nextword.arrays import IntArray, TokenIds
from nextword.errors import ModelFormatError, SettingError, shown
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import SENTENCE_END, SENTENCE_START, SPECIAL_TOKENS, SpecialTokenPolicy

DEFAULT_SIZE = 10_000


class BytePairTokenizer(Tokenizer):
    """Pieces of words, learned by merging; vocabulary and merges live in the ``tokenizer.json`` this is made from.

    Nothing else is taken from there: how text is cut into chunks is not a file's to say, since a pattern can be
    made to take for ever.
    """

    kind = "bpe"

    def __init__(
        self, text: str, *, lowercase: bool = False, special_tokens: SpecialTokenPolicy = "error"
    ) -> None:
        vocabulary, merges = _parse(text)
        try:
            self._backend = _assembled(models.BPE(vocab=vocabulary, merges=merges), lowercase=lowercase)
        except Exception as error:  # the library raises plain Exception
            raise ModelFormatError(f"tokenizer.json cannot be read: {shown(str(error), 200)}") from None
        tokens = sorted(vocabulary, key=lambda token: vocabulary[token])
        super().__init__(tokens, lowercase=lowercase, special_tokens=special_tokens)

    @classmethod
    def learn(
        cls,
        counts: Mapping[str, int],
        size: int = DEFAULT_SIZE,
        *,
        lowercase: bool = False,
        special_tokens: SpecialTokenPolicy = "error",
    ) -> "BytePairTokenizer":
        """Learn merges from the counts of chunks, then order the tokens by falling frequency."""
        check_size(size)
        backend = _assembled(models.BPE(), lowercase=lowercase)
        trainer = trainers.BpeTrainer(
            vocab_size=size,
            special_tokens=list(SPECIAL_TOKENS),
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        )
        backend.train_from_iterator(_repeated(counts), trainer)
        return cls(_ordered(backend, counts), lowercase=lowercase, special_tokens=special_tokens)

    def encode_chunks(self, chunks: Sequence[str]) -> list[list[int]]:
        """Return the ids of each chunk."""
        return [encoding.ids for encoding in self._backend.encode_batch(list(chunks))]

    @cached_property
    def _decoder(self) -> Any:
        return decoders.ByteLevel()

    def decode(self, ids: Sequence[int] | TokenIds) -> str:
        """Return the text of some ids; ``</s>`` becomes a line break, ``<s>`` nothing.

        A token may end inside a character, which then shows as U+FFFD until its last byte has come.
        """
        lines: list[list[str]] = [[]]
        for token_id in np.asarray(ids).tolist():
            if token_id == SENTENCE_END:
                lines.append([])
            elif token_id != SENTENCE_START:
                lines[-1].append(self.tokens[token_id])
        return "\n".join(str(self._decoder.decode(line)).removeprefix(" ") for line in lines)

    def to_json(self) -> str:
        """Return the ``tokenizer.json``."""
        return str(self._backend.to_str())

    def restrict(self, kept: Sequence[int] | IntArray) -> "Tokenizer":
        """Raise SettingError: without a piece, the words made of it could not be written."""
        raise SettingError(
            "a byte-pair vocabulary cannot lose tokens; give a smaller --vocabulary-size, or prune from order 2 up"
        )


def check_size(size: int) -> None:
    """Raise SettingError for a vocabulary too small for the 256 bytes and the special tokens."""
    if size < len(SPECIAL_TOKENS) + 256:
        raise SettingError(f"a byte-pair vocabulary needs at least 259 tokens, got {size}")


def _parse(text: str) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return the vocabulary and the merges of a ``tokenizer.json``; raises ModelFormatError where they are none."""
    try:
        description = json.loads(text)["model"]
        vocabulary = description["vocab"]
        merges = [
            tuple(merge.split(" ") if isinstance(merge, str) else merge) for merge in description["merges"]
        ]
        complete = sorted(vocabulary.values()) == list(range(len(vocabulary)))
        "".join(vocabulary).encode("utf-8")
        whole = all(type(token_id) is int for token_id in vocabulary.values())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelFormatError(f"tokenizer.json is not a byte-pair tokenizer: {error!r:.200}") from None
    if not complete or not whole:
        raise ModelFormatError("the ids in tokenizer.json are not 0 to V - 1, each once")
    return vocabulary, merges


def _assembled(model: Any, *, lowercase: bool) -> Any:
    backend = tokenizers.Tokenizer(model)
    backend.pre_tokenizer = _pieces()
    backend.decoder = decoders.ByteLevel()
    if lowercase:
        backend.normalizer = normalizers.Lowercase()
    return backend


def _pieces() -> Any:
    """Cut at white space, then words from marks, as bytes; each chunk begins with a space."""
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[\x00\t\n\r ]+"), "removed"),
            pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=True),
        ]
    )


def _repeated(counts: Mapping[str, int]) -> Iterator[str]:
    """Yield every chunk as often as it occurs, in lines of bounded length."""
    for chunk, count in counts.items():
        for begin in range(0, count, 1000):
            yield " ".join([chunk] * min(1000, count - begin))


def _ordered(backend: Any, counts: Mapping[str, int]) -> str:
    """Return the trained tokenizer's JSON with its ids by falling frequency of use."""
    description = json.loads(backend.to_str())
    vocabulary: dict[str, int] = description["model"]["vocab"]
    uses = np.zeros(len(vocabulary), dtype=np.int64)
    for encoding, count in zip(backend.encode_batch(list(counts)), counts.values(), strict=True):
        np.add.at(uses, encoding.ids, count)
    others = [token for token in vocabulary if token not in SPECIAL_TOKENS]
    others.sort(key=lambda token: (-uses[vocabulary[token]], token))
    ordered = [*SPECIAL_TOKENS, *others]
    description["model"]["vocab"] = {token: token_id for token_id, token in enumerate(ordered)}
    # As added tokens they would be found inside words; our own reader meets them as whole chunks only.
    description["added_tokens"] = []
    return json.dumps(description, ensure_ascii=False)
