"""``nextword train word2vec``: vectors from the command line, kept, resumed and grown."""

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from nextword.cli.main import run
from nextword.store.vectors import load_vectors

LINES = ["the cat sat on the floor", "the dog lay on the floor", "a cat met a dog", "a dog met the cat"]


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(LINES * 50) + "\n")
    return str(path)


def train(text, output, *options):
    return run(["train", "word2vec", text, "-o", str(output), "--size", "12", "--sample", "0", *options])


def test_it_answers_in_json(text, tmp_path, capsys):
    assert train(text, tmp_path / "v", "--json", "--threads", "1") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["vocabulary"] == 9
    assert answer["words"] == 5 * 50 * 22
    assert answer["words_per_second"] > 0
    assert 0 < answer["loss"] < 5
    vectors = load_vectors(tmp_path / "v")
    assert vectors.vectors.shape == (9, 12)
    assert vectors.index_to_key[0] == "the"
    assert vectors.counts.tolist()[0] == 250
    assert not (tmp_path / "v.training").exists()


@pytest.mark.parametrize(
    "options",
    [
        ["--architecture", "cbow", "--hidden", "sum"],
        ["--architecture", "cbow", "--gradient", "exact"],
        ["--objective", "hierarchical-softmax"],
        ["--objective", "softmax"],
        ["--no-shrink-window", "--window", "3", "--negative", "8", "--exponent", "0.5"],
        ["--vocabulary-size", "5"],
        ["--tokenizer", "bpe"],
        ["--tokenizer", "characters"],
        ["--tokenizer", "words", "--lowercase", "--matrix", "average"],
    ],
    ids=" ".join,
)
def test_every_way_to_train(text, tmp_path, options):
    assert train(text, tmp_path / "v", "--epochs", "1", *options) == 0
    assert np.isfinite(load_vectors(tmp_path / "v").vectors).all()


def test_questions_are_answered_by_the_matrix_that_was_chosen(text, tmp_path, capsys):
    assert train(text, tmp_path / "v", "--epochs", "1", "--matrix", "output") == 0

    def nearest(*options):
        capsys.readouterr()
        assert run(["similar", str(tmp_path / "v"), "cat", "--json", *options]) == 0
        return json.loads(capsys.readouterr().out)["neighbours"]

    assert nearest() == nearest("--matrix", "output")
    assert nearest() != nearest("--matrix", "input")


def test_the_words_of_a_list_and_of_a_model_are_all_kept(text, tmp_path):
    (tmp_path / "words.txt").write_text("cat dog lay")
    assert train(text, tmp_path / "v", "--epochs", "1", "--vocabulary", str(tmp_path / "words.txt")) == 0
    assert sorted(load_vectors(tmp_path / "v").words) == ["cat", "dog", "lay"]
    assert run(["train", "ngram", text, "-o", str(tmp_path / "m"), "--order", "1"]) == 0
    assert train(text, tmp_path / "w", "--epochs", "1", "--vocabulary", str(tmp_path / "m")) == 0
    assert len(load_vectors(tmp_path / "w")) == 9


def test_words_that_were_seen_less_than_five_times_get_no_vector(tmp_path):
    (tmp_path / "t.txt").write_text("a b c\n" * 4 + "a b\n")
    assert train(str(tmp_path / "t.txt"), tmp_path / "v", "--epochs", "1") == 0
    assert list(load_vectors(tmp_path / "v").words) == ["a", "b"]


