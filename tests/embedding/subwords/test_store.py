"""A store that knows pieces of words is a store of words, too."""

import numpy as np

from nextword.embedding.subwords import SubwordVectors
from nextword.embedding.subwords.vectors import SubwordSettings
from nextword.store.vectors import load_vectors, save_vectors

ONES = np.ones((1, 4), dtype=np.float32)


def store() -> SubwordVectors:
    draw = np.random.default_rng(0)
    rows, pieces = draw.random((2, 4), dtype=np.float32), draw.random((50, 4), dtype=np.float32)
    return SubwordVectors(["cat", "dog"], rows, pieces, SubwordSettings(2, 3, 50))


def test_a_word_whose_pieces_are_known_can_be_given_a_vector_of_its_own():
    for add in (
        lambda vectors: vectors.add_vector("cats", ONES[0]),
        lambda vectors: vectors.__setitem__("cats", ONES),
    ):
        vectors = store()
        assert "cats" in vectors
        add(vectors)
        assert vectors.words == ["cat", "dog", "cats"]
        assert np.array_equal(vectors["cats"], ONES[0])


def test_pieces_are_saved_with_the_words(tmp_path):
    vectors = store()
    save_vectors(vectors, tmp_path / "v")
    loaded = load_vectors(tmp_path / "v")
    assert isinstance(loaded, SubwordVectors)
    assert np.array_equal(loaded["cats"], vectors["cats"])
