from dataclasses import replace

import numpy as np
import pytest

from nextword.embedding.graphs import train as train_module
from nextword.embedding.graphs import walks as walks_module
from nextword.embedding.graphs.communities import two_communities
from nextword.embedding.graphs.graph import Graph
from nextword.embedding.graphs.train import train_node2vec
from nextword.embedding.graphs.walks import Walks, WalkSettings
from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.errors import DivergedError, InputError

GRAPH = two_communities(20)
SETTINGS = Word2VecSettings(size=16, window=5, epochs=2)


@pytest.mark.parametrize(("p", "q"), [(1.0, 1.0), (0.5, 2.0)])
def test_nodes_are_nearest_to_their_own_circle(p, q):
    vectors = train_node2vec(GRAPH, WalkSettings(p=p, q=q), SETTINGS, threads=2)
    unit = vectors.vectors / np.linalg.norm(vectors.vectors, axis=1, keepdims=True)
    similarity = unit @ unit.T
    np.fill_diagonal(similarity, -1)
    nearest = np.argsort(-similarity, axis=1)[:, :5]
    circle = np.array([name[0] for name in vectors.words])
    assert (circle[nearest] == circle[:, None]).mean() > 0.95


def test_counts_are_visits_and_the_most_visited_come_first():
    how = WalkSettings(walks=3, length=10)
    vectors = train_node2vec(GRAPH, how, SETTINGS)
    visits = dict(zip(GRAPH.nodes, Walks(GRAPH, how).visits().tolist(), strict=True))
    assert dict(zip(vectors.words, vectors.counts.tolist(), strict=True)) == visits
    assert vectors.counts.tolist() == sorted(visits.values(), reverse=True)


def test_walks_made_anew_train_as_those_kept_do(monkeypatch):
    told = []
    kept = train_node2vec(GRAPH, WalkSettings(), SETTINGS, threads=1, progress=told.append)
    monkeypatch.setattr(train_module, "KEPT_STEPS", 0)
    monkeypatch.setattr(walks_module, "BATCH", 7 * 80)
    anew = train_node2vec(GRAPH, WalkSettings(), SETTINGS, threads=1)
    assert kept.words == anew.words
    assert np.array_equal(kept.vectors, anew.vectors)
    assert sum(told) == 2 * 40 * 10 * 80


def test_the_seed_decides_on_one_thread():
    first, again = (train_node2vec(GRAPH, settings=SETTINGS, threads=1).vectors for _ in range(2))
    assert np.array_equal(first, again)
    other = train_node2vec(GRAPH, WalkSettings(seed=2), SETTINGS, threads=1).vectors
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("objective", ["hierarchical-softmax", "softmax"])
@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_every_objective_learns_from_walks(objective, architecture):
    settings = Word2VecSettings(
        size=16, window=5, epochs=2, rate=0.05, objective=objective, architecture=architecture
    )
    vectors = train_node2vec(GRAPH, WalkSettings(), settings)
    here, there = (
        np.mean([vectors.similarity(first, other) for first in vectors.words[:5] for other in vectors.words
                 if other != first and (other[0] == first[0]) == is_same])
        for is_same in (True, False)
    )  # fmt: skip
    assert here > there + 0.2


def test_a_training_that_diverges_says_so():
    with pytest.raises(DivergedError, match="lower --rate"):
        train_node2vec(GRAPH, settings=Word2VecSettings(rate=1e30, final_rate=1e30, sample=0, epochs=3))


def test_walks_that_teach_nothing_are_refused():
    lonely = Graph.from_edges(["a", "b", "c"], [0], [0], directed=True)
    with pytest.raises(InputError, match="nothing to learn"):
        train_node2vec(lonely, settings=Word2VecSettings(sample=1e-12))


def test_dead_ends_and_lonely_nodes_have_vectors():
    graph = Graph.from_edges(["a", "b", "alone"], [0], [1], directed=True)
    vectors = train_node2vec(graph, WalkSettings(walks=5), replace(SETTINGS, sample=0))
    assert sorted(vectors.words) == ["a", "alone", "b"]
    assert vectors.words[0] == "b"
    assert np.isfinite(vectors.vectors).all()


def test_a_graph_of_one_node_is_refused():
    with pytest.raises(InputError, match="at least two"):
        train_node2vec(Graph.from_edges(["a"], [0], [0]))
