"""Every name of gensim's KeyedVectors answers with gensim's numbers."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import assume, given
from hypothesis import strategies as st

from nextword.embedding.vectors.vectors import WordVectors

SIZE = 300


def both(seed=0, size=SIZE, width=12):
    chance = np.random.default_rng(seed)
    vectors = chance.standard_normal((size, width), dtype=np.float32) * np.float32(3)
    words = [f"w{row}" for row in range(size)]
    theirs = KeyedVectors(width)
    theirs.add_vectors(words, vectors)
    counts = chance.permutation(size)  # gensim turns the order of equal counts round
    for word, count in zip(words, counts, strict=True):
        theirs.set_vecattr(word, "count", int(count))
    return WordVectors(words, vectors, counts), theirs


OURS, THEIRS = both()
words = st.integers(0, SIZE - 1).map(lambda row: f"w{row}")
lists = st.lists(words, min_size=1, max_size=4, unique=True)


def assert_same(ours, theirs):
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    assert np.allclose([score for _, score in ours], [score for _, score in theirs], atol=2e-6)


@given(lists, st.lists(words, max_size=3, unique=True), st.integers(1, 20))
def test_most_similar(positive, negative, topn):
    assume(not set(positive) & set(negative))  # what cancels out points nowhere, and gensim answers at random
    assert_same(
        OURS.most_similar(positive, negative, topn=topn), THEIRS.most_similar(positive, negative, topn=topn)
    )


@pytest.mark.parametrize(
    "query",
    [
        {"positive": "w3"},
        {"positive": 3},
        {"positive": [np.int32(3), "w4"], "negative": "w5"},
        {"positive": [("w3", 0.5), ("w4", 2.0)], "negative": [("w7", -3.0)]},
        {"positive": OURS.vectors[8]},
        {"positive": [OURS.vectors[8] * 2, "w9"], "negative": [OURS.vectors[1]]},
        {"positive": OURS.vectors[8:11]},
        {"positive": ["w1"], "clip_start": 20, "clip_end": 60},
        {"positive": ["w1"], "clip_start": 250},
        {"positive": ["w290"], "restrict_vocab": 40},
        {"positive": ["w1"], "restrict_vocab": 40, "clip_start": 7},
        {"positive": ["w1"], "topn": SIZE + 5},
        {"positive": ["w1"], "topn": 0},
    ],
)
def test_most_similar_of_every_kind_of_question(query):
    assert_same(OURS.most_similar(**query), THEIRS.most_similar(**query))
    if query.get("topn") is None:
        scores = OURS.most_similar(**query, topn=None)
        assert np.allclose(scores, THEIRS.most_similar(**query, topn=None), atol=2e-6)


@pytest.mark.filterwarnings("ignore:Call to deprecated:DeprecationWarning")  # gensim calls its own
@given(lists, st.lists(words, max_size=3, unique=True), st.integers(1, 20))
def test_most_similar_cosmul(positive, negative, topn):
    assume(not set(positive) & set(negative))  # what is multiplied and divided leaves only rounding
    ours = OURS.most_similar_cosmul(positive, negative, topn=topn)
    theirs = THEIRS.most_similar_cosmul(positive, negative, topn=topn)
    # Where a divisor is nearly zero, single precision decides; the order holds apart from that.
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    assert np.allclose([score for _, score in ours], [score for _, score in theirs], rtol=1e-3)
    scores = OURS.most_similar_cosmul(positive, negative, topn=None)
    assert np.allclose(scores, THEIRS.most_similar_cosmul(positive, negative, topn=None), rtol=1e-3)


@given(words, words, lists)
def test_comparisons(one, other, others):
    assert OURS.similarity(one, other) == pytest.approx(THEIRS.similarity(one, other), abs=2e-6)
    assert OURS.distance(one, other) == pytest.approx(THEIRS.distance(one, other), abs=2e-6)
    assert np.allclose(OURS.distances(one), THEIRS.distances(one), atol=2e-6)
    assert np.allclose(OURS.distances(one, others), THEIRS.distances(one, others), atol=2e-6)
    vector = OURS[other]
    assert np.allclose(OURS.distances(vector), THEIRS.distances(vector), atol=2e-6)
    assert np.allclose(
        OURS.cosine_similarities(vector, OURS.vectors),
        THEIRS.cosine_similarities(vector, OURS.vectors),
        atol=2e-6,
    )
    assert OURS.most_similar_to_given(one, others) == THEIRS.most_similar_to_given(one, others)
    assert OURS.n_similarity(others, [one, other]) == pytest.approx(
        THEIRS.n_similarity(others, [one, other]), abs=2e-6
    )
    assert OURS.relative_cosine_similarity(one, other) == pytest.approx(
        THEIRS.relative_cosine_similarity(one, other), abs=2e-6
    )


@given(words, words)
def test_closer_than_and_rank(one, other):
    assert set(OURS.closer_than(one, other)) - {other} == set(THEIRS.closer_than(one, other)) - {other}
    assert abs(OURS.rank(one, other) - THEIRS.rank(one, other)) <= 1
    assert_same(OURS.similar_by_word(one, 3, 50), THEIRS.similar_by_word(one, 3, 50))
    assert_same(OURS.similar_by_key(one), THEIRS.similar_by_key(one))
    assert_same(OURS.similar_by_vector(OURS[one]), THEIRS.similar_by_vector(THEIRS[one]))


@given(st.lists(words, min_size=3, max_size=7, unique=True), st.booleans())
def test_the_odd_one_out(group, use_norm):
    assert OURS.doesnt_match(group) == THEIRS.doesnt_match(group)
    ours, theirs = (store.rank_by_centrality(group, use_norm) for store in (OURS, THEIRS))
    assert_same([pair[::-1] for pair in ours], [pair[::-1] for pair in theirs])


@given(lists, st.booleans(), st.booleans(), st.integers(0, 100))
def test_mean_vectors(keys, pre_normalize, post_normalize, seed):
    weights = np.random.default_rng(seed).standard_normal(len(keys))
    for factors in (None, weights):
        ours, theirs = (
            store.get_mean_vector(
                [*keys, "missing"],
                None if factors is None else [*factors, 1.0],
                pre_normalize,
                post_normalize,
            )
            for store in (OURS, THEIRS)
        )
        assert np.allclose(ours, theirs, atol=1e-5)


def test_look_ups():
    assert np.array_equal(OURS["w5"], THEIRS["w5"])
    assert np.array_equal(OURS[["w5", "w6"]], THEIRS[["w5", "w6"]])
    assert np.array_equal(OURS[7], THEIRS[7])
    assert OURS.index_to_key == THEIRS.index_to_key
    assert OURS.key_to_index == THEIRS.key_to_index
    assert OURS.vector_size == THEIRS.vector_size
    assert len(OURS) == len(THEIRS)
    assert ("w5" in OURS, "no" in OURS, 5 in OURS, SIZE in OURS) == (True, False, True, False)
    assert OURS.get_index("no", 4) == THEIRS.get_index("no", 4) == 4
    assert np.allclose(OURS.get_vector("w5", norm=True), THEIRS.get_vector("w5", norm=True), atol=1e-6)
    assert np.allclose(OURS.get_normed_vectors(), THEIRS.get_normed_vectors(), atol=1e-6)
    THEIRS.fill_norms()
    assert np.allclose(OURS.norms, THEIRS.norms, rtol=1e-6)


def test_changes():
    ours, theirs = both(seed=4, size=40)
    fresh = np.ones((2, 12), dtype=np.float32)
    ours.add_vectors(["w3", "new"], fresh)
    theirs.add_vectors(["w3", "new"], fresh)
    assert np.array_equal(ours.vectors, theirs.vectors)
    ours[["w3", "w5"]] = fresh
    theirs[["w3", "w5"]] = fresh
    assert np.array_equal(ours.vectors, theirs.vectors)
    assert ours.index_to_key == theirs.index_to_key
    theirs.set_vecattr("new", "count", 99)
    ours.counts[-1] = 99
    ours.sort_by_descending_frequency()
    theirs.sort_by_descending_frequency()
    assert ours.index_to_key == theirs.index_to_key
    assert np.array_equal(ours.vectors, theirs.vectors)
    ours.unit_normalize_all()
    theirs.fill_norms(force=True)
    theirs.unit_normalize_all()
    assert np.allclose(ours.vectors, theirs.vectors, atol=1e-6)
    keys = ["w9", "absent", "w2", "w9"]
    ours, theirs = ours.vectors_for_all(keys), theirs.vectors_for_all(keys)
    assert ours.index_to_key == theirs.index_to_key
    assert np.allclose(ours.vectors, theirs.vectors, atol=1e-6)
