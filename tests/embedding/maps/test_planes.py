"""Projections onto planes, beside scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from nextword.embedding.maps.planes import analogy_axes, explained, principal_axes

seeds = st.integers(0, 2**32 - 1)


def points_of(seed: int, count: int = 30, size: int = 6):
    return np.random.default_rng(seed).normal(size=(count, size)) * np.arange(size, 0, -1) + 3


@given(seeds)
def test_principal_axes_are_those_of_scikit_learn(seed):
    points = points_of(seed)
    oracle = PCA(2, svd_solver="full").fit(points)
    axes = principal_axes(points)
    assert np.abs(axes @ oracle.components_.T) == pytest.approx(np.eye(2), abs=1e-8)
    assert explained(points, axes) == pytest.approx(oracle.explained_variance_ratio_)


@given(seeds)
def test_signs_do_not_depend_on_the_order_of_the_points(seed):
    points = points_of(seed)
    assert principal_axes(points[::-1]) == pytest.approx(principal_axes(points), abs=1e-8)
    assert (np.max(principal_axes(points), axis=1) == np.abs(principal_axes(points)).max(axis=1)).all()


@given(seeds)
def test_the_parallelogram_keeps_its_true_shape(seed):
    points = points_of(seed)
    a, b, c = points[:3]
    axes = analogy_axes(points, a, b, c)
    assert axes @ axes.T == pytest.approx(np.eye(2))
    corners = np.stack([a, b, c, c - a + b])
    flat = corners @ axes.T
    distances = np.linalg.norm(corners[:, None] - corners, axis=-1)
    assert np.linalg.norm(flat[:, None] - flat, axis=-1) == pytest.approx(distances)
    assert (flat[2] - flat[0])[1] == pytest.approx(0, abs=1e-9)
    assert (flat[2] - flat[0])[0] > 0
    assert (flat[1] - flat[0])[1] > 0


def test_three_words_on_a_line_still_give_a_plane():
    points = points_of(1)
    a, b = points[:2]
    axes = analogy_axes(points, a, a + 3 * (b - a), b)
    assert axes @ axes.T == pytest.approx(np.eye(2), abs=1e-9)
    assert analogy_axes(points, a, b, a) == pytest.approx(principal_axes(points))


def test_points_on_a_line_have_one_axis_and_points_in_one_place_none():
    line = np.outer(np.arange(4.0), [0.6, 0.8])
    assert principal_axes(line) == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))
    assert explained(line, principal_axes(line)) == pytest.approx((1, 0))
    assert principal_axes(line[:, :1]).shape == (2, 1)
    place = np.ones((5, 3))
    assert not principal_axes(place).any()
    assert explained(place, principal_axes(place)) == (0, 0)
