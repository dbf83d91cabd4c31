"""The commands for word vectors."""

import json

import numpy as np
import pytest

from nextword.embedding.vectors.vectors import WordVectors
from nextword.store.vectors import save_vectors

WORDS = ["man", "woman", "king", "queen", "boy", "girl", "nothing", *(f"w{row}" for row in range(30))]


@pytest.fixture
def vectors(tmp_path, monkeypatch):
    """Woman, queen and girl are man, king and boy with one and the same difference."""
    chance = np.random.default_rng(1)
    matrix = chance.standard_normal((len(WORDS), 12), dtype=np.float32)
    step = chance.standard_normal(12, dtype=np.float32)
    for male, female in (("man", "woman"), ("king", "queen"), ("boy", "girl")):
        matrix[WORDS.index(female)] = matrix[WORDS.index(male)] + step
    matrix[WORDS.index("nothing")] = 0
    store = WordVectors(WORDS, matrix, np.arange(len(WORDS))[::-1] + 1, {"window": 5})
    save_vectors(store, tmp_path / "vectors", tensors={"output": matrix[::-1].copy()})
    return store


def test_similar(shell, vectors):
    found = shell.json("similar vectors king -k 3")
    assert [(row["word"], pytest.approx(row["similarity"])) for row in found["neighbours"]] == [
        (word, cosine) for word, cosine in vectors.most_similar("king", topn=3)
    ]
    several = shell.json("similar vectors king queen --restrict 6")["neighbours"]
    assert [row["word"] for row in several] == [
        word for word, _ in vectors.most_similar(["king", "queen"], restrict_vocab=6)
    ]
    out, _ = shell("similar vectors king -k 1")
    assert out.split()[0] == vectors.most_similar("king", topn=1)[0][0]
    other = shell.json("similar vectors king --matrix output")["neighbours"]
    assert other != found["neighbours"]


def test_the_vectors_are_those_chosen_in_training(shell, vectors, tmp_path):
    chosen = WordVectors(WORDS, vectors.vectors, vectors.counts, {"matrix": "output"})
    save_vectors(chosen, tmp_path / "chosen", tensors={"output": vectors.vectors[::-1].copy()})
    usual, output, asked = (
        shell.json(f"similar {name} king")["neighbours"]
        for name in ("chosen", "vectors --matrix output", "chosen --matrix input")
    )
    assert usual == output != asked


def test_a_word_of_a_stranger_makes_no_line_and_no_command(shell, vectors, tmp_path):
    words = ["king", "a\nqueen  0.9999\x1b[2J\tx", "w" * 3000]
    save_vectors(WordVectors(words, vectors.vectors[:3]), tmp_path / "strange")
    lines = shell("similar strange king").out.splitlines()
    assert len(lines) == 2
    assert any(line.startswith(r"a\nqueen  0.9999\x1b[2J\tx") for line in lines)
    assert all(len(line) < 100 or line.startswith("www") for line in lines)
    assert r"king, a\nqueen" in shell("info strange").out


def test_approximate(shell, vectors):
    exact, found = (shell.json(f"similar vectors king -k 3{how}") for how in ("", " --approximate"))
    assert [row["word"] for row in found["neighbours"]] == [row["word"] for row in exact["neighbours"]]
    assert "not both" in shell.error("similar vectors king --approximate --restrict 5", 2)


def test_a_word_that_points_nowhere(shell, vectors):
    out, err = shell("similar vectors nothing")
    assert out.strip() == ""
    assert "its vector is zero" in err


@pytest.mark.parametrize("method", ["add", "mul"])
def test_analogy(shell, vectors, method):
    found = shell.json(f"analogy vectors man woman king --method {method} -k 2")
    ask = vectors.most_similar if method == "add" else vectors.most_similar_cosmul
    assert [row["word"] for row in found["answers"]] == [
        word for word, _ in ask(["woman", "king"], ["man"], topn=2)
    ]
    assert found["excluded"] == ["man", "woman", "king"]
    assert len(found["answers"]) == 2
    _, err = shell(f"analogy vectors man woman boy --method {method}")
    assert "man, woman, boy cannot be answers" in err


