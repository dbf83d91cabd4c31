"""Vectors to draw, and a browser that looks at the page."""

import numpy as np
import pytest

from nextword.embedding.vectors.vectors import WordVectors


@pytest.fixture(scope="session")
def vectors():
    """Royalty across, gender up, and 200 words about the origin: king - man + woman is queen."""
    chance = np.random.default_rng(3)
    named = {"man": (-1, -1), "woman": (-1, 1), "king": (1, -1), "queen": (1, 1)}
    words = [*named, *(f"word{number}" for number in range(200))]
    matrix = chance.normal(0, 0.25, (len(words), 12)).astype(np.float32)
    for row, (across, up) in enumerate(named.values()):
        matrix[row] *= 0.2
        matrix[row, 3], matrix[row, 7], matrix[row, 9] = across, up, 1
    counts = (9000 / np.arange(1, len(words) + 1)).astype(np.int64)
    return WordVectors(words, matrix, counts)


@pytest.fixture
def browse(open_page):
    """Opens maps."""
    return lambda drawn, address="": open_page(drawn.html(), address)
