"""One line into ids: with the compiled table of words, and without it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import InputError
from nextword.text import word_level
from nextword.text.tokenizer import Tokenizer
from nextword.text.word_level import WhitespaceTokenizer

WORDS = ["<unk>", "<s>", "</s>", "the", "cat", "naïve", "…", "c\u00a0d", "the\u2028"]
pieces = st.one_of(st.sampled_from([*WORDS[3:], "<UNK>", "\ud800"]), st.text(max_size=3))
lines = st.lists(st.tuples(pieces, st.sampled_from(" \t\n\r\0"))).map(
    lambda parts: "".join(piece + space for piece, space in parts)
)


@pytest.fixture(autouse=True)
def warm(monkeypatch):
    monkeypatch.setattr(word_level, "is_cold", lambda: False)


@given(lines)
def test_the_table_gives_the_same_ids(line):
    tokenizer = WhitespaceTokenizer(WORDS, special_tokens="skip")
    assert tokenizer.encode(line).tolist() == Tokenizer.encode(tokenizer, line).tolist()


@pytest.mark.parametrize("token", ["<s>", "</s>", "<unk>"])
def test_special_tokens_are_refused_skipped_or_kept(token):
    with pytest.raises(InputError, match="special"):
        WhitespaceTokenizer(WORDS).encode(f"the {token} cat")
    assert WhitespaceTokenizer(WORDS, special_tokens="skip").encode(f"the {token} cat").tolist() == [3, 4]
    kept = WhitespaceTokenizer(WORDS, special_tokens="keep")
    assert kept.encode("the <unk> cat").tolist() == [3, 0, 4]


def test_tokens_that_are_no_chunks_are_found_the_slow_way():
    tokenizer = WhitespaceTokenizer([*WORDS, "two words", ""])
    assert tokenizer.word_table is None
    assert tokenizer.encode("the two words").tolist() == [3, 0, 0]


def test_ids_are_small_integers():
    assert WhitespaceTokenizer(WORDS).encode("the dog").dtype == np.int32
    assert len(WhitespaceTokenizer(WORDS).encode("")) == 0
