from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.embedding.graphs.communities import two_communities
from nextword.embedding.graphs.graph import Graph
from nextword.errors import InputError, SettingError

NODES = 6
edge_lists = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.sampled_from([0.5, 1.0, 2.0])),
    min_size=1,
    max_size=30,
)


def entries(graph):
    """Every way to go, with its weight, as plain Python sees it."""
    found = {}
    for node in range(len(graph)):
        row = graph.neighbours_of(node).tolist()
        assert row == sorted(set(row))
        for place, other in enumerate(row, int(graph.offsets[node])):
            found[node, other] = 1.0 if graph.weights is None else float(graph.weights[place])
    return found


@given(edge_lists, st.booleans())
def test_a_graph_holds_the_sums_of_its_edges(edges, directed):
    expected = Counter()
    for source, target, weight in edges:
        expected[source, target] += weight
        if not directed and source != target:
            expected[target, source] += weight
    graph = Graph.from_edges([*"abcdef"], *zip(*edges, strict=True), directed=directed)
    found = entries(graph)
    assert found.keys() == expected.keys()
    if graph.weights is None:
        assert len(set(expected.values())) == 1
    else:
        assert found == expected
    different = expected if directed else {tuple(sorted(edge)) for edge in expected}
    assert graph.edges == len(different)
    assert graph.degrees.tolist() == [sum(node == source for source, _ in found) for node in range(NODES)]


@given(edge_lists)
def test_without_weights_an_edge_counts_once(edges):
    sources, targets, _ = zip(*edges, strict=True)
    graph = Graph.from_edges([*"abcdef"], sources, targets)
    assert graph.weights is None
    assert np.array_equal(graph.neighbours, Graph.from_edges([*"abcdef"], targets, sources).neighbours)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 2], [1, 0]), "places from 0 to 1 among the 2 nodes, got 0 to 2"),
        (([-1], [0]), "got -1 to -1"),
        (([0.5], [1]), "whole numbers"),
        (([0], [1, 0]), "1 sources, 2 targets"),
        (([0], [1], [1.0, 2.0]), "2 weights"),
        (([], []), "without an edge"),
        (([0], [1], [0.0]), "positive"),
        (([0], [1], [float("nan")]), "positive"),
        (([0, 0], [1, 0], [1e308, 1e308]), "finite"),
        (([0, 0], [1, 0], [1, float("inf")]), "finite"),
    ],
)
def test_what_is_no_graph_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        Graph.from_edges(["a", "b"], *arguments)


def test_two_communities_know_their_own_better():
    graph = two_communities(20)
    circle = np.repeat([0, 1], 20)
    ends = circle[np.repeat(np.arange(40), graph.degrees)] == circle[graph.neighbours]
    assert graph.degrees.min() >= 2
    assert ends.mean() > 0.8
    assert len(graph.neighbours) == len(two_communities(20).neighbours)
    with pytest.raises(SettingError, match="size of a circle"):
        two_communities(2)
    with pytest.raises(SettingError, match="probability inside"):
        two_communities(5, inside=1.5)
