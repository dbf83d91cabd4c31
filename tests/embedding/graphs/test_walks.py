"""Walks follow edges, in the proportions that node2vec states, whatever the number of threads."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, chisquare

from nextword.embedding.graphs import walks as walks_module
from nextword.embedding.graphs.communities import two_communities
from nextword.embedding.graphs.graph import Graph
from nextword.embedding.graphs.walks import Walks, WalkSettings
from nextword.errors import SettingError

NODES = 7
graphs = st.builds(
    lambda edges, directed: Graph.from_edges([*"abcdefg"], *zip(*edges, strict=True), directed=directed),
    st.lists(
        st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.floats(0.1, 10)),
        min_size=1,
        max_size=25,
    ),
    st.booleans(),
)
parameters = st.sampled_from([0.01, 0.5, 1.0, 4.0])
SMALL = Graph.from_edges(range(6), [0, 0, 0, 1, 2, 2, 3, 4, 4], [1, 2, 3, 2, 3, 4, 5, 5, 4])
RANDOM = np.random.default_rng(4)


def weighted(graph):
    """The same graph with weights from a tenth to ten."""
    sources = np.repeat(np.arange(len(graph)), graph.degrees)
    once = sources <= graph.neighbours
    masses = 10 ** RANDOM.uniform(-1, 1, np.count_nonzero(once))
    return Graph.from_edges(graph.nodes, sources[once], graph.neighbours[once], masses)


def dense(graph):
    """The weights of all edges, (V, V)."""
    matrix = np.zeros((len(graph), len(graph)))
    sources = np.repeat(np.arange(len(graph)), graph.degrees)
    matrix[sources, graph.neighbours] = 1 if graph.weights is None else graph.weights
    return matrix


def exact(graph, p, q):
    """P(next | before, now) as the paper has it, (V, V, V)."""
    masses = dense(graph)
    bias = np.where(masses[:, None, :] > 0, 1, 1 / q)  # (before, 1, next)
    bias = np.where(np.eye(len(graph), dtype=bool)[:, None, :], 1 / p, bias)
    chances = bias * masses[None, :, :]
    return chances / np.maximum(chances.sum(-1, keepdims=True), 1e-300)


def all_rows(graph, how, threads=1):
    return np.concatenate(list(Walks(graph, how, threads)))


@given(graphs, parameters, parameters, st.integers(0, 2**64))
def test_every_step_is_an_edge_and_only_dead_ends_end_a_walk(graph, p, q, seed):
    how = WalkSettings(walks=3, length=9, p=p, q=q, seed=seed)
    rows = all_rows(graph, how)
    assert rows.shape == (3 * NODES, 9)
    for number in range(3):
        assert sorted(rows[number * NODES : (number + 1) * NODES, 0]) == list(range(NODES))
    edges = dense(graph) > 0
    for row in rows.tolist():
        for now, after in itertools.pairwise(row):
            if now < 0 or graph.degrees[now] == 0:
                assert after == -1
            else:
                assert edges[now, after]
    assert np.array_equal(Walks(graph, how).visits(), np.bincount(rows[rows >= 0], minlength=NODES))


@settings(max_examples=20)
@given(graphs, st.sampled_from([1.0, 0.5]), st.integers(1, 7), st.integers(1, 200))
def test_threads_and_batches_change_no_walk(graph, p, threads, batch):
    how = WalkSettings(walks=4, length=6, p=p)
    whole = all_rows(graph, how)
    before = walks_module.BATCH
    walks_module.BATCH = batch
    try:
        assert np.array_equal(all_rows(graph, how, threads), whole)
    finally:
        walks_module.BATCH = before


def test_seeds_and_rounds_make_different_walks():
    rows = all_rows(two_communities(20), WalkSettings(walks=2, length=40))
    again = all_rows(two_communities(20), WalkSettings(walks=2, length=40, seed=2))
    walks = {tuple(row) for row in np.concatenate([rows, again]).tolist()}
    assert len(walks) == 160


@pytest.mark.parametrize("graph", [SMALL, weighted(SMALL)], ids=["unweighted", "weighted"])
def test_first_order_steps_follow_the_weights(graph):
    rows = all_rows(graph, WalkSettings(walks=3000, length=20))
    chances = dense(graph) / dense(graph).sum(1, keepdims=True)
    check_frequencies(
        Counter(zip(rows[:, :-1].ravel().tolist(), rows[:, 1:].ravel().tolist(), strict=True)), chances
    )


@pytest.mark.parametrize(
    ("p", "q"),
    # The last has nearly all draws refused where two nodes share no neighbour: probabilities are added up instead.
    [(0.25, 4.0), (4.0, 0.25), (0.05, 1.0), (1.0, 2.0), (100.0, 0.5), (0.25, 0.1), (300.0, 300.0)],
)
@pytest.mark.parametrize("graph", [SMALL, weighted(SMALL)], ids=["unweighted", "weighted"])
def test_second_order_steps_follow_node2vec(graph, p, q):
    rows = all_rows(graph, WalkSettings(walks=2000, length=20, p=p, q=q))
    triples = zip(
        rows[:, :-2].ravel().tolist(),
        rows[:, 1:-1].ravel().tolist(),
        rows[:, 2:].ravel().tolist(),
        strict=True,
    )
    check_frequencies(Counter(triples), exact(graph, p, q))


def check_frequencies(counts, chances):
    """A chi-square test over all contexts at once: their statistics add up, as do their degrees of freedom."""
    statistic, freedom = 0.0, 0
    for context in itertools.product(range(len(chances)), repeat=chances.ndim - 1):
        expected = chances[context]
        found = np.array([counts[*context, after] for after in range(len(expected))])
        total = found.sum()
        if total == 0:
            continue
        assert not found[expected == 0].any()
        possible = expected > 0
        if np.count_nonzero(possible) > 1:
            statistic += chisquare(
                found[possible], expected[possible] * total / expected[possible].sum()
            ).statistic
            freedom += np.count_nonzero(possible) - 1
    assert freedom > 10
    assert chi2.sf(statistic, freedom) > 1e-4


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"walks": 0}, "number of walks"),
        ({"length": 1}, "length of a walk"),
        ({"p": 0}, "p must be"),
        ({"q": float("nan")}, "q must be"),
        ({"q": float("inf")}, "q must be"),
        ({"seed": -1}, "seed"),
    ],
)
def test_settings_that_make_no_walks_are_refused(wrong, message):
    with pytest.raises(SettingError, match=message):
        WalkSettings(**wrong)


def test_no_threads_are_refused():
    with pytest.raises(SettingError, match="at least 1 thread"):
        Walks(SMALL, threads=0)
