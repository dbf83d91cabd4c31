import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.embedding.graphs.edges import read_edges
from nextword.errors import InputError

names = st.sampled_from(["a", "b", "ü", "node-7", "10", "#tag", "x,y"])
spaces = st.sampled_from([" ", "\t", "  ", " \t"])
weights = st.sampled_from(["", "1", "2.5", "1e-3", "0.125\r"])


@st.composite
def lines(draw):
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return draw(st.sampled_from(["", "# a remark with many words", "  ", "\t# another"])), None
    first, second, weight = draw(names.filter(lambda name: name[0] != "#")), draw(names), draw(weights)
    line = draw(spaces).join([first, second, weight] if weight else [first, second])
    return line, (first, second, float(weight or 1))


@given(st.lists(lines(), min_size=1, max_size=20).filter(lambda found: any(edge for _, edge in found)))
def test_lines_are_edges(tmp_path_factory, found):
    path = tmp_path_factory.mktemp("edges") / "graph.edg"
    path.write_bytes("\n".join(line for line, _ in found).encode())
    edges = [edge for _, edge in found if edge]
    graph = read_edges([path], directed=True)
    assert list(graph.nodes) == list(dict.fromkeys(name for edge in edges for name in edge[:2]))
    masses = np.zeros((len(graph), len(graph)))
    for first, second, weight in edges:
        masses[graph.nodes.index(first), graph.nodes.index(second)] += weight
    dense = np.zeros_like(masses)
    entries = np.repeat(np.arange(len(graph)), graph.degrees), graph.neighbours
    dense[entries] = masses.max() if graph.weights is None else graph.weights
    assert dense == pytest.approx(masses, rel=1e-15)


def test_gzip_and_several_files_are_one_graph(tmp_path):
    (tmp_path / "one.edg").write_text("a b\n")
    (tmp_path / "two.gz").write_bytes(gzip.compress(b"b c\n"))
    told = []
    graph = read_edges([tmp_path / "one.edg", tmp_path / "two.gz"], progress=told.append)
    assert list(graph.nodes) == ["a", "b", "c"]
    assert graph.edges == 2
    assert sum(told) == sum(path.stat().st_size for path in tmp_path.iterdir())


def test_unweighted_skips_what_follows_the_names(tmp_path):
    (tmp_path / "graph.edg").write_text("a b 3 2026-01-01\nb a nan\nb c\n")
    graph = read_edges([tmp_path / "graph.edg"], weighted=False)
    assert graph.weights is None
    assert graph.edges == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a", "'a' is one name"),
        ("a,b", "'a,b' is one name.*not a comma"),
        ("a b c", "'c' is not a weight"),
        ("a b -1", "'-1' is not a weight"),
        ("a b 0", "'0' is not a weight"),
        ("a b nan", "'nan' is not a weight"),
        ("a b inf", "'inf' is not a weight"),
        ("a b 1e999", "'1e999' is not a weight"),
        ("a b 0x10", "'0x10' is not a weight"),
        ("a b 1 2", "'a b 1 2' has 4 fields"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, message):
    path = tmp_path / "graph.edg"
    path.write_text(f"# two names a line\na b\n\n{line}\nb c\n")
    with pytest.raises(InputError, match=f"graph.edg: line 4: {message}"):
        read_edges([path])


def test_a_file_of_remarks_has_no_edge(tmp_path):
    (tmp_path / "graph.edg").write_text("# nothing\n\n")
    with pytest.raises(InputError, match="not one edge"):
        read_edges([tmp_path / "graph.edg"])