def test_a_folder_that_happens_to_stand_beside_the_vectors_is_kept(text, tmp_path, capsys):
    (tmp_path / "v.training").mkdir()
    (tmp_path / "v.training" / "log.txt").write_text("a week of work")
    assert train(text, tmp_path / "v", "--epochs", "1") == 3
    assert "log.txt" in capsys.readouterr().err
    assert (tmp_path / "v.training" / "log.txt").exists()


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--negative", "0"], 2, "trains nothing"),
        (["--epochs", "0"], 2, "epochs"),
        (["--rate", "0"], 2, "rate"),
        (["--threads", "0"], 2, "thread"),
        (["--matrix", "both"], 2, "input, output or average"),
        (["--matrix", "output", "--objective", "hierarchical-softmax"], 2, "nodes"),
        (["--min-count", "1000"], 3, "at least two words"),
        (["--resume"], 2, "no training to go on with"),
        (["--continue-from", "nowhere"], 3, "nowhere"),
        (["--window", "2.5"], 2, "whole number"),
        (["--continue-from", "v", "--vocabulary-size", "9"], 2, "leave out --vocabulary"),
        (["--continue-from", "v", "--vocabulary", "words.txt"], 2, "leave out --vocabulary"),
        (["--tokenizer", "bpe", "--min-count", "2"], 2, "not by count"),
    ],
)
def test_mistakes_are_one_line(text, tmp_path, capsys, options, code, message):
    assert train(text, tmp_path / "v", *options) == code
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (tmp_path / "v").exists()


def test_more_text_with_new_words(text, tmp_path, capsys):
    assert train(text, tmp_path / "v", "--epochs", "2") == 0
    more = tmp_path / "more.txt"
    more.write_text("the lion met the cat\n" * 30)
    old = load_vectors(tmp_path / "v")
    assert (
        run(
            [
                "train",
                "word2vec",
                str(more),
                "-o",
                str(tmp_path / "w"),
                "--continue-from",
                str(tmp_path / "v"),
            ]
        )
        == 0
    )
    new = load_vectors(tmp_path / "w")
    assert set(new.index_to_key) - set(old.index_to_key) == {"lion"}
    assert new.vector_size == old.vector_size
    assert np.array_equal(
        new["floor"], old["floor"]
    )  # no sentence of the new text has it, and few negatives are it
    capsys.readouterr()
    bad = [
        "train",
        "word2vec",
        str(more),
        "-o",
        str(tmp_path / "w"),
        "--continue-from",
        str(tmp_path / "v"),
        "--size",
    ]
    assert run([*bad, "50"]) == 2
    assert "size cannot change" in capsys.readouterr().err


def long_training(text, output, *options):
    command = [sys.executable, "-m", "nextword", "train", "word2vec", str(text), "-o", str(output)]
    settings = ["--size", "32", "--epochs", "40", "--threads", "1", "--seed", "3", "-q", *options]
    return subprocess.Popen(
        [*command, *settings], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def done(process, code):
    """Wait for a process to end with this code, and return what it said."""
    _, error = process.communicate(timeout=120)
    assert process.returncode == code, error
    return error


@pytest.fixture
def longer_text(tmp_path):
    path = tmp_path / "longer.txt"
    draw = np.random.default_rng(0)
    words = [f"w{number}" for number in range(300)]
    path.write_text("\n".join(" ".join(draw.choice(words, 12)) for _ in range(4000)) + "\n")
    return path


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_training_goes_on_to_the_same_vectors(longer_text, tmp_path, ending):
    done(long_training(longer_text, tmp_path / "whole"), 0)
    broken = tmp_path / "broken"
    process = long_training(longer_text, broken)
    kept = tmp_path / "broken.training"
    deadline = time.monotonic() + 60
    while not kept.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(ending)
    done(process, {signal.SIGTERM: 143, signal.SIGINT: 130, signal.SIGKILL: -9}[ending])
    assert not broken.exists()
    done(long_training(longer_text, broken, "--resume"), 0)
    assert np.array_equal(load_vectors(tmp_path / "whole").vectors, load_vectors(broken).vectors)
    assert not kept.exists()


def test_another_command_cannot_go_on(longer_text, tmp_path):
    process = long_training(longer_text, tmp_path / "v")
    while not (tmp_path / "v.training").exists() and process.poll() is None:
        time.sleep(0.005)
    process.kill()
    done(process, -9)
    error = done(long_training(longer_text, tmp_path / "v", "--resume", "--window", "3"), 2)
    assert "began with window 5, this command says 3" in error
