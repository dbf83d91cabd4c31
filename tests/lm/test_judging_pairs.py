"""Minimal pairs: which sentence a model finds likelier."""

import numpy as np
import pytest

from nextword.errors import InputError, SettingError
from nextword.lm.pairs import judge_pairs, score_pairs
from nextword.ngram.train import train_on_lines
from nextword.text.pairs import Pair


def pair(good, bad, **fields):
    return Pair(good, bad, fields, "pair")


@pytest.fixture(scope="module")
def students():
    return train_on_lines(["the student is tall", "the students are tall", "the students are old"], order=2)


def test_the_likelier_sentence_is_right(students):
    pairs = [
        pair("the student is tall", "the student are tall", number="one"),
        pair("the students are old", "the students is old", number="many"),
        pair("the students is old", "the students are old", number="many"),
    ]
    report = score_pairs(students, pairs, by=["number"])
    assert report.overall.pairs == 3
    assert report.overall.accuracy == pytest.approx(2 / 3)
    assert report.groups["number"]["one"].accuracy == 1
    assert report.groups["number"]["many"].accuracy == 0.5
    assert (report.unknown, report.affected) == ({}, 0)
    assert report.tokens == 24
    for judged in judge_pairs(students, pairs):
        assert judged.good == pytest.approx(students.score(judged.pair.good), abs=1e-12)
        assert judged.bad == pytest.approx(students.score(judged.pair.bad), abs=1e-12)


def test_ties_count_as_half_and_unknown_words_are_counted(students):
    report = score_pairs(students, [pair("the zebra is tall", "the gnu is tall"), pair("a gnu", "a student")])
    assert report.overall.ties == 1
    assert report.unknown == {"zebra": 1, "gnu": 2, "a": 2}
    assert report.affected == 2
    assert report.overall.accuracy == (0.5 + report.overall.right) / 2


@pytest.mark.parametrize("kind", ["whitespace", "words", "characters"])
def test_unknown_words_are_those_of_the_tokenizer_as_many_as_it_made_unknown(kind):
    model = train_on_lines(["the gnu is open"] * 2, order=2, tokenizer=kind)
    good, bad = "the zebra, the-gnu is open.", "w1\u2028w2 the\xa0zebra"
    report = score_pairs(model, [pair(good, bad)])
    ids = np.concatenate([model.tokenizer.encode(text) for text in (good, bad)])
    assert sum(report.unknown.values()) == np.count_nonzero(ids == 0)
    assert report.affected == 1
    if kind == "words":
        assert report.unknown == {"zebra": 2, ",": 1, "-": 1, ".": 1, "w1": 1, "w2": 1}


def test_pairs_are_judged_batch_by_batch(students):
    told = []
    many = [pair("the student is tall", "the student are tall")] * 1200
    report = score_pairs(students, iter(many), progress=told.append)
    assert report.overall.right == 1200
    assert sum(told) == 1200
    assert len(told) > 1


def test_what_cannot_be_grouped_or_judged_is_refused(students):
    with pytest.raises(SettingError, match="no field 'UID' to group by; fields: number"):
        score_pairs(students, [pair("a", "b", number="one")], by=["UID"])
    with pytest.raises(InputError, match="no pairs"):
        score_pairs(students, [])
    with pytest.raises(InputError, match="pair: "):
        score_pairs(students, [pair("the <s> student", "the student")])


def test_sums_do_not_hang_on_the_order_of_words():
    even = train_on_lines(["a b c d e f g h"], order=1, smoothing="modified-kneser-ney")
    words = list("abcdefgh")
    shuffled = np.random.default_rng(0).permutation(words).tolist()
    assert score_pairs(even, [pair(" ".join(words), " ".join(shuffled))]).overall.ties == 1
