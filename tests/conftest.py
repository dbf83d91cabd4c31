"""Texts and models that many tests use."""

import os
import random

import pytest
from hypothesis import settings

from nextword.ngram.train import train_on_lines

settings.register_profile("default", deadline=None, max_examples=60)
settings.load_profile("default")

# The first call of a kernel compiles it; the tests must not depend on which comes first.
os.environ.setdefault("COLUMNS", "200")

WORDS = ["the", "cat", "dog", "sat", "on", "mat", "a", "ran", "saw", "and", "his", "her", "old", "man"]


def make_lines(count: int, seed: int = 0, words=WORDS) -> list[str]:
    """Lines of a random text whose words depend on the word before, so that orders differ."""
    chance = random.Random(seed)
    follows = {word: chance.sample(words, 4) for word in words}
    lines = []
    for _ in range(count):
        word = chance.choice(words)
        line = [word]
        while chance.random() < 0.85:
            word = chance.choice(follows[word]) if chance.random() < 0.8 else chance.choice(words)
            line.append(word)
        lines.append(" ".join(line))
    return lines


@pytest.fixture(scope="session")
def lines():
    return make_lines(300)


@pytest.fixture(scope="session")
def model(lines):
    return train_on_lines(lines, order=3)
