"""The table by hand has what one-hot vectors lack: degrees of likeness, and relations as directions."""

import numpy as np
import pytest

from nextword.embedding.handmade import FEATURES, handmade_vectors
from nextword.embedding.one_hot import one_hot

TABLE = handmade_vectors()


def test_the_table_has_nine_words_and_three_features():
    assert TABLE.vectors.shape == (9, len(FEATURES))
    assert TABLE["monarch"].tolist() == [0.5, 0.5, 1.0]


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
    assert np.array_equal(TABLE[king] - TABLE[man] + TABLE[woman], TABLE[queen])


def test_the_analogy_of_the_lecture_has_its_answer():
    assert TABLE.most_similar(positive=["king", "woman"], negative=["man"], topn=1)[0][0] == "queen"


def test_one_hot_vectors_have_no_neighbours_and_no_relations():
    rows = dict(zip(TABLE.words, one_hot(TABLE.words, TABLE.words), strict=True))
    answer = rows["king"] - rows["man"] + rows["woman"]
    others = [word for word in TABLE.words if word not in ("king", "man", "woman")]
    assert {float(answer @ rows[word]) for word in others} == {0.0}
