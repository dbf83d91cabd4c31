"""``nextword train node2vec``: from an edge list to neighbours."""

import gzip
import io
import sys

import pytest

from nextword.embedding.graphs.communities import two_communities
from nextword.store.vectors import load_vectors


@pytest.fixture
def friends(shell):
    graph = two_communities(10)
    lines = [
        f"{graph.nodes[node]}\t{graph.nodes[other]}\n"
        for node in range(20)
        for other in graph.neighbours_of(node)
        if node < other
    ]
    (shell.folder / "friends.gz").write_bytes(gzip.compress("".join(lines).encode()))
    return "friends.gz"


def test_a_graph_becomes_vectors_whose_neighbours_are_neighbours(shell, friends):
    made = shell.json(f"train node2vec {friends} -o vectors --size 16")
    assert made["vectors"] == "vectors"
    assert made["nodes"] == 20
    assert made["edges"] == two_communities(10).edges
    assert made["walks"] == 200
    assert made["words_per_second"] > 0
    near = shell.json("similar vectors a3 -k 3")["neighbours"]
    assert {neighbour["word"][0] for neighbour in near} == {"a"}


def test_settings_reach_the_vectors(shell, friends):
    out = shell(
        f"train node2vec {friends} -o vectors --walks 2 --length 5 --p 0.5 --q 2 --directed --seed 4 "
        "--size 8 --window 3"
    ).out
    assert "20 nodes" in out
    assert "40 walks" in out
    vectors = load_vectors(shell.folder / "vectors")
    assert vectors.vector_size == 8
    assert vectors.settings["walks"] == {"walks": 2, "length": 5, "p": 0.5, "q": 2.0, "seed": 4}
    assert vectors.settings["directed"] is True
    assert vectors.settings["word2vec"]["window"] == 3  # as word2vec itself keeps it


def test_edges_come_from_stdin_too(shell, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"ann bob 3\nbob cat\n")))
    assert shell.json("train node2vec - -o vectors --size 8 --walks 2")["edges"] == 2


def test_unweighted_skips_what_stands_behind_the_names(shell):
    (shell.folder / "edges").write_text("ann bob 3 # often\nbob cat\n")
    assert "line 1: 'ann bob 3 # often' has 5 fields" in shell.error("train node2vec edges -o vectors", 3)
    assert shell.json("train node2vec edges -o vectors --unweighted --size 8 --walks 2")["edges"] == 2


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        ("-o vectors", 2, "there is no graph"),
        ("missing.edg -o vectors", 3, "missing.edg"),
        ("friends.gz -o vectors --p 0", 2, "p must be"),
        ("friends.gz -o vectors --walks 0", 2, "number of walks"),
        ("friends.gz -o vectors --negative 0", 2, "negative"),
        ("friends.gz -o vectors --threads 0", 2, "thread"),
        ("friends.gz -o friends.gz", 3, "friends.gz"),
        ("friends.gz -o vectors --weighted", 2, "--weighted"),
    ],
)
def test_what_makes_no_vectors_is_refused(shell, friends, command, code, message):
    assert message in shell.error(f"train node2vec {command}", code)
    assert not (shell.folder / "vectors").exists()
