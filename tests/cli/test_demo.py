import json
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest

from nextword.cli.demo_tour import memory, networks, parts, table, tell, vector_table
from nextword.cli.main import run
from nextword.embedding.evaluation.analogies import evaluate_analogies
from nextword.embedding.evaluation.questions import Section
from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.embedding.word2vec.train import train_word2vec
from nextword.lm import LinearMixture, evaluate
from nextword.ngram.estimation.smoothing import SMOOTHINGS, make_smoothing
from nextword.ngram.train import train_ngram
from nextword.store.models import load_model
from nextword.store.vectors import load_vectors
from nextword.tasks.probes import systems as probes
from nextword.text.corpus import encode_sources
from nextword.text.python_docs import documentation_lines
from nextword.text.vocabulary import VocabularyLimits

WORDS = "15000"
"""Enough to have something to say of everything."""


@pytest.fixture(scope="module")
def lines():
    return documentation_lines()


@pytest.fixture
def known_lines(lines, monkeypatch):
    """The text is read once for all tests; processes of its own would make a small tour slower."""
    monkeypatch.setenv("NEXTWORD_THREADS", "1")
    monkeypatch.setattr(parts, "documentation_lines", lambda: lines)


def row_of(content, order, smoothing):
    (row,) = [row for row in content["rows"] if (row["order"], row["smoothing"]) == (order, smoothing)]
    return row


def without_times(content):
    """The content without what differs from run to run: seconds, and what was done in one."""
    if isinstance(content, dict):
        timed = [name for name in content if name == "seconds" or name.endswith("_per_second")]
        return {name: without_times(value) for name, value in content.items() if name not in timed}
    return [without_times(value) for value in content] if isinstance(content, list) else content


def train(folder, row):
    settings = {name: value for name, value in row["settings"].items() if name != "name"}
    return train_ngram(
        [folder / "python-docs" / "train.txt"],
        row["order"],
        make_smoothing(row["smoothing"], **settings),
        tokenizer="words",
        lowercase=True,
        limits=VocabularyLimits(min_count=2),
    )


def heldout(folder, model):
    return encode_sources([folder / "python-docs" / "heldout.txt"], model.tokenizer)


def test_there_is_a_row_for_each_order_and_smoothing(toured):
    _, content = toured
    rows = {(row["order"], row["smoothing"]) for row in content["rows"]}
    assert rows == {(order, name) for order in range(1, 6) for name in SMOOTHINGS}
    assert len(content["rows"]) == len(rows)


def test_two_words_of_context_are_better_than_one_and_one_better_than_none(toured):
    _, content = toured
    perplexities = [row_of(content, order, "modified-kneser-ney")["perplexity"] for order in (1, 2, 3)]
    assert perplexities[0] > 2 * perplexities[1] > 2 * perplexities[2] > 2


def test_maximum_likelihood_holds_much_impossible(toured):
    _, content = toured
    impossible = [row_of(content, order, "mle")["zero_probability"] for order in range(1, 6)]
    assert impossible[0] == 0
    assert impossible == sorted(impossible)
    assert impossible[-1] > 100
    assert row_of(content, 5, "mle")["perplexity"] is None


@pytest.mark.parametrize(
    ("order", "smoothing"),
    [(1, "additive"), (2, "mle"), (3, "additive"), (4, "modified-kneser-ney"), (5, "modified-kneser-ney")],
)
def test_the_rows_are_what_training_and_evaluating_anew_gives(toured, order, smoothing):
    folder, content = toured
    row = row_of(content, order, smoothing)
    model = train(folder, row)
    anew = evaluate(model, heldout(folder, model)).as_dict()
    assert row["ngrams"] == sum(model.automaton.ngrams)
    for name in ("tokens", "oov", "zero_probability"):
        assert row[name] == anew[name]
    for name in ("perplexity", "perplexity_without_oov", "bits_per_token"):
        assert row[name] == (anew[name] if anew[name] is None else pytest.approx(anew[name], rel=1e-12))


