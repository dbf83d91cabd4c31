"""t-SNE and UMAP keep neighbours together, and the same seed gives the same map."""

import sys

import numpy as np
import pytest

from nextword.embedding.maps import map_words
from nextword.embedding.maps.words import arrow, axes, layout
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import MissingDependencyError


@pytest.fixture(scope="module")
def groups():
    """Two groups of words that have nothing in common."""
    chance = np.random.default_rng(1)
    matrix = chance.normal(0, 0.1, (40, 8)).astype(np.float32)
    matrix[::2, 0] += 1
    matrix[1::2, 1] += 1
    return WordVectors([f"w{number}" for number in range(40)], matrix)


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_groups_stay_apart_and_a_seed_gives_one_map(groups, method):
    drawn = map_words(groups, method=method, seed=4)
    distances = np.linalg.norm(drawn.positions[:, None] - drawn.positions, axis=-1)
    np.fill_diagonal(distances, np.inf)
    same_group = (distances.argmin(axis=1) - np.arange(40)) % 2 == 0
    assert same_group.mean() > 0.9
    assert np.array_equal(map_words(groups, method=method, seed=4).positions, drawn.positions)
    assert drawn.explained is None
    assert axes(drawn) is None
    assert "distances, directions and the sizes of groups mean little" in layout(drawn)


def test_another_seed_gives_another_map(groups):
    one, other = (map_words(groups, method="umap", seed=seed).positions for seed in (4, 5))
    assert not np.array_equal(one, other)


def test_an_arrow_leads_to_the_first_answer_where_directions_mean_nothing(groups):
    drawn = map_words(groups, method="tsne", analogy=("w0", "w1", "w2"))
    assert np.array_equal(drawn.target, drawn.place(drawn.analogy.answers[0]))
    assert arrow(drawn).startswith("The arrow from w2 leads to the first answer")


@pytest.mark.parametrize(
    ("method", "module", "extra"), [("tsne", "sklearn.manifold", "plot"), ("umap", "umap", "umap")]
)
def test_a_missing_library_is_named_with_its_remedy(groups, monkeypatch, method, module, extra):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingDependencyError, match=rf"pip install 'nextword\[{extra}\]'"):
        map_words(groups, method=method)
