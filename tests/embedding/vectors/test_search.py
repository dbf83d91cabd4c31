"""Blocked search finds what sorting everything finds, and rows that point nowhere stay out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.embedding.vectors import search
from nextword.embedding.vectors.search import Directions, unit
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import SettingError, UnknownWordError, VocabularyError


def sorted_outright(directions, queries, count, begin, end, excluded):
    """What `nearest` promises, by sorting all cosines in double precision."""
    cosines = unit(queries).astype(np.float64) @ directions.vectors[begin:end].T.astype(np.float64)
    cosines *= directions.scales[begin:end]
    for query, rows in enumerate(excluded):
        cosines[query, [row - begin for row in rows if begin <= row < end]] = -np.inf
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
    return begin + order, np.take_along_axis(cosines, order, axis=1)


@given(
    st.integers(0, 1000),
    st.integers(1, 40),
    st.integers(0, 50),
    st.integers(60, 200),
    st.sampled_from(["random", "rising", "falling"]),
)
def test_blocks_find_what_sorting_finds(seed, count, begin, end, order):
    """Also where each row beats all before it, so that every block is looked at to its end."""
    count = min(count, end - begin - 3)  # three are excluded
    chance = np.random.default_rng(seed)
    vectors = chance.standard_normal((200, 8), dtype=np.float32)
    queries = chance.standard_normal((9, 8), dtype=np.float32)
    if order != "random":
        falling = np.argsort(-(unit(vectors) @ unit(queries)[0]))
        vectors = vectors[falling if order == "falling" else falling[::-1]]
    excluded = [chance.choice(200, 3, replace=False).tolist() for _ in queries]
    directions = Directions.of(vectors)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "FIRST_BLOCK", 7)
        patch.setattr(search, "BLOCK", 16)
        patch.setattr(search, "QUERY_CELLS", 64)
        rows, cosines = directions.nearest(queries, count, begin=begin, end=end, excluded=excluded)
    expected, truth = sorted_outright(directions, queries, count, begin, end, excluded)
    assert np.allclose(cosines, truth, atol=1e-6)
    assert (rows == expected).mean() > 0.99  # cosines that differ in the last bit may change places


def test_fewer_rows_than_were_asked_for():
    directions = Directions.of(np.eye(3, dtype=np.float32))
    rows, cosines = directions.nearest(directions.vectors[:1], 5, excluded=[[0]])
    assert rows.tolist() == [[1, 2, -1, -1, -1]]
    assert np.isnan(cosines[0]).tolist() == [False, False, True, True, True]


def test_equal_cosines_come_in_the_order_of_their_rows():
    directions = Directions.of(np.ones((3000, 2), dtype=np.float32))
    rows, _ = directions.nearest(np.ones((1, 2), dtype=np.float32), 5, excluded=[[1]])
    assert rows.tolist() == [[0, 2, 3, 4, 5]]


@pytest.mark.parametrize("number", [0.0, np.nan, np.inf, -np.inf])
def test_rows_that_point_nowhere_are_nobody_s_neighbours(number):
    vectors = np.array([[1, 0], [-1, 0.1], [number, number], [-1, -0.1]], dtype=np.float32)
    store = WordVectors(["a", "far", "nowhere", "farther"], vectors)
    assert {word for word, _ in store.most_similar("a", topn=9)} == {"far", "farther"}
    assert {word for word, _ in store.most_similar_cosmul("a", topn=9)} == {"far", "farther"}
    assert store.most_similar("nowhere") == []
    assert store.similarity("a", "nowhere") == 0
    assert store.distance("nowhere", "nowhere") == 1
    assert store.most_similar("a", topn=None).tolist()[2] == 0
    assert store.distances("a").tolist()[2] == 1
    assert "nowhere" not in store.closer_than("a", "farther")
    assert store.doesnt_match(["a", "nowhere"]) in ("a", "nowhere")
    assert np.isfinite(store.get_normed_vectors()).all()
    rows, cosines = store.most_similar_batch(["a", "nowhere"], topn=3)
    assert sorted(rows[0].tolist()) == [-1, 1, 3]
    assert rows[1].tolist() == [-1, -1, -1]
    assert np.isnan(cosines[1]).all()


def test_tiny_and_huge_vectors_have_a_direction():
    """Their squares are no single-precision numbers."""
    store = WordVectors(
        ["a", "tiny", "huge"], np.array([[1, 1], [1e-30, 1e-30], [1e30, 1e30]], dtype=np.float32)
    )
    assert store.similarity("tiny", "huge") == pytest.approx(1)
    assert {word for word, _ in store.most_similar("a")} == {"tiny", "huge"}


def test_a_batch_answers_as_one_question_after_the_other():
    chance = np.random.default_rng(5)
    store = WordVectors(
        [f"w{row}" for row in range(400)], chance.standard_normal((400, 10), dtype=np.float32)
    )
    asked = ["w3", "w399", "w17"]
    rows, cosines = store.most_similar_batch(asked, topn=7)
    for word, found, scores in zip(asked, rows, cosines, strict=True):
        singly = store.most_similar(word, topn=7)
        assert [store.words[row] for row in found] == [neighbour for neighbour, _ in singly]
        assert np.allclose(scores, [score for _, score in singly], atol=1e-6)
    rows, _ = store.most_similar_batch(store.vectors[:3], topn=1)
    assert rows[:, 0].tolist() == [0, 1, 2]
    rows, _ = store.most_similar_batch(asked, topn=7, restrict_vocab=50)
    assert rows.max() < 50


def test_unknown_words_are_named_with_near_spellings():
    store = WordVectors(["king", "queen", "London"], np.eye(3, dtype=np.float32))
    for ask in (
        lambda: store["kinh"],
        lambda: store.most_similar("kinh"),
        lambda: store.most_similar(["king"], ["kinh"]),
        lambda: store.similarity("king", "kinh"),
        lambda: store.most_similar_batch(["king", "kinh"]),
        lambda: store.most_similar_cosmul("kinh"),
        lambda: store.rank("king", "kinh"),
        lambda: store.n_similarity(["kinh"], ["king"]),
        lambda: store.doesnt_match(["king", "kinh"]),
    ):
        with pytest.raises(UnknownWordError, match=r"'kinh' has no vector; did you mean king") as caught:
            ask()
        assert isinstance(caught.value, VocabularyError)
        assert isinstance(caught.value, KeyError)
    with pytest.raises(UnknownWordError, match="London"):
        store["london"]
    with pytest.raises(UnknownWordError, match="none that is spelled like it"):
        store["xyzzy"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.most_similar(),
        lambda store: store.most_similar_cosmul(negative="a"),
        lambda store: store.most_similar("a", clip_start=-1),
        lambda store: store.most_similar("a", restrict_vocab=-4),
        lambda store: store.most_similar_batch(np.ones((2, 3), dtype=np.float32)),
        lambda store: store.most_similar_batch(["a"], topn=0),
        lambda store: store.get_mean_vector([]),
        lambda store: store.get_mean_vector(["a"], [1.0, 2.0]),
        lambda store: store.distances(np.ones(3, dtype=np.float32)),
        lambda store: store.rank_by_centrality([]),
        lambda store: store.n_similarity([], ["a"]),
        lambda store: store.most_similar_to_given("a", []),
        lambda store: store.relative_cosine_similarity("a", "b", topn=0),
        lambda store: store.add_vectors(["c"], [[1.0]]),
        lambda store: store.add_vectors(["c"], [[1.0, 2.0]], counts=[3]),
        lambda store: store.sort_by_descending_frequency(),
        lambda store: store.intersect(WordVectors(["a"], np.ones((1, 3), dtype=np.float32))),
        lambda store: WordVectors(["a"], np.ones((2, 2), dtype=np.float32)),
        lambda store: WordVectors(["a"], np.ones((1, 2), dtype=np.float32), np.array([1, 2])),
    ],
)
def test_questions_that_make_no_sense(ask):
    with pytest.raises(SettingError):
        ask(WordVectors(["a", "b"], np.eye(2, dtype=np.float32)))


def test_a_word_that_stands_twice():
    with pytest.raises(VocabularyError, match="'a' stands twice"):
        WordVectors(["a", "b", "a"], np.ones((3, 2), dtype=np.float32)).most_similar("a")


def test_taking_vectors_of_another_store():
    ours = WordVectors(["a", "b", "c"], np.zeros((3, 2), dtype=np.float32))
    assert ours.intersect(WordVectors(["c", "x", "a"], np.array([[1, 2], [3, 4], [5, 6]], np.float32))) == 2
    assert ours.vectors.tolist() == [[5, 6], [0, 0], [1, 2]]
    assert ours.add_vector("d", np.array([7, 8])) == 3
    assert ours["d"].tolist() == [7, 8]


def test_what_is_read_cannot_be_changed_by_mistake():
    store = WordVectors(["a"], np.ones((1, 2), dtype=np.float32))
    with pytest.raises(ValueError, match="read-only"):
        store["a"][0] = 5
    store.vectors[0] = [3, 4]
    store.fill_norms(force=True)
    assert store.norms.tolist() == [5]


def test_words_with_vectors_from_their_pieces():
    """A store may know more words than it has rows."""

    class Pieces(WordVectors):
        def __init__(self):
            super().__init__(["a", "b"], np.eye(2, dtype=np.float32), np.array([5, 3]))

        def __contains__(self, key):
            return self.has_index_for(key) or key == "ab"

        def get_vector(self, key, norm=False):
            return np.float32([1, 0.5]) if key == "ab" else super().get_vector(key, norm)

    store = Pieces()
    assert [word for word, _ in store.most_similar("ab")] == ["a", "b"]
    assert store.most_similar_batch(["ab", "a"], topn=1)[0].tolist() == [[0], [1]]
    taken = store.vectors_for_all(["ab", "b", "no"])
    assert (taken.index_to_key, taken.counts.tolist()) == (["ab", "b"], [0, 3])
    assert store.vectors_for_all(["ab", "b"], allow_inference=False).index_to_key == ["b"]


def test_vectors_of_another_size_are_refused():
    store = WordVectors(["a", "b"], np.eye(2, dtype=np.float32))
    for vector in (np.ones(1), np.ones(3)):
        with pytest.raises(SettingError, match="2 numbers, got an array of"):
            store.similar_by_vector(vector)


def test_lists_of_numbers_are_vectors():
    store = WordVectors(["a", "b"], [[1, 0], [3, 4]])
    assert store.vectors.dtype == np.float32
    assert store.similar_by_vector([3, 4], topn=1) == [("b", 1.0)]
