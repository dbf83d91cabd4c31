import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.embedding.one_hot import one_hot
from nextword.errors import VocabularyError


@given(st.data(), st.integers(2, 40))
def test_any_two_words_are_orthogonal_and_equally_far(data, size):
    one, other = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    vectors = one_hot([one, other], size)
    assert vectors[0] @ vectors[1] == 0
    assert np.linalg.norm(vectors[0] - vectors[1]) == pytest.approx(np.sqrt(2))
    assert vectors[0] @ vectors[0] == 1


def test_the_table_of_the_nine_royal_words_is_the_identity():
    assert np.array_equal(one_hot(range(9), 9), np.eye(9))


@pytest.mark.parametrize("ids", [[9], [-1], [0, 100]])
def test_an_id_out_of_range_is_an_error(ids):
    with pytest.raises(VocabularyError, match="0 to 8"):
        one_hot(ids, 9)


def test_no_words_give_no_rows():
    assert one_hot([], 5).shape == (0, 5)


def test_words_find_their_place():
    vocabulary = ["motel", "hotel", "queen"]
    assert one_hot(["hotel", "motel"], vocabulary).tolist() == [[0, 1, 0], [1, 0, 0]]
    with pytest.raises(VocabularyError, match="'inn' is not in the vocabulary of 3 words"):
        one_hot(["inn"], vocabulary)
    with pytest.raises(VocabularyError, match="list of words"):
        one_hot("hotel", vocabulary)