def test_the_mixtures_are_what_mixing_anew_gives(toured):
    folder, content = toured
    (mixed,) = [mixture for mixture in content["mixtures"] if mixture["smoothing"] == "mle"]
    models = [train(folder, row_of(content, order, "mle")) for order in mixed["orders"]]
    anew = evaluate(LinearMixture(models, mixed["weights"]), heldout(folder, models[0]))
    assert mixed["perplexity"] == pytest.approx(anew.perplexity, rel=1e-9)
    # What no order alone can do: the unigrams leave no word without a probability.
    assert mixed["perplexity"] < mixed["best_alone"]
    assert sum(mixed["weights"]) == pytest.approx(1)
    assert content["mixture"] in content["mixtures"]


def test_the_saved_model_is_the_best_and_answers(toured, capsys):
    folder, content = toured
    model = load_model(content["model"])
    completions = {completion["prompt"]: completion["next"] for completion in content["completions"]}
    assert len(completions) >= 3
    for prompt, answers in completions.items():
        expected = [(answer["token"], pytest.approx(answer["probability"])) for answer in answers]
        assert model.next_words(prompt, len(answers)) == expected
        assert answers[0]["why"] == model.why(prompt, answers[0]["token"])
    assert run(["evaluate", content["model"], str(folder / "python-docs" / "heldout.txt"), "--json"]) == 0
    perplexity = json.loads(capsys.readouterr().out)["perplexity"]
    assert perplexity == pytest.approx(row_of(content, model.order, "modified-kneser-ney")["perplexity"])


def test_the_chain_rule_and_the_texts_are_there(toured):
    _, content = toured
    product = 1.0
    for token in content["chain_rule"]["tokens"]:
        product *= token["probability"]
    model = load_model(content["model"])
    assert content["chain_rule"]["log_prob"] == pytest.approx(model.score(content["chain_rule"]["text"]))
    assert product == pytest.approx(2.718281828459045 ** content["chain_rule"]["log_prob"])
    assert [text["order"] for text in content["texts"]] == [1, 2, 3, 4, 5]
    assert all(len(text["text"].split()) > 30 for text in content["texts"])


def test_the_lesson_is_taken_from_the_numbers(toured):
    _, content = toured
    first, last = (row_of(content, order, "modified-kneser-ney") for order in (1, 5))
    counted, added = row_of(content, 5, "mle"), row_of(content, 5, "additive")
    assert f"from {first['perplexity']:,.0f} at order 1" in content["lesson"]
    assert f"{counted['zero_probability'] / counted['tokens']:.0%} of the tokens" in content["lesson"]
    assert f"{added['perplexity'] / last['perplexity']:,.0f} times as perplexed" in content["lesson"]


