"""fastText's ``.bin``: what fastText and gensim write, and vectors for words that were never seen."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from gensim.models import FastText
from gensim.models.fasttext import save_facebook_model

from nextword.embedding.formats import read_vectors, write_vectors
from nextword.embedding.subwords import SubwordVectors
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import ModelFormatError, VocabularyError
from nextword.store.vectors import load_vectors, save_vectors

FIXTURES = Path(__file__).parents[2] / "fixtures" / "fasttext"
EXPECTED = json.loads((FIXTURES / "expected.json").read_text(encoding="utf-8"))
UNKNOWN = ["zebras", "日本語の本", "é", "naïve", "x" * 40, "ab", "a"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A model that gensim trained, and the file that it wrote of it."""
    chance = np.random.default_rng(1)
    words = ["".join(chance.choice(list("abcdéü日本語"), 1 + chance.integers(6))) for _ in range(80)]
    lines = [list(chance.choice(words, 8)) for _ in range(200)]
    model = FastText(
        lines, vector_size=8, min_count=1, epochs=2, bucket=150, min_n=2, max_n=5, workers=1, seed=1
    )
    path = tmp_path_factory.mktemp("fasttext") / "gensim.bin"
    save_facebook_model(model, str(path))
    return model, path


@pytest.mark.parametrize("name", EXPECTED)
def test_models_of_fasttext_itself(name):
    """The files and the answers are fastText's own; the second is quantised, with its lengths, and pruned."""
    expected, vectors = EXPECTED[name], read_vectors(FIXTURES / name)
    assert isinstance(vectors, SubwordVectors)
    assert list(vectors.words) == expected["words"]
    assert (vectors.kept is not None) == (name == "pruned.ftz")
    for word, numbers in (expected["vectors"] | expected["unknown"]).items():
        assert word in vectors
        assert vectors[word] == pytest.approx(numbers, rel=1e-5, abs=1e-8)
    assert vectors.has_index_for(expected["words"][0])
    assert not vectors.has_index_for("zzzz")


def test_models_of_gensim(trained):
    model, path = trained
    vectors = read_vectors(path)
    assert isinstance(vectors, SubwordVectors)
    assert list(vectors.words) == model.wv.index_to_key
    assert np.allclose(vectors.vectors, model.wv.vectors, atol=1e-6)
    assert vectors.counts.tolist() == [model.wv.get_vecattr(word, "count") for word in vectors.words]
    for word in UNKNOWN:
        if len(vectors.subword_rows(word)):
            assert vectors[word] == pytest.approx(model.wv[word], abs=1e-6)
            assert np.linalg.norm(vectors.get_vector(word, norm=True)) == pytest.approx(1)


def test_neighbours_of_words_that_were_never_seen(trained):
    model, path = trained
    vectors = read_vectors(path)
    ours, theirs = (kv.most_similar("日本語の本", topn=5) for kv in (vectors, model.wv))
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    assert [value for _, value in ours] == pytest.approx([value for _, value in theirs], abs=1e-5)
    assert vectors.similarity("日本語の本", "é") == pytest.approx(
        model.wv.similarity("日本語の本", "é"), abs=1e-5
    )


def test_a_word_without_a_known_piece_is_unknown():
    vectors = read_vectors(FIXTURES / "pruned.ftz")
    word = next(chr(point) for point in range(0x4E00, 0x9FFF) if not len(vectors.subword_rows(chr(point))))
    assert word not in vectors
    with pytest.raises(VocabularyError, match="has no vector"):
        vectors[word]


def test_text_holds_the_known_words(trained, tmp_path):
    vectors = read_vectors(trained[1])
    write_vectors(vectors, tmp_path / "v.vec")
    back = read_vectors(tmp_path / "v.vec")
    assert type(back) is WordVectors
    assert back.vectors.tobytes() == vectors.vectors.tobytes()


@pytest.mark.parametrize("name", ["gensim", "pruned.ftz"])
def test_a_model_folder_keeps_the_pieces(trained, tmp_path, name):
    vectors = read_vectors(trained[1] if name == "gensim" else FIXTURES / name)
    save_vectors(vectors, tmp_path / "saved")
    back = load_vectors(tmp_path / "saved", verify=True)
    assert isinstance(back, SubwordVectors)
    assert list(back.words) == list(vectors.words)
    for word in [*vectors.words[:5], *UNKNOWN]:
        assert (word in back) == (word in vectors)
        if word in vectors:
            assert back[word].tobytes() == vectors[word].tobytes()


@pytest.mark.parametrize("damage", [{"buckets": 7}, {"longest": 1000}, {"shortest": "2"}, {"more": 1}, None])
def test_a_folder_whose_pieces_do_not_fit(trained, tmp_path, damage):
    save_vectors(read_vectors(trained[1]), tmp_path / "saved")
    path = tmp_path / "saved" / "config.json"
    content = json.loads(path.read_text())
    if damage is None:
        del content["model"]["subwords"]
    else:
        content["model"]["subwords"] |= damage
    path.write_text(json.dumps(content))
    with pytest.raises(ModelFormatError, match=r"subwords|characters"):
        load_vectors(tmp_path / "saved")


def test_limit(trained):
    whole, part = read_vectors(trained[1]), read_vectors(trained[1], limit=5)
    assert list(part.words) == list(whole.words[:5])
    assert part.vectors.tobytes() == whole.vectors[:5].tobytes()
    assert part["zebras"].tobytes() == whole["zebras"].tobytes()


DIMENSION, MODEL, BUCKETS, SHORTEST, LONGEST = 8, 36, 40, 44, 48
SIZE, WORDS, LABELS, PRUNED = 64, 68, 72, 84


@pytest.mark.parametrize(
    ("place", "kind", "value", "message"),
    [
        (4, "i", 13, "version 13"),
        (DIMENSION, "i", 0, "damaged"),
        (DIMENSION, "i", 9, "ask for a matrix"),
        (DIMENSION, "i", -1, "damaged"),
        (MODEL, "i", 7, "kind 7"),
        (BUCKETS, "i", 0, "0 buckets"),
        (BUCKETS, "i", -5, "-5 buckets"),
        (BUCKETS, "i", 2**31 - 1, "ask for a matrix"),
        (LONGEST, "i", 2**31 - 1, "characters"),
        (SIZE, "i", 2**31 - 1, "which cannot be"),
        (WORDS, "i", -1, "which cannot be"),
        (LABELS, "i", -1, "which cannot be"),
        (PRUNED, "q", 2**62, "cut short"),
        (PRUNED, "q", 1, "only quantised ones are pruned"),
    ],
)  # fmt: skip
def test_lies_in_the_header(trained, tmp_path, place, kind, value, message):
    data = bytearray(trained[1].read_bytes())
    struct.pack_into(f"<{kind}", data, place, value)
    (tmp_path / "v.bin").write_bytes(data)
    with pytest.raises(ModelFormatError) as caught:
        read_vectors(tmp_path / "v.bin")
    assert message in str(caught.value) or "finite" in str(caught.value)
