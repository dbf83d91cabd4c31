"""The small languages: right by their own rules, balanced, seeded, and with nothing to learn by heart."""

import re

import numpy as np
import pytest

from nextword.errors import SettingError
from nextword.lm.pairs import score_pairs
from nextword.ngram.train import train_on_lines
from nextword.tasks.probes.agreement import PLACES, SUBJECTS
from nextword.tasks.probes.brackets import KINDS
from nextword.tasks.probes.names import PROBES
from nextword.tasks.probes.probe import make_language


def is_right(name: str, sentence: str) -> bool:
    """Whether a sentence keeps the rule of its language, found out from the sentence alone."""
    words = sentence.split()
    if name == "agreement":
        subject, verb = words[1], next(word for word in words if word in {"is", "are", "was", "were"})
        singular = subject in {one for one, _ in SUBJECTS}
        return singular == (verb in {"is", "was"})
    if name == "copy":
        middle = words.index("=")
        return words[:middle] == words[middle + 1 :]
    if name == "recall":
        told = dict(zip(words[:-3:2], words[1:-3:2], strict=True))
        return words[-3] == "?" and told[words[-2]] == words[-1]
    waiting = []
    closes = dict(KINDS)
    for word in words:
        if word in closes:
            waiting.append(closes[word])
        elif not waiting or waiting.pop() != word:
            return False
    return not waiting


@pytest.mark.parametrize("name", PROBES)
def test_a_language_is_right_and_its_pairs_differ_in_one_word(name):
    probe = PROBES[name]
    language = make_language(probe, sentences=500, pairs=20, seed=3)
    assert len(language.lines) == 500
    assert all(is_right(name, line) for line in language.lines)
    assert [int(pair.fields["distance"]) for pair in language.pairs] == [
        distance for distance in probe.distances for _ in range(20)
    ]
    heard = set(language.lines)
    for pair in language.pairs:
        assert is_right(name, pair.good)
        assert not is_right(name, pair.bad)
        assert pair.good not in heard
        good, bad = pair.good.split(), pair.bad.split()
        assert sum(one != other for one, other in zip(good, bad, strict=True)) == 1


@pytest.mark.parametrize("name", PROBES)
def test_who_sees_only_the_last_words_is_right_half_the_time(name):
    """Each pair has a twin in which the other word is right after the same last words."""
    language = make_language(PROBES[name], sentences=300, pairs=40, seed=1)
    bigram = train_on_lines(language.lines, order=2)
    far = [pair for pair in language.pairs if int(pair.fields["distance"]) >= 3]
    assert score_pairs(bigram, far).overall.accuracy == 0.5


def test_agreement_has_as_many_phrases_as_asked_and_is_balanced():
    language = make_language(PROBES["agreement"], sentences=3000, pairs=2, seed=2)
    nouns = {noun.split()[-1]: number for pair in (*PLACES, *SUBJECTS) for number, noun in enumerate(pair)}
    numbers = [[nouns[word] for word in line.split() if word in nouns][1:] for line in language.lines]
    counts = np.bincount([len(each) for each in numbers], minlength=9)
    assert len(counts) == 9
    assert (np.diff(counts) < 20).all()  # the rarer the further
    assert counts[0] > 5 * counts[3] > 0
    subjects = {noun for pair in SUBJECTS for noun in pair}
    inner = [word for line in language.lines for word in line.split()[2:] if word in nouns]
    assert (
        0.4 < np.mean([word in subjects for word in inner]) < 0.6
    )  # nor is it enough to know subjects by sight
    last = np.array([each[-1] for each in numbers if each])
    verbs = np.array(
        [
            bool(re.search(r"\b(are|were)\b", line))
            for line, each in zip(language.lines, numbers, strict=True)
            if each
        ]
    )
    assert abs(last.mean() - 0.5) < 0.04
    assert abs(verbs.mean() - 0.5) < 0.04
    assert abs(np.corrcoef(last, verbs)[0, 1]) < 0.08  # the nearest noun says nothing of the verb


def test_no_place_in_a_question_is_that_of_its_answer():
    language = make_language(PROBES["recall"], sentences=3000, pairs=2, seed=2)
    told = [line.split() for line in language.lines]
    for place in range(1, 12):
        for counted in (
            place,
            -3 - place,
        ):  # from the beginning, and from the end: near ones are asked for most
            same = [len(line) > place + 3 and line[counted] == line[-1] for line in told]
            assert np.mean(same) < (0.5 if counted > 0 else 0.8)


@pytest.mark.parametrize("name", PROBES)
def test_the_shortest_sentences_are_not_learned_by_heart(name):
    probe = PROBES[name]
    shortest = {"brackets": 0, "copy": 1}.get(name, 0)
    language = make_language(probe, sentences=50, pairs=2, distances=(shortest,))
    lines = {" ".join(line.split()) for line in language.lines}
    assert lines.isdisjoint(" ".join(pair.good.split()) for pair in language.pairs)


def test_a_seed_makes_the_same_language_and_another_seed_another():
    first, again, other = (
        make_language(PROBES["recall"], sentences=50, pairs=4, seed=seed) for seed in (1, 1, 2)
    )
    assert first == again
    assert first.lines != other.lines


@pytest.mark.parametrize(
    ("name", "how", "said"),
    [
        ("agreement", {"sentences": 0}, "at least 1 sentence"),
        ("agreement", {"pairs": 3}, "come in twos"),
        ("agreement", {"distances": ()}, "different numbers"),
        ("agreement", {"distances": (1, 1)}, "different numbers"),
        ("agreement", {"distances": (-1,)}, "from 0 to 1000"),
        ("recall", {"distances": (23,)}, "from 0 to 22"),
        ("brackets", {"distances": (0,)}, "too few sentences of 0 pairs"),
        ("copy", {"distances": (1,), "pairs": 26}, "too few sentences of 1 letters"),
    ],
)
def test_languages_that_cannot_be_made_are_refused(name, how, said):
    with pytest.raises(SettingError, match=said):
        make_language(PROBES[name], **{"sentences": 100, "pairs": 10, **how})
