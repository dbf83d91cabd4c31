"""Approximate search finds nearly all that exact search finds, and says exact cosines."""

import sys

import numpy as np
import pytest

from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import MissingDependencyError, SettingError


@pytest.fixture(scope="module")
def store():
    """Words in some hundred bunches, as in learned vectors, and one that points nowhere."""
    chance = np.random.default_rng(0)
    bunches = chance.standard_normal((100, 24))
    matrix = bunches[chance.integers(0, 100, 4000)] + 0.5 * chance.standard_normal((4000, 24))
    matrix[17] = 0
    return WordVectors([f"w{row}" for row in range(4000)], matrix.astype(np.float32))


@pytest.fixture(scope="module")
def index(store):
    return store.index(probes=16)  # of 62 lists: by default all of so few would be read


def test_recall_and_cosines(store, index):
    assert len(index) == len(store) - 1
    queries = store.vectors[100:400]
    exact, truth = store.most_similar_batch(queries, topn=10)
    found, cosines = index.nearest(queries, 10)
    recall = np.mean([len({*one} & {*other}) / 10 for one, other in zip(exact, found, strict=True)])
    assert recall > 0.95
    assert np.allclose(cosines[:, 0], truth[:, 0], atol=1e-6)
    assert (np.diff(cosines, axis=1) <= 0).all()
    for row, cosine in zip(found[0], cosines[0], strict=True):
        assert cosine == pytest.approx(store.similarity("w100", int(row)), abs=1e-6)


def test_in_place_of_an_exact_search(store, index):
    exact = store.most_similar(["w5"], ["w9"], topn=5)
    found = store.most_similar(["w5"], ["w9"], topn=5, indexer=index)
    assert len(found) == 5
    assert not {"w5", "w9", "w17"} & {word for word, _ in found}
    assert len(set(dict(exact)) & set(dict(found))) >= 4


def test_an_index_is_not_asked_for_some_words_only(store, index):
    with pytest.raises(SettingError, match="an index holds all words, got rows 0 to 100"):
        store.most_similar("w5", restrict_vocab=100, indexer=index)


def test_fewer_than_were_asked_for(store):
    """Small stores are searched exactly."""
    few = store.vectors_for_all(["w1", "w2", "w17"]).index()
    rows, cosines = few.nearest(np.stack([store["w1"], store["w17"]]), 4)
    assert rows.tolist() == [[0, 1, -1, -1], [-1] * 4]
    assert np.isnan(cosines[1]).all()
    assert store.vectors_for_all([]).index().most_similar(store["w1"]) == []


def test_a_query_that_points_nowhere(store, index):
    rows, cosines = index.nearest(np.stack([store["w17"], store["w1"]]), 3)
    assert rows[0].tolist() == [-1, -1, -1]
    assert np.isnan(cosines[0]).all()
    assert rows[1, 0] == 1


def test_settings_and_the_library_that_is_missing(store, monkeypatch):
    for wrong in ({"probes": 0}, {"probes": -3}):
        with pytest.raises(SettingError, match="must be"):
            store.index(**wrong)
    monkeypatch.setitem(sys.modules, "faiss", None)
    with pytest.raises(MissingDependencyError, match=r"nextword\[ann\]"):
        store.index()
