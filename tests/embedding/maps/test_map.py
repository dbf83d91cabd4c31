"""Which words a map shows, where they fall, and what it says of them."""

import numpy as np
import pytest

import nextword
from nextword.embedding.maps import MapSettings, map_words
from nextword.embedding.maps.words import answers, aside, axes, layout, readable
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import SettingError, VocabularyError

QUESTION = ("man", "woman", "king")


def test_the_most_frequent_words_are_shown(vectors):
    assert map_words(vectors, top=50).words == vectors.words[:50]
    assert map_words(vectors).words == vectors.words
    assert nextword.map_words(vectors, top=3).counts.tolist() == [9000, 4500, 3000]


def test_words_and_their_neighbours_are_shown(vectors):
    assert map_words(vectors, words=("word7", "queen")).words == ["queen", "word7"]
    around = map_words(vectors, around=("queen", "word9"), near=4)
    near = {word for centre in ("queen", "word9") for word, _ in vectors.most_similar(centre, topn=4)}
    assert set(around.words) == near | {"queen", "word9"}
    assert map_words(vectors, words=("word150",), top=2).words == ["man", "woman", "word150"]


def test_neighbours_are_those_of_the_original_space(vectors):
    drawn = map_words(vectors, top=20, neighbours=7)
    for row, near, cosines in zip(drawn.rows, drawn.neighbours, drawn.cosines, strict=True):
        expected = vectors.most_similar(vectors.words[row], topn=7)
        assert [vectors.words[other] for other in near] == [word for word, _ in expected]
        assert cosines == pytest.approx([cosine for _, cosine in expected], abs=1e-6)


def test_an_analogy_is_answered_and_its_own_words_are_ranked(vectors):
    drawn = map_words(vectors, top=0, analogy=QUESTION)
    analogy = drawn.analogy
    expected = vectors.most_similar(positive=["king", "woman"], negative=["man"], topn=5)
    assert [vectors.words[row] for row in analogy.answers] == [word for word, _ in expected]
    assert analogy.similarities == pytest.approx([cosine for _, cosine in expected], abs=1e-6)
    a, b, c = (vectors.get_vector(word, norm=True) for word in QUESTION)
    cosines = vectors.vectors @ (c - a + b) / np.linalg.norm(vectors.vectors, axis=1)
    order = np.argsort(-cosines).tolist()
    assert analogy.ranks.tolist() == [order.index(vectors.words.index(word)) + 1 for word in QUESTION]
    assert set(drawn.words) == {*QUESTION, *(word for word, _ in expected)}


@pytest.mark.parametrize("method", [None, "pca"])
def test_the_arrows_of_an_analogy_are_parallel_and_equally_long(vectors, method):
    drawn = map_words(vectors, analogy=QUESTION, method=method)
    a, b, c = (drawn.place(row) for row in drawn.analogy.question)
    assert drawn.target - c == pytest.approx(b - a)
    assert drawn.method == (method or "analogy")


def test_an_answer_that_would_be_the_questions_own_word_is_told():
    matrix = np.array([[1, 0.1, 0], [1, 0.2, 0], [0, 0.1, 1], [0.4, 0.4, 0.6]], dtype=np.float32)
    drawn = map_words(WordVectors(["man", "woman", "king", "queen"], matrix), analogy=QUESTION)
    assert drawn.analogy.ranks.tolist()[2] == 1
    assert aside(drawn) == "Were they let in, king itself would be the answer."
    first, second = answers(drawn)
    assert first.startswith("man is to woman as king is to: queen 0.")
    assert second.startswith("set aside: king (rank 1), ")
    assert len(drawn.analogy.answers) == 1


def test_the_plane_is_named_with_the_variance_that_it_holds(vectors):
    drawn = map_words(vectors)
    share = 100 * sum(drawn.explained)
    assert f"(PCA). It holds {share:.1f} % of the variance in 12 dimensions" in layout(drawn)
    assert axes(drawn)[0] == f"first principal component, {100 * drawn.explained[0]:.1f} %"
    plane = map_words(vectors, analogy=QUESTION)
    assert layout(plane).startswith("The plane through man, woman and king")
    assert axes(plane)[1].startswith("across that, towards woman, ")


def test_vectors_of_zeros_or_of_one_number_have_a_map_too():
    drawn = map_words(WordVectors(["a", "b", "c"], np.zeros((3, 2), dtype=np.float32)))
    assert drawn.positions.tolist() == [[0, 0]] * 3
    assert "a" in drawn.html()
    line = map_words(WordVectors(["a", "b", "c"], np.array([[1], [-1], [2]], dtype=np.float32)))
    assert np.isfinite(line.positions).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"top": -1}, "top must be a whole number of at least 0, got -1"),
        ({"top": 0}, "a map shows 2 to 20,000 words, got 0"),
        ({"words": ("king",)}, "got 1; choose others"),
        ({"words": "king"}, "words takes several words, got 'king'"),
        ({"method": "mds"}, "method must be one of pca, analogy, tsne, umap, got 'mds'"),
        ({"method": "analogy"}, "the plane of an analogy needs one"),
        ({"analogy": ("man", "woman")}, "three different words, got 'man', 'woman'"),
        ({"analogy": ("man", "woman", "man")}, "three different words"),
        ({"neighbours": 0}, "neighbours must be"),
        ({"seed": 1.5}, "seed must be"),
        ({"words": ("king", "queen"), "top": 0, "method": "tsne"}, "t-SNE needs at least 5 words, got 2"),
    ],
)
def test_settings_that_make_no_sense(vectors, settings, message):
    with pytest.raises(SettingError, match=message.replace("(", r"\(").replace(")", r"\)")):
        map_words(vectors, **settings)


@pytest.mark.parametrize("name", ["words", "around", "analogy"])
def test_words_without_a_vector(vectors, name):
    with pytest.raises(VocabularyError, match="'kingdom'"):
        map_words(vectors, **{name: ("man", "woman", "kingdom")})


def test_a_map_of_too_many_words_is_refused():
    many = WordVectors([str(number) for number in range(20_001)], np.ones((20_001, 1), dtype=np.float32))
    with pytest.raises(SettingError, match="got 20,001"):
        map_words(many, top=20_001)
    assert MapSettings().frequent == 1000


def test_words_are_made_fit_for_a_picture():
    assert readable("plain") == "plain"
    assert readable("a\u202eb\x1b") == "a\\u202eb\\x1b"
    assert readable("\ud800") == "\\ud800"
    assert readable("") == "(empty)"
    assert readable("x" * 50) == "x" * 39 + "…"
    assert readable("می\u200cخواهم") == "می\u200cخواهم"
