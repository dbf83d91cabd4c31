"""A store with pieces of words answers for words without a row, and can be given rows for them."""

import numpy as np
import pytest

from nextword.embedding.subwords import SubwordVectors
from nextword.embedding.subwords.vectors import SubwordSettings
from nextword.errors import UnknownWordError


@pytest.fixture
def store():
    chance = np.random.default_rng(1)
    rows = chance.standard_normal((3, 4), dtype=np.float32)
    pieces = chance.standard_normal((50, 4), dtype=np.float32)
    return SubwordVectors(["king", "queen", "man"], rows, pieces, SubwordSettings(3, 6, 50))


def test_a_word_known_by_its_pieces_can_be_given_a_row(store):
    assert "princess" in store
    assert store.add_vector("princess", np.ones(4)) == 3
    store["prince"] = np.full(4, 2)
    assert store.words[3:] == ["princess", "prince"]
    assert store["prince"].tolist() == [2, 2, 2, 2]


def test_words_without_a_row_are_compared(store):
    vector = store["princess"]
    assert np.allclose(store.distances("princess", ["king", "prince"]),
                       [store.distance("princess", "king"), store.distance("princess", "prince")])  # fmt: skip
    nearest = [word for word, _ in store.similar_by_vector(vector)]
    assert store.closer_than("princess", nearest[1]) == nearest[:1]


def test_a_word_is_no_suggestion_for_itself(store):
    with pytest.raises(UnknownWordError) as error:
        store.get_index("kingg")
    assert error.value.suggestions == ["king"]
    assert "'kingg' is not in the vocabulary" in str(error.value)
