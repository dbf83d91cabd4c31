"""``nextword convert`` between files of word vectors and model folders."""

from pathlib import Path

import numpy as np
import pytest

from nextword.embedding.formats import read_vectors, write_vectors
from nextword.embedding.vectors.vectors import WordVectors
from nextword.store.vectors import load_vectors, save_vectors

FASTTEXT = Path(__file__).parents[1] / "embedding" / "formats" / "fasttext_models" / "skipgram.bin"


@pytest.fixture
def vectors(shell):
    chance = np.random.default_rng(1)
    made = WordVectors(
        ["the", "café", "1"], chance.normal(0, 1, (3, 4)).astype(np.float32), np.array([9, 5, 1])
    )
    save_vectors(made, "folder")
    return made


def same(one: WordVectors, other: WordVectors) -> bool:
    return list(one.words) == list(other.words) and one.vectors.tobytes() == other.vectors.tobytes()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("v.txt", "word2vec"), ("v.vec", "word2vec"), ("V.TXT.GZ", "word2vec"), ("v.vec.xz", "word2vec"),
        ("v.bin", "word2vec-binary"), ("v.bin.zst", "word2vec-binary"), ("v.glove.txt", "glove"),
        ("v.glove.txt.bz2", "glove"), ("glove", "folder"), ("v1.5", "folder"),
    ],
)  # fmt: skip
def test_every_format_and_back(shell, vectors, name, kind):
    answer = shell.json(f"convert folder {name}")
    assert answer == {"model": name, "words": 3, "size": 4, "subwords": False}
    if kind == "folder":
        assert same(load_vectors(name), vectors)
    else:
        assert read_vectors(name).settings["source"] == kind
    shell(f"convert {name} back")
    assert same(load_vectors("back"), vectors)
    assert "3 words" in shell(f"convert back again-{name}").out


def test_the_pieces_of_words_are_kept_in_folders(shell):
    assert shell.json(f"convert {FASTTEXT} pieces")["subwords"]
    assert "zzzzz" in load_vectors("pieces") or len(load_vectors("pieces").subword_rows("zzzzz")) == 0
    assert "known words alone" in shell("convert pieces known.vec").err
    assert list(read_vectors("known.vec").words) == list(load_vectors("pieces").words)


def test_repeated_words_are_remarked_on(shell):
    Path("v.txt").write_text("2 1\na 1\na 2\n")
    assert "1 rows repeat a word" in shell("convert v.txt folder").err
    assert shell("convert v.txt folder -q").err == ""


def test_any_matrix_is_written(shell, vectors, five):
    output = vectors.vectors[::-1].copy()
    save_vectors(vectors, "trained", tensors={"output": output})
    shell("convert trained output.txt --matrix output")
    assert np.array_equal(read_vectors("output.txt").vectors, output)
    shell("convert trained average --matrix average")
    assert np.array_equal(load_vectors("average").vectors, (vectors.vectors + output) / 2)
    assert load_vectors("average").settings["matrix"] == "average"
    assert "one matrix" in shell.error("convert output.txt again --matrix output", 2)
    assert "--matrix is for word vectors" in shell.error(f"convert {five} five.arpa --matrix output", 2)


def test_names_that_make_no_sense(shell, vectors):
    for name in ("v.ftz", "v.csv", "v.arpa", "v.lm.gz", "v.json", "x.gz", "v.safetensors", "-"):
        assert ".vec are word2vec text" in shell.error(f"convert folder {name}", 2)
    for option in ("--compact", "--lowercase", "--tokenizer words"):
        assert "n-gram models" in shell.error(f"convert folder v.txt {option}", 2)
    write_vectors(vectors, "v.txt")
    Path("link.txt").symlink_to("v.txt")
    for source, target in (("folder", "folder"), ("v.txt", "v.txt"), ("v.txt", "link.txt")):
        assert "the source and the target" in shell.error(f"convert {source} {target}", 2)
    assert same(read_vectors("v.txt"), vectors)
    Path("taken.txt").mkdir()
    assert "is a folder" in shell.error("convert folder taken.txt", 3)


def test_a_damaged_file_is_bad_input(shell):
    Path("v.txt").write_text("2 1\na 1\nb x\n")
    assert "line 3" in shell.error("convert v.txt folder", 3)
    assert not Path("folder").exists()


def test_language_models_have_no_files_of_vectors(shell, five):
    assert ".arpa or .lm" in shell.error(f"convert {five} five.vec.txt", 2)
