"""The page as a file: what it holds, and that no word of the vocabulary is anything but data."""

import base64
import hashlib
import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nextword.embedding.maps import map_words
from nextword.embedding.vectors.vectors import WordVectors

DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def data_of(page: str) -> dict:
    return json.loads(DATA.search(page)[1])


@given(st.lists(st.text(st.characters(codec=None), max_size=12), min_size=2, max_size=6, unique=True))
@settings(max_examples=40)
def test_any_word_comes_back_and_is_never_markup(words):
    page = map_words(WordVectors(words, np.eye(len(words), dtype=np.float32))).html()
    assert data_of(page)["words"] == words
    block = DATA.search(page)[1]
    assert block.isascii()
    assert not set("<>&") & set(block)
    plain = map_words(WordVectors(["a", "b"], np.eye(2, dtype=np.float32))).html()
    assert page.replace(block, "") == plain.replace(DATA.search(plain)[1], "")


def test_the_policy_allows_the_pages_own_scripts_and_nothing_else(vectors):
    page = map_words(vectors, top=5).html()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    inline = [code for _, code in re.findall(r"<(script|style)>(.*?)</\1>", page, re.DOTALL)]
    assert len(inline) == 6
    hashes = {
        f"'sha256-{base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()}'" for part in inline
    }
    assert set(re.findall(r"'sha256-[^']*'", policy)) == hashes
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_nothing_is_fetched(vectors):
    page = map_words(vectors, analogy=("man", "woman", "king")).html()
    assert not re.search(r"https?:|//[a-z]|\bsrc=|\bimport\b|url\(", page)
    assert len(map_words(vectors).html()) < 100_000


def test_neighbours_that_the_map_does_not_show_are_named(vectors):
    data = data_of(map_words(vectors, top=4, neighbours=6).html())
    assert data["words"][:4] == ["man", "woman", "king", "queen"]
    assert len(data["x"]) == len(data["neighbours"]) == 4
    expected = [word for word, _ in vectors.most_similar("king", topn=6)]
    assert [data["words"][place] for place in data["neighbours"][2]] == expected
    assert data["ranks"] == [vectors.words.index(word) + 1 for word in data["words"]]


@pytest.mark.parametrize("counts", [True, False])
def test_counts_are_given_where_they_are_known(vectors, counts):
    store = vectors if counts else WordVectors(vectors.words, vectors.vectors)
    data = data_of(map_words(store, top=3).html())
    assert data["counts"] is None if not counts else data["counts"][:3] == [9000, 4500, 3000]
