"""What the command line says of smoothings with settings of their own: held-out text, scores, trusted counts."""

import json

import pytest

from nextword.store.models import load_model


def test_weights_are_fitted_on_held_out_text(shell, text):
    out, err = shell(f"train ngram {text} -o model --order 3 --smoothing jelinek-mercer --held-out other.txt")
    assert "held-out" not in out + err
    content = shell.json("info model")
    assert content["settings"]["held_out"]["source"] == "held-out text"
    assert content["provenance"]["held_out"] == "other.txt"
    lowest, weight = content["settings"]["smoothing"]["weights"][1][0]
    assert f"order 2            {weight:.2f} from {lowest}" in shell("info model").out
    tokens = shell.json("evaluate model other.txt")
    assert tokens["tokens"] == content["settings"]["held_out"]["tokens"]
    assert tokens["perplexity"] == pytest.approx(content["settings"]["held_out"]["perplexity"])


def test_without_held_out_text_the_remark_says_how(shell, text):
    answer = shell(f"train ngram {text} -o model --order 2 --smoothing jelinek-mercer")
    assert "no --held-out text: weights fitted on the training text" in answer.err
    answer = shell.json(f"train ngram {text} -o model --order 2 --smoothing jelinek-mercer")
    assert answer["held_out"]["source"] == "leaving one out"
    (shell.folder / "small.txt").write_text("a b c d\n")
    _, err = shell("train ngram small.txt -o model --order 4 --smoothing jelinek-mercer --held-out other.txt")
    assert "the held-out text meets no context of order 4: weights of 0.5" in err


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ("--held-out other.txt", 2, "modified-kneser-ney smoothing fits no weights"),
        ("--smoothing jelinek-mercer --held-out missing.txt", 3, "missing.txt"),
        ("--smoothing jelinek-mercer --alpha 0.4", 2, "no such parameter: alpha"),
        ("--smoothing katz --trust-above 1", 2, "trust_above must be from 2 to 1000, got 1"),
        ("--smoothing katz --trust-above 2.5", 2, "2.5"),
        ("--smoothing stupid-backoff --alpha 0", 2, "alpha must be above 0"),
        ("--smoothing stupid-backoff --alpha nan", 2, "alpha must be above 0"),
    ],
)
def test_settings_that_make_no_sense(shell, text, options, code, message):
    assert message in shell.error(f"train ngram {text} -o model {options}", code)


def test_stdin_is_not_both_texts(shell):
    command = "train ngram - -o model --smoothing jelinek-mercer --held-out -"
    assert "stdin can be read once" in shell.error(command, 2)


def test_an_empty_held_out_text_is_an_error(shell, text):
    (shell.folder / "empty.txt").write_bytes(b"")
    shell.error(f"train ngram {text} -o model --smoothing jelinek-mercer --held-out empty.txt", 3)


@pytest.fixture
def scores(shell, text):
    shell(f"train ngram {text} -o scores --order 3 --smoothing stupid-backoff --alpha 0.3 -q")
    return "scores"


def test_scores_are_called_scores(shell, scores):
    out, err = shell(f"next {scores} the cat -k 3")
    assert "%" not in out
    assert "these are scores" in err
    (best, *_) = shell.json(f"next {scores} the cat -k 3")["next"]
    assert set(best) == {"token", "score", "why"}
    (shell.folder / "line.txt").write_text("the cat\n")
    assert "log-score" in shell(f"score {scores} line.txt").err
    assert "S(the cat) = S(the) S(cat | the)" in shell(f"score {scores} line.txt --per-token").out
    (line,) = shell.json(f"score {scores} line.txt --per-token")["lines"]
    assert not any("prob" in name or "surprisal" in name for name in (*line, *line["factors"][0]))
    assert line["log_score"] == pytest.approx(load_model(shell.folder / scores).score("the cat"))


def test_scores_have_no_perplexity(shell, scores, five):
    for command in (
        f"evaluate {scores} other.txt",
        f"compare {five} {scores} --on other.txt",
        f"mix {five} {scores} --tune other.txt -o mixed",
    ):
        assert "gives scores that do not" in shell.error(command, 2)


def test_an_arpa_file_of_scores_says_so(shell, scores):
    assert "other tools skip it" in shell(f"convert {scores} scores.arpa").err
    shell("convert scores.arpa back")
    assert "the perplexity of back needs probabilities" in shell.error("evaluate back other.txt", 2)
    assert shell.json("info back")["settings"]["smoothing"] == {"name": "stupid-backoff", "alpha": 0.3}


@pytest.mark.parametrize(
    "smoothing", ["katz", 3, {"name": "katzz"}, {"name": "jelinek-mercer", "weights": [1]}]
)
def test_a_damaged_smoothing_in_a_model_is_refused(shell, scores, smoothing):
    path = shell.folder / scores / "config.json"
    content = json.loads(path.read_text())
    content["model"]["smoothing"] = smoothing
    path.write_text(json.dumps(content))
    assert "smoothing in config.json m" in shell.error(f"info {scores}", 3)