def test_the_answer_to_the_best_known_question(shell, vectors):
    assert shell("analogy vectors man woman king").out.startswith("queen")


def test_evaluate_vectors(shell, vectors, tmp_path):
    (tmp_path / "questions.txt").write_text(
        ": family\nMan Woman King Queen\nman woman boy girl\n: gram1-none\nman woman absent girl\n"
    )
    (tmp_path / "pairs.tsv").write_text("man\twoman\t9\nking\tqueen\t8\nboy\tw3\t1\nman\tabsent\t4\n")
    found = shell.json("evaluate-vectors vectors --analogies questions.txt --similarity pairs.tsv")
    analogies = found["analogies"]
    assert (analogies["accuracy"], analogies["semantic"], analogies["syntactic"]) == (1.0, 1.0, None)
    assert (analogies["seen"], analogies["questions"], analogies["restrict"]) == (2, 3, len(WORDS))
    assert found["similarity"]["pairs"].keys() >= {"spearman", "pairs", "oov"}
    assert (found["similarity"]["pairs"]["pairs"], found["similarity"]["pairs"]["oov"]) == (3, 1)
    out, _ = shell("evaluate-vectors vectors --analogies questions.txt --similarity pairs.tsv")
    assert "100.0%" in out
    assert "2/3" in out
    few = shell.json("evaluate-vectors vectors --analogies questions.txt --restrict 4")
    assert (few["analogies"]["seen"], few["analogies"]["restrict"]) == (1, 4)
    case = shell.json("evaluate-vectors vectors --analogies questions.txt --restrict 0 --case-sensitive")
    assert case["analogies"]["seen"] == 1


def test_files_of_one_name_are_told_apart(shell, vectors, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pairs.txt").write_text("man woman 3\nman boy 2\n")
    found = shell.json("evaluate-vectors vectors --similarity a/pairs.txt --similarity b/pairs.txt")
    assert set(found["similarity"]) == {"a/pairs.txt", "b/pairs.txt"}


def test_info(shell, vectors):
    found = shell.json("info vectors --verify")
    assert (found["model_type"], found["vocabulary"], found["size"]) == ("word-vectors", len(WORDS), 12)
    assert found["settings"] == {"window": 5}
    assert "output" in found["tensors"]
    assert "word-vectors" in shell("info vectors").out


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        ("similar vectors kinh", 2, "'kinh' has no vector; did you mean king"),
        ("similar vectors", 2, "no word"),
        ("similar vectors king -k 0", 2, "-k must be 1 or more"),
        ("similar vectors king --restrict 0", 2, "--restrict must be 1 or more"),
        ("similar vectors --wrong", 2, "unknown option --wrong"),
        ("similar absent king", 3, "no word vectors at absent"),
        ("similar five king", 3, "not word vectors"),
        ("similar vectors king --matrix both", 2, "matrix"),
        ("analogy vectors man woman", 2, "missing"),
        ("analogy vectors man woman kinh", 2, "did you mean king"),
        ("analogy vectors man woman king --method div", 2, "method"),
        ("evaluate-vectors vectors", 2, "nothing to measure by"),
        ("evaluate-vectors vectors --analogies absent.txt", 3, "absent.txt"),
        ("evaluate-vectors vectors --analogies bad.txt", 3, "line 1"),
        ("evaluate-vectors vectors --similarity bad.txt", 3, "line 1"),
        ("evaluate-vectors vectors --similarity bad.txt --restrict -1", 2, "--restrict"),
        ("next vectors king", 3, "nextword similar"),
    ],
)
def test_what_goes_wrong_is_said(shell, five, vectors, tmp_path, command, code, message):
    (tmp_path / "bad.txt").write_text("only two\n")
    assert message in shell.error(command, code)


def test_json_holds_no_numbers_that_json_has_not(shell, vectors):
    out, _ = shell("similar vectors nothing --json")
    assert json.loads(out)["neighbours"] == []
