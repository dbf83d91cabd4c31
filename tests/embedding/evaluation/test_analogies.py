"""The analogy test follows word2vec's protocol, and agrees with gensim."""

import numpy as np
import pytest
from gensim.models import KeyedVectors

from nextword.embedding.evaluation.analogies import evaluate_analogies
from nextword.embedding.evaluation.questions import read_analogies
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import InputError, SettingError

COUNTRIES = ["greece", "iraq", "thailand", "china", "germany", "egypt"]
CAPITALS = ["athens", "baghdad", "bangkok", "beijing", "berlin", "cairo"]


@pytest.fixture
def words():
    return [word for pair in zip(COUNTRIES, CAPITALS, strict=True) for word in pair] + [
        "Berlin", *(f"other{row}" for row in range(60)), "late"
    ]  # fmt: skip


@pytest.fixture
def vectors(words):
    """Capitals are their countries and one direction more, with noise that spoils some answers."""
    chance = np.random.default_rng(2)
    made = chance.standard_normal((len(words), 8), dtype=np.float32)
    step = chance.standard_normal(8)
    for country, capital in zip(COUNTRIES, CAPITALS, strict=True):
        made[words.index(capital)] = made[words.index(country)] + step + 0.9 * chance.standard_normal(8)
    made[words.index("Berlin")] = made[words.index("berlin")] * 1.1
    return made


@pytest.fixture
def questions(tmp_path):
    lines = [": capital-common", "", "Athens Greece Unknown Iraq", "athens greece berlin late"]
    pairs = list(zip(CAPITALS, COUNTRIES, strict=True))
    lines += [f"{a} {b} {c} {d}" for a, b in pairs for c, d in pairs if a != c]
    lines += [": gram1-turned-round"]
    lines += [f"{b} {a} {d.title()} {c}" for a, b in pairs for c, d in pairs if a != c]
    path = tmp_path / "questions.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("restrict", [None, 13, 60, 30_000])
@pytest.mark.parametrize("fold_case", [True, False])
def test_accuracies_are_those_of_gensim(words, vectors, questions, restrict, fold_case):
    theirs = KeyedVectors(8)
    theirs.add_vectors(words, vectors)
    _, sections = theirs.evaluate_word_analogies(
        questions, restrict_vocab=restrict or len(words), case_insensitive=fold_case
    )
    report = evaluate_analogies(
        WordVectors(words, vectors), questions, restrict=restrict, fold_case=fold_case
    )
    for ours, section in zip([*report.sections, report.total], sections, strict=True):
        assert ours.correct == len(section["correct"])
        assert ours.seen == len(section["correct"]) + len(section["incorrect"])


def test_what_is_counted(words, vectors, questions):
    report = evaluate_analogies(WordVectors(words, vectors), questions, restrict=13)
    semantic, syntactic = report.sections
    assert (semantic.questions, semantic.seen) == (32, 30)
    assert (report.semantic.seen, report.syntactic.seen) == (semantic.seen, syntactic.seen)
    assert 0 < report.total.correct < report.total.seen
    said = report.as_dict()
    assert (said["seen"], said["questions"], said["restrict"]) == (60, 62, 13)
    assert said["accuracy"] == (semantic.correct + syntactic.correct) / 60
    assert said["mul"]["semantic"] == semantic.correct_mul / 30


def test_nothing_seen_has_no_accuracy(questions):
    report = evaluate_analogies(WordVectors(["a"], np.ones((1, 2), dtype=np.float32)), questions)
    assert report.as_dict()["accuracy"] is None
    assert report.total.seen == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b c d\n", "line 1: .* before any section"),
        (": x\na b c\n", "line 2: .* has 3"),
        (": x\na b c d\n\na b c d e\n", "line 4: .* has 5"),
        (": x\n", "no questions"),
        ("\n", "no questions"),
        ("", "empty"),
    ],
)
def test_malformed_files_are_refused_by_line(tmp_path, text, message):
    (tmp_path / "q.txt").write_text(text)
    with pytest.raises(InputError, match=message):
        read_analogies(tmp_path / "q.txt")


def test_no_words_to_ask(words, vectors, questions):
    with pytest.raises(SettingError, match="restrict must be 1 or more"):
        evaluate_analogies(WordVectors(words, vectors), questions, restrict=0)
