"""`nextword forecast`, as people type it."""

import io
import json
import re
import sys

import numpy as np
import pytest

from nextword.cli.main import run

QUICK = ["--epochs", "2", "--hidden", "4"]


@pytest.fixture
def series(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    values = 100 + np.arange(72) + 20 * np.sin(np.arange(72) * np.pi / 6)
    rows = [f"{2000 + month // 12}-{month % 12 + 1:02},{value:.3f}" for month, value in enumerate(values)]
    (tmp_path / "sales.csv").write_text("\n".join(["month,sales", *rows]) + "\n")
    return "sales.csv"


def answer(capsys, *arguments):
    capsys.readouterr()
    assert run(["forecast", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_forecaster_is_trained_asked_and_described(series, tmp_path, capsys):
    made = answer(capsys, "train", series, "-o", "it", *QUICK)
    assert (made["numbers"], made["period"]) == (72, 12)
    assert made["window"] in (12, 13, 24)
    assert answer(capsys, "train", series, "-o", "it", "--window", "7", *QUICK)["window"] == 7
    told = answer(capsys, "predict", "it", "--steps", "3")["forecast"]
    assert len(told) == 3
    assert all(each["low"] < each["value"] < each["high"] for each in told)
    (tmp_path / "known.csv").write_text("\n".join((tmp_path / series).read_text().split("\n")[:61]) + "\n")
    others = answer(capsys, "predict", "it", "known.csv", "--steps", "3")["forecast"]
    assert others != told
    assert [each["time"] for each in told] == ["2006-01", "2006-02", "2006-03"]
    assert [each["time"] for each in others] == ["2005-01", "2005-02", "2005-03"]
    assert run(["forecast", "predict", "it"]) == 0
    lines = capsys.readouterr().out.rstrip().split("\n")
    assert [line.split()[0] for line in lines] == ["forecast", *(each["time"] for each in told), *(
        f"2006-{month:02}" for month in range(4, 13)
    )]  # fmt: skip
    assert run(["info", "it", "--json"]) == 0
    described = json.loads(capsys.readouterr().out)
    assert (described["model_type"], described["numbers"]) == ("forecaster", 72)
    assert run(["next", "it", "the"]) == 3
    assert "forecast predict asks it" in capsys.readouterr().err


def test_a_series_is_split_in_time_and_told_beside_the_baselines(series, tmp_path, capsys):
    how = ["evaluate", series, "--test", "12", "--seeds", "2", "--picture", "sales.svg", *QUICK]
    found = answer(capsys, *how)
    assert (found["train"], found["test"]) == (60, 12)
    assert [each["system"] for each in found["systems"]] == [
        "persistence", "seasonal naive", "Holt-Winters", "weighted sum", "LSTM",
    ]  # fmt: skip
    assert len(found["systems"][-1]["one_step"]["rmse"]) == 2
    assert (tmp_path / "sales.svg").read_text().startswith("<?xml")
    how[how.index("sales.svg")] = "sales.html"
    assert answer(capsys, *how)["picture"] == "sales.html"
    assert '"name":"sales"' in (tmp_path / "sales.html").read_text()
    assert run(["forecast", *how[:6], *QUICK]) == 0
    out = capsys.readouterr().out
    assert "60 learned from, the last 12 told" in out
    assert "±" in out
    assert re.search(r"LSTM: mean of 2 seeds; of the first, the bounds of 90% hold \d+% of the numbers", out)
    assert max(map(len, out.split("\n"))) <= 100


@pytest.mark.parametrize(
    ("text", "more", "code", "said"),
    [
        ("1\n2\n3\n", [], 3, "the series has 3 numbers, and 12 are needed"),
        ("1\n" * 20, ["--test", "nan"], 2, "a share of them below 1; got nan"),
        ("1;5,5\n2;6,5\n", [], 3, "give --decimal comma"),
        ("a,1\nb\n", [], 3, "line 2: 1 column, where"),
        ("2020-01,1\n2020-03,2\n2020-04,3\n", [], 3, "--gaps fill"),
        ("2020-02,1\n2020-01,2\n", [], 3, "sort the file by time"),
        ("1\nnan\n", [], 3, "nan is no finite number"),
        ("1\n2\n", ["--column", "sales"], 2, "no column 'sales'"),
        ("1\n2\n", ["--coverage", "2"], 2, "coverage is between 0 and 1, got 2"),
        ("1\n2\n", ["--seeds", "0"], 2, "at least one seed"),
        ("1\n2\n", ["--picture", "it.gif"], 2, ".png, .svg, .pdf, .html"),
        ("1\n2\n", ["--rate", "0"], 2, "rate is above 0"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_and_nothing_is_written(
    tmp_path, monkeypatch, capsys, text, more, code, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.csv").write_text(text)
    how = more if "--picture" in more else [*more, "--picture", "it.png"]
    assert run(["forecast", "evaluate", "bad.csv", *how]) == code
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["bad.csv"]


@pytest.mark.parametrize("command", ["train --bogus -o it", "evaluate --bogus", "predict it --bogus"])
def test_an_option_that_there_is_not_is_no_file(series, command, capsys):
    assert run(["forecast", *command.split()]) == 2
    assert "unknown option --bogus" in capsys.readouterr().err


def test_what_was_learned_is_said(series, capsys):
    for how, said in (
        (["--epochs", "0"], "a weighted sum alone, learned from 72 numbers"),
        (["--epochs", "0", "--shortcut", "none"], "an LSTM that adds nothing, learned from 72 numbers"),
        (
            ["--epochs", "1", "--shortcut", "none", "--log", "no", "--relative", "no"],
            "learned 1 time from 72 numbers",
        ),
    ):
        assert run(["forecast", "train", series, "-o", "it", *how]) == 0
        assert said in capsys.readouterr().out


def test_a_training_that_fails_leaves_nothing(series, tmp_path, capsys):
    assert run(["forecast", "train", series, "-o", "it", "--window", "70"]) == 3
    assert not (tmp_path / "it").exists()
    assert run(["forecast", "tarin", series]) == 2
    assert "did you mean train?" in capsys.readouterr().err


def test_without_pytorch_what_is_missing_is_said(series, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "torch", None)
    for command in (["train", series, "-o", "it"], ["evaluate", series, "--seeds", "1"]):
        assert run(["forecast", *command]) == 1
        assert "needs PyTorch, which is not installed" in capsys.readouterr().err
    assert not (tmp_path / "it").exists()


def test_a_series_from_stdin_without_a_season_says_how_to_give_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = "\n".join(f"{count % 7},{count % 3}" for count in range(40))
    how = ["evaluate", "-", "--decimal", "comma", "--seeds", "1", "--test", "1", *QUICK]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run(["forecast", *how]) == 0
    out = capsys.readouterr().out
    assert "39 learned from, the last 1 told" in out
    assert "1 step ahead" in out
    assert "--period N" in out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run(["forecast", *how, "--period", "7"]) == 0
    out = capsys.readouterr().out
    assert "--period N" not in out
    assert "seasonal naive" in out


def test_times_that_are_not_understood_are_said_to_be(series, tmp_path, capsys):
    rows = (tmp_path / series).read_text().split("\n")
    (tmp_path / "odd.csv").write_text(
        "\n".join(f"{place}th of all,{row.split(',')[-1]}" for place, row in enumerate(rows[1:73]))
    )
    assert run(["forecast", "train", "odd.csv", "-o", "odd", "--column", "2", *QUICK]) == 0
    assert "times such as '0th of all' are not understood" in capsys.readouterr().err
    told = answer(capsys, "predict", "odd", "--steps", "2")["forecast"]
    assert [each["time"] for each in told] == ["+1", "+2"]
