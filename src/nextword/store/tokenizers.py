"""Tokenizers on disk: ``tokenizer.json`` and what `transformers.AutoTokenizer` needs beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nextword.errors import ModelFormatError, shown
from nextword.store.files import read_bounded
from nextword.text.byte_pair import BytePairTokenizer
from nextword.text.corpus import WORD_LEVEL_KINDS
from nextword.text.tokenizer import POLICIES, Tokenizer, parse_word_level
from nextword.text.vocabulary import END_TOKEN, START_TOKEN, UNKNOWN_TOKEN

TOKENIZER_FILE = "tokenizer.json"
TOKENIZER_CONFIG_FILE = "tokenizer_config.json"
MAX_TOKENIZER_BYTES = 1 << 30
"""A vocabulary of this size has some 50 million words."""


def write_tokenizer(tokenizer: Tokenizer, folder: Path) -> dict[str, Any]:
    """Write a tokenizer's files and return the settings that belong into ``config.json``."""
    (folder / TOKENIZER_FILE).write_text(tokenizer.to_json(), encoding="utf-8")
    names = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": UNKNOWN_TOKEN,
        "bos_token": START_TOKEN,
        "eos_token": END_TOKEN,
        "clean_up_tokenization_spaces": False,
    }
    (folder / TOKENIZER_CONFIG_FILE).write_text(json.dumps(names, indent=2) + "\n", encoding="utf-8")
    return tokenizer.settings()


def read_tokenizer(folder: Path, settings: Mapping[str, Any] | None) -> Tokenizer:
    """Read a tokenizer; raises ModelFormatError where its files or settings are not in order."""
    settings = dict(settings or {})
    kind, lowercase = settings.pop("kind", None), settings.pop("lowercase", False)
    special_tokens = settings.pop("special_tokens", "error")
    if settings:
        raise ModelFormatError(
            f"{folder}: unknown tokenizer setting {shown(sorted(settings)[0])} in config.json"
        )
    if not isinstance(lowercase, bool) or special_tokens not in POLICIES:
        raise ModelFormatError(f"{folder}: the tokenizer settings in config.json are not in order")
    path = folder / TOKENIZER_FILE
    try:
        text = read_bounded(path, MAX_TOKENIZER_BYTES).decode("utf-8")
    except FileNotFoundError:
        raise ModelFormatError(f"{path} is missing; the model folder is not complete") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ModelFormatError(f"cannot read {path}: {error}") from None
    if not isinstance(kind, str):
        raise ModelFormatError(
            f"{folder}: the tokenizer kind in config.json must be a name, got {shown(kind)}"
        )
    if kind == BytePairTokenizer.kind:
        return BytePairTokenizer(text, lowercase=lowercase, special_tokens=special_tokens)
    if kind not in WORD_LEVEL_KINDS:
        known = ", ".join([*WORD_LEVEL_KINDS, BytePairTokenizer.kind])
        raise ModelFormatError(f"{folder}: unknown tokenizer kind {shown(kind)}; known are {known}")
    tokens = parse_word_level(text)
    return WORD_LEVEL_KINDS[kind](tokens, lowercase=lowercase, special_tokens=special_tokens)
