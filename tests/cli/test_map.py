"""``nextword map``: files by their endings, the answers printed, and what is refused."""

from pathlib import Path

import numpy as np
import pytest

from nextword.embedding.vectors.vectors import WordVectors
from nextword.store.vectors import save_vectors


@pytest.fixture
def saved(tmp_path):
    words = ["man", "woman", "king", "queen", *(f"word{number}" for number in range(40))]
    matrix = np.random.default_rng(0).normal(0, 0.1, (len(words), 5)).astype(np.float32)
    matrix[:4, :2] += [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    matrix[:, 2] += 1
    save_vectors(WordVectors(words, matrix, np.arange(len(words), 0, -1)), tmp_path / "vectors")
    return "vectors"


def test_a_page_and_an_image_by_their_endings(shell, saved):
    said = shell(f"map {saved} -o map.html -o map.PNG").out
    assert said.startswith(
        "map.html and map.PNG: 44 of 44 words. The plane in which the words differ most (PCA)."
    )
    assert Path("map.html").read_text().startswith("<!doctype html>")
    assert Path("map.PNG").read_bytes().startswith(b"\x89PNG")


def test_the_answer_as_json(shell, saved):
    answer = shell.json(f"map {saved} -o map.html --top 10")
    assert answer["maps"] == ["map.html"]
    assert (answer["words"], answer["vocabulary"], answer["method"]) == (10, 44, "pca")
    assert 0 < sum(answer["explained"]) <= 1
    assert "answers" not in answer


def test_an_analogy_is_answered_in_words_and_in_json(shell, saved):
    said = shell(f"map {saved} -o map.html --analogy man,woman,king").out
    assert "man is to woman as king is to: queen 0." in said
    assert "set aside: " in said
    answer = shell.json(f"map {saved} -o map.html --analogy man,woman,king --method pca")
    assert answer["method"] == "pca"
    assert answer["answers"][0]["word"] == "queen"
    assert [one["word"] for one in answer["excluded"]] == ["man", "woman", "king"]
    assert all(one["rank"] >= 1 for one in answer["excluded"])


def test_words_and_their_neighbours_are_chosen(shell, saved):
    assert shell.json(f"map {saved} -o map.html --words king,queen")["words"] == 2
    assert shell.json(f"map {saved} -o map.html --around king --near 6")["words"] == 7
    assert shell.json(f"map {saved} -o map.html --words word39 --top 5")["words"] == 6


def test_vectors_come_from_files_too_and_from_the_matrix_that_is_asked_for(shell, saved):
    Path("vectors.txt").write_text("3 2\nking 1 0\nqueen 0 1\nman 1 1\n")
    assert shell.json("map vectors.txt -o map.html")["words"] == 3
    assert "keeps no output vectors" in shell.error(f"map {saved} -o map.html --matrix output", 2)


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ("-o map.gif", 2, "a page (.html) or an image (.png), got 'map.gif'"),
        ("-o map", 2, "got 'map'"),
        ("", 2, "--output is missing"),
        ("-o map.html --method mds", 2, "mds"),
        ("-o map.html --words king,,queen", 2, "--words takes words between commas"),
        ("-o map.html --words king,qeen", 2, "'qeen'"),
        ("-o map.html --analogy man,woman", 2, "three different words"),
        ("-o map.html --top 1.5", 2, "1.5"),
        ("-o missing/map.html", 3, "the folder missing does not exist"),
    ],
)
def test_what_is_refused(shell, saved, options, code, message):
    assert message in shell.error(f"map {saved} {options}", code)
    assert not Path("map.html").exists()


def test_a_folder_in_the_way_and_vectors_that_are_not_there(shell, saved):
    Path("map.html").mkdir()
    assert "is a folder" in shell.error(f"map {saved} -o map.html", 3)
    assert "missing" in shell.error("map missing -o other.html", 3)
