"""The table by hand has what one-hot vectors lack: degrees of likeness, and relations as directions."""

import numpy as np
import pytest

from nextword.embedding.handmade import FEATURES, handmade_vectors, nearest_words
from nextword.embedding.one_hot import one_hot

TABLE = handmade_vectors()


def of(word):
    return TABLE.vectors[TABLE.key_to_index[word]]


def test_the_table_has_nine_words_and_three_features():
    assert TABLE.vectors.shape == (9, len(FEATURES))
    assert of("monarch").tolist() == [0.5, 0.5, 1.0]


@pytest.mark.parametrize(
    ("man", "woman", "king", "queen"),
    [
        ("man", "woman", "king", "queen"),
        ("boy", "girl", "prince", "princess"),
        ("man", "boy", "queen", "princess"),
        ("woman", "queen", "boy", "prince"),
    ],
)
def test_relations_are_exact_differences(man, woman, king, queen):
    answer = of(king) - of(man) + of(woman)
    assert np.array_equal(answer, of(queen))
    assert nearest_words(TABLE, answer, but=[man, woman, king])[0] == queen


def test_one_hot_vectors_have_no_neighbours_and_no_relations():
    rows = dict(zip(TABLE.words, one_hot(TABLE.words, TABLE.words), strict=True))
    answer = rows["king"] - rows["man"] + rows["woman"]
    others = [word for word in TABLE.words if word not in ("king", "man", "woman")]
    assert len({float(answer @ rows[word]) for word in others}) == 1
