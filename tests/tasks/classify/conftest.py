"""Small labelled texts, as fixtures: test folders are not packages, so there is no import path to them."""

import numpy as np
import pytest

from nextword.tasks.classify.settings import ClassifierSettings
from nextword.tasks.classify.train import train_classifier

GOOD = ("great", "lovely", "excellent", "works")
BAD = ("broken", "awful", "terrible", "fails")
THINGS = ("phone", "case", "headset", "charger", "battery", "screen")
SMALL = {"size": 12, "hidden": 8, "epochs": 6, "batch": 8, "rate": 0.02}


def make_texts(count=80, seed=0):
    """Sentences in which one word decides, half of them good."""
    random = np.random.default_rng(seed)
    texts, labels = [], []
    for number in range(count):
        is_good = number % 2 == 0
        word = random.choice(GOOD if is_good else BAD)
        thing, other = random.choice(THINGS, 2)
        texts.append(
            str(
                random.choice(
                    [f"A {word} {thing}.", f"The {thing} and the {other}: {word}!", f"{word} {thing}"]
                )
            )
        )
        labels.append("good" if is_good else "bad")
    return texts, labels


@pytest.fixture(scope="session")
def reviews():
    return make_texts()


@pytest.fixture(scope="session")
def train(reviews):
    """A function that trains a small classifier on the reviews."""

    def make(texts=None, labels=None, begin=None, **changes):
        settings = ClassifierSettings(**{**SMALL, **changes})
        return train_classifier(texts or reviews[0], labels or reviews[1], settings, begin=begin)

    return make


@pytest.fixture(scope="session")
def classifier(train):
    return train()


@pytest.fixture(scope="session")
def others():
    return make_texts(40, seed=9)
