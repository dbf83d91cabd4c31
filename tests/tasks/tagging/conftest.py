import random

import pytest

from nextword.tasks.tagging.files.sentences import Sentence
from nextword.tasks.tagging.settings import TaggerSettings

PEOPLE = ["Ann", "Bob", "Clara", "Eva Smith", "Finn Jones", "Gus B. Hill"]
PLACES = ["Rome", "New York", "Oslo", "Rio de Janeiro"]


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Trainings take one thread: to find out whether two are faster takes longer than all of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEXTWORD_THREADS", "1")
        yield


def named_sentence(choose):
    person, place = choose.choice(PEOPLE).split(), choose.choice(PLACES).split()
    words = [*person, choose.choice(["lives", "works"]), "in", *place, "."]
    tags = ["B-PER", *["I-PER"] * (len(person) - 1), "O", "O", "B-LOC", *["I-LOC"] * (len(place) - 1), "O"]
    features = tuple("name" if tag != "O" else "other" for tag in tags)
    return Sentence(words=tuple(words), tags=tuple(tags), features=(features,))


@pytest.fixture(scope="session")
def sentences():
    """Sentences of people and places, with a column of features that tells where names are."""
    choose = random.Random(1)
    return [named_sentence(choose) for _ in range(80)]


@pytest.fixture(scope="session")
def plain(sentences):
    """The same without the features."""
    return [Sentence(words=each.words, tags=each.tags) for each in sentences]


@pytest.fixture(scope="session")
def small():
    """Settings of which a training takes a second."""

    def make(**changed):
        usual = {
            "size": 12,
            "hidden": 10,
            "character_size": 6,
            "character_hidden": 8,
            "affix_size": 5,
            "case_size": 3,
            "feature_size": 4,
            "epochs": 12,
            "batch": 8,
            "rate": 0.02,
        }
        return TaggerSettings(**{**usual, **changed})

    return make