def test_people_get_text_of_100_columns_and_commands_that_work(known_lines, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["demo", "--words", WORDS, "--quiet"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert max(map(len, said.out.split("\n"))) <= 100
    for heading in (
        "Text:",
        "Perplexity on",
        "Mixtures",
        "What comes next",
        "The chain rule",
        "Words as vectors",
        "word2vec learns",
        "The nearest words",
        "Analogies",
        "One question, five ways",
        "What the networks write",
        "What is remembered",
        "What to see:",
        "And in memory",
    ):
        assert f"\n{heading}" in f"\n{said.out}"
    assert "infinite" in said.out
    commands = [line for line in said.out.split("\n") if line.startswith("  nextword ")]
    assert len(commands) == 11
    shutil.copy("demo/python-docs/tune.txt", "YOUR-TEXT.txt")
    for command in commands:
        assert run(shlex.split(command)[1:]) == 0
        assert capsys.readouterr().out


def test_a_second_tour_takes_the_place_of_the_first(known_lines, tmp_path, capsys):
    first, second = [], []
    for answers in (first, second):
        assert run(["demo", "-o", str(tmp_path), "--words", "6000", "--json"]) == 0
        answers.append(json.loads(capsys.readouterr().out))
    assert without_times(first) == without_times(second)


def test_a_place_that_cannot_be_written_is_refused_before_the_work(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(parts, "documentation_lines", lambda: pytest.fail("the work began"))
    (tmp_path / "file").write_text("in the way")
    assert run(["demo", "-o", str(tmp_path / "file")]) == 3
    assert "choose another place with -o" in capsys.readouterr().err
    for folder in ("ngram", "vectors", "network"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "letter.txt").write_text("dear reader")
        assert run(["demo", "-o", str(tmp_path)]) == 3
        assert "letter.txt" in capsys.readouterr().err
        shutil.rmtree(tmp_path / folder)
    (tmp_path / "map.html").mkdir()
    assert run(["demo", "-o", str(tmp_path)]) == 3
    assert "map.html is a folder" in capsys.readouterr().err


def test_too_little_text_is_refused(tmp_path, capsys):
    assert run(["demo", "-o", str(tmp_path), "--words", "10"]) == 2
    assert "at least 5,000, got 10" in capsys.readouterr().err


def test_scores_that_are_no_probabilities_have_no_perplexity(toured):
    _, content = toured
    model = load_model(content["model"])
    row = table.Row(5, make_smoothing("mle"), model, 0.1, None, None)
    assert row.as_dict()["perplexity"] is None
    assert "a score" in tell.tell_row(row)


SYSTEMS = ["unigram", "trigram", "5-gram", "fixed window", "RNN", "LSTM", "best mixture"]


def test_the_lectures_systems_stand_in_one_table(toured):
    _, content = toured
    rows = content["networks"]["systems"]
    assert [row["system"] for row in rows] == SYSTEMS
    assert rows[0]["perplexity"] == row_of(content, 1, "modified-kneser-ney")["perplexity"]
    for row in rows:
        assert row["parameters"] > 0
        assert row["seconds"] > 0
    for network in rows[3:6]:
        assert network["perplexity"] < rows[0]["perplexity"]
    assert rows[-1]["perplexity"] < min(row["perplexity"] for row in rows[:-1])
    assert sum(row["weight"] for row in rows[:-1]) == pytest.approx(1)
    assert f"{rows[-1]['perplexity']:,.1f}" in content["networks"]["lesson"]
    assert set(content["networks"]["texts"]) == set(SYSTEMS[3:6])
    assert all(len(text.split()) > 30 for text in content["networks"]["texts"].values())


def test_the_saved_network_is_the_best_and_answers(toured, capsys):
    folder, content = toured
    (best,) = [row for row in content["networks"]["systems"] if row["system"] == content["networks"]["best"]]
    text = str(folder / "python-docs" / "heldout.txt")
    assert run(["evaluate", content["networks"]["model"], text, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["perplexity"] == pytest.approx(best["perplexity"], rel=1e-6)


def test_without_pytorch_the_tour_goes_on_without_networks(known_lines, tmp_path, monkeypatch, capsys):
    for part in (networks, memory):
        monkeypatch.setattr(part, "find_spec", lambda _: None)
    assert run(["demo", "-o", str(tmp_path / "demo"), "--words", "5000", "--quiet"]) == 0
    said = capsys.readouterr().out
    assert "pip install 'nextword[neural]', and take the tour again" in said
    assert "What is remembered" not in said
    assert "And in memory" not in said
    assert "agreement.png" not in said
    assert "train lstm" not in said


def test_the_lectures_systems_are_asked_who_sees_a_noun_from_its_verb(toured):
    folder, content = toured
    found = content["memory"]
    assert [each["system"] for each in found["systems"]] == list(probes.SYSTEMS)
    assert found["distances"] == list(range(9))
    for each in found["systems"]:
        assert len(each["mean"]) == 9
        if each["system"] in ("trigram", "5-gram"):
            assert each["mean"][0] > 0.95
            assert each["mean"][2:] == [0.5] * 7
    assert f"the LSTM {found['systems'][-1]['mean'][-1]:.0%}" in found["lesson"]
    assert found["picture"] == str(folder / "agreement.png")
    assert (folder / "agreement.png").read_bytes().startswith(b"\x89PNG")


def test_vectors_are_trained_by_architecture_and_objective_and_learn(toured):
    _, content = toured
    rows = content["vectors"]["rows"]
    kinds = [(row["architecture"], row["objective"]) for row in rows]
    assert len(kinds) == len(set(kinds)) == 4
    for row in rows:
        assert 0 < row["loss"] < row["first_loss"]
        assert row["words_per_second"] > 0
        assert row["analogies"]["questions"] > 100
    best = max(rows, key=lambda row: row["analogies"]["right"])
    assert content["vectors"]["best"] == {name: best[name] for name in ("architecture", "objective")}


def test_the_saved_vectors_are_what_training_anew_gives(toured):
    folder, content = toured
    saved = load_vectors(content["vectors"]["vectors"])
    settings = Word2VecSettings(**content["vectors"]["best"], epochs=15, deterministic=True)
    anew = train_word2vec(
        [folder / "python-docs" / "train.txt"],
        settings,
        tokenizer="words",
        lowercase=True,
        limits=VocabularyLimits(min_count=2),
    ).vectors()
    assert list(saved.words) == list(anew.words)
    np.testing.assert_array_equal(saved.counts, anew.counts)
    np.testing.assert_array_equal(saved.vectors, anew.vectors)


def test_the_answers_about_words_are_those_of_the_saved_vectors(toured):
    _, content = toured
    saved = load_vectors(content["vectors"]["vectors"])
    assert "string" in [found["word"] for found in content["vectors"]["neighbours"]]
    for found in content["vectors"]["neighbours"]:
        expected = [(near["word"], pytest.approx(near["similarity"])) for near in found["neighbours"]]
        assert saved.most_similar(found["word"], topn=5) == expected
    assert content["vectors"]["analogies"]
    for found in content["vectors"]["analogies"]:
        a, b, c = found["question"]
        ranked = [word for word, _ in saved.most_similar([b, c], [a], topn=len(saved))]
        assert ranked[:5] == [answer["word"] for answer in found["answers"]]
        assert ranked[found["rank"] - 1] == found["wanted"]
        assert {word["word"] for word in found["excluded"]} == {a, b, c}
    assert Path(content["vectors"]["map"]).read_text().startswith("<!")


def test_the_share_of_analogies_is_that_of_the_standard_test(toured):
    _, content = toured
    saved = load_vectors(content["vectors"]["vectors"])
    rows = vector_table.ending_questions(saved).tolist()
    questions = [tuple(saved.words[row] for row in question) for question in rows]
    assert all(b == f"{a}s" and d == f"{c}s" for a, b, c, d in questions)
    report = evaluate_analogies(saved, [Section("endings", questions)], restrict=None).total
    counted = next(
        row["analogies"]
        for row in content["vectors"]["rows"]
        if content["vectors"]["best"].items() <= row.items()
    )
    assert (counted["questions"], counted["right"]) == (report.seen, report.correct)


def test_the_table_by_hand_is_the_lectures(toured):
    _, content = toured
    handmade = content["vectors"]["handmade"]
    assert handmade["features"] == ["femininity", "youth", "royalty"]
    assert handmade["words"]["queen"] == [1, 0, 1]
    assert handmade["analogy"] == {"question": ["man", "woman", "king"], "answer": "queen"}


def test_text_too_small_for_vectors_is_told_so(known_lines, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["demo", "--words", "5000", "--quiet"]) == 0
    said = capsys.readouterr().out
    assert max(map(len, said.split("\n"))) <= 100
    assert "words are too few for vectors" in said
