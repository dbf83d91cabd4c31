"""`nextword inspect word2vec` from the command line."""

import json

import pytest

from nextword.cli.main import run

COMMAND = ["inspect", "word2vec"]


def test_the_lectures_sentence_is_the_default(capsys):
    assert run(COMMAND) == 0
    out = capsys.readouterr().out
    assert "CBOW, window 2: the, cat, on, the predict sat" in out
    assert "The loss goes down" in out


def test_json_is_one_object(capsys):
    options = ["--objective", "hierarchical-softmax", "--architecture", "skipgram", "--word", "cat", "--json"]
    assert run([*COMMAND, *options]) == 0
    step = json.loads(capsys.readouterr().out)
    assert (step["centre"], step["position"], step["context"]) == ("cat", 2, ["the", "sat", "on"])
    assert step["codes"].keys() == set(step["vocabulary"])


def test_a_picture_is_written(tmp_path, capsys):
    path = tmp_path / "step.svg"
    assert run([*COMMAND, "--picture", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["picture"] == str(path)
    assert path.stat().st_size > 10_000


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--word", "dog"], "does not hold the word 'dog'"),
        (["--word", "cat", "--position", "2"], "give one of them"),
        (["--position", "0"], "from 1 to 6, got 0"),
        (["--text", "alone"], "two different words"),
        (["--picture", "step.jpg"], "ends in .png"),
        (["--objective", "glove"], "--objective"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_exit_code_2(options, message, capsys):
    assert run([*COMMAND, *options]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1


def test_an_unknown_thing_to_inspect_is_met_with_a_suggestion(capsys):
    assert run(["inspect", "word2vex"]) == 2
    assert "did you mean word2vec?" in capsys.readouterr().err
