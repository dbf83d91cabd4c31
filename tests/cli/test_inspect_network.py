"""`nextword inspect gates`, `gradients`, `pairs` and the probes, as people type them."""

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from nextword.cli.gradients_telling import reach_record, reach_table
from nextword.cli.main import run
from nextword.neural.inside.reach import Reach
from nextword.neural.settings import NeuralSettings
from nextword.neural.train import train_network_on_lines
from nextword.ngram.train import train_on_lines
from nextword.store.models import save_model

LINES = ["the student is tall", "the students are tall", "the students near the tree are old"] * 3


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    for network in ("window", "rnn", "gru", "lstm"):
        settings = NeuralSettings(network=network, size=8, layers=1, epochs=1, batch=2)
        save_model(train_network_on_lines(LINES, settings, threads=1), folder / network)
    save_model(train_on_lines(LINES, order=3), folder / "ngram")
    (folder / "text.txt").write_text("\n".join(LINES) + "\n")
    pairs = [
        {"sentence_good": "the student is tall", "sentence_bad": "the student are tall", "distance": 0},
        {"sentence_good": "the zebras are tall", "sentence_bad": "the zebras is tall", "distance": 0},
    ]
    (folder / "pairs.jsonl").write_text("".join(json.dumps(pair) + "\n" for pair in pairs))
    return folder


def answer(capsys, *arguments):
    assert run(["inspect", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_gates_are_recorded_shown_and_looked_up(models, tmp_path, capsys):
    found = answer(
        capsys, "gates", models / "lstm", "the students are", "--page", tmp_path / "gates.html",
        "--picture", tmp_path / "gates.png", "--corpus", models / "text.txt", "--unit", 3, "--gate", "input", "-k", 4,
    )  # fmt: skip
    assert found["tokens"] == ["the", "students", "are"]
    assert found["means"].keys() == {"input", "forget", "output"}
    assert len(found["longest"]) == 8
    assert (found["contexts"]["unit"], len(found["contexts"]["found"])) == (3, 4)
    assert (tmp_path / "gates.html").stat().st_size > 10_000
    assert (tmp_path / "gates.png").stat().st_size > 10_000
    assert (
        run(
            [
                "inspect",
                "gates",
                str(models / "gru"),
                "the students are",
                "--corpus",
                str(models / "text.txt"),
            ]
        )
        == 0
    )
    out = capsys.readouterr().out
    assert "GRU, layer 1 of 1, 8 units" in out
    assert "where its update gate is most open" in out


def test_words_that_are_not_known_are_remarked_on(models, capsys):
    assert run(["inspect", "gates", str(models / "lstm"), "the zebra and zebra\nare gnus", "--json"]) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert found["unknown_words"] == {"zebra": 2, "and": 1, "gnus": 1}
    assert found["tokens"].count("<unk>") == 4
    assert captured.err == (
        "4 of 7 tokens are words that the model does not know, as zebra, and, gnus: they are read as <unk>\n"
    )
    assert run(["inspect", "gates", str(models / "lstm"), "the students"]) == 0
    assert capsys.readouterr().err == ""


def test_gates_are_written_as_arrays(models, tmp_path, capsys):
    found = answer(
        capsys, "gates", models / "lstm", "the students", "--arrays", tmp_path / "gates.safetensors"
    )
    assert found["arrays"] == str(tmp_path / "gates.safetensors")
    arrays = load_file(tmp_path / "gates.safetensors")
    assert {name: array.shape for name, array in arrays.items()} == {
        f"layers.0.{name}": (2, 8) for name in ("input", "forget", "output", "candidate", "cell", "hidden")
    }
    assert arrays["layers.0.forget"].mean(axis=1) == pytest.approx(found["means"]["forget"], abs=1e-6)


ALL_FILES = ("--page", "page.html", "--picture", "picture.png", "--arrays", "gates.safetensors")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["the", *ALL_FILES, "--corpus", "text.txt", "--gate", "bogus"],
            "gates are input, forget, output, got 'bogus'",
        ),
        (["the", *ALL_FILES, "--corpus", "text.txt", "--unit", "9"], "units 1 to 8, got 9"),
        (["the", *ALL_FILES, "--corpus", "text.txt", "-k", "0"], "k must be at least 1, got 0"),
        (["the", *ALL_FILES, "--corpus", "none.txt"], "none.txt"),
        (["the", *ALL_FILES, "--corpus", "/dev/null"], "is a device"),
        (["the", *ALL_FILES, "--layer", "2"], "layers 1 to 1, got 2"),
        (["the " * 200, *ALL_FILES], "200 words are too many for a picture"),
        (
            ["the", "--page", "p.png", "--picture", "./p.png"],
            "--page and --picture would both be written to p.png",
        ),
        (["the", "--page", "p.safetensors", "--arrays", "p.safetensors"], "--page and --arrays would both"),
        (["the", "--page", "page.html", "--arrays", "gates.npz"], "NAME.safetensors"),
        (["the", "--page", "none/page.html", "--picture", "picture.png"], "mkdir -p none"),
        (["the", "--page", "lstm", "--picture", "picture.png"], "lstm is a folder"),
    ],
)
def test_nothing_is_written_before_all_is_known_to_go_well(
    arguments, said, models, tmp_path, monkeypatch, capsys
):
    for name in ("lstm", "text.txt"):
        (tmp_path / name).symlink_to(models / name)
    monkeypatch.chdir(tmp_path)
    assert run(["inspect", "gates", "lstm", *arguments]) in (2, 3)
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"lstm", "text.txt"}


def test_gradients_of_several_models_are_measured_and_drawn(models, tmp_path, capsys):
    found = answer(
        capsys, "gradients", models / "rnn", models / "lstm", models / "window", "--text", models / "text.txt",
        "--distance", 8, "--places", 5, "--picture", tmp_path / "reach.svg", "--sentence", "the students are tall",
    )  # fmt: skip
    assert [each["model"] for each in found["models"]] == [
        str(models / name) for name in ("rnn", "lstm", "window")
    ]
    assert [len(each["norms"]) for each in found["models"]] == [8, 8, 8]
    assert found["models"][2]["norms"][5:] == [0, 0, 0]
    assert found["models"][1]["states"].keys() == {"h", "c"}
    assert found["models"][0]["decay"]["rate"] > 0
    assert [word["token"] for word in found["sentence"][0]["words"]] == ["<s>", "the", "students", "are"]
    assert (tmp_path / "reach.svg").read_text().startswith("<?xml")
    assert (
        run(
            [
                "inspect",
                "gradients",
                str(models / "lstm"),
                "--text",
                str(models / "text.txt"),
                "--distance",
                "5",
            ]
        )
        == 0
    )
    assert "a step" in capsys.readouterr().out
    assert (
        run(["inspect", "gradients", str(models / "lstm"), "--sentence", "the students are", "--word", "2"])
        == 0
    )
    assert "what P(students) =" in capsys.readouterr().out


def test_the_unit_that_holds_longest_is_looked_up_if_none_is_named(models, capsys):
    command = [
        "inspect",
        "gates",
        str(models / "lstm"),
        "the student is tall",
        "--corpus",
        str(models / "text.txt"),
    ]
    assert run(command) == 0
    assert "(it holds longest on the text above)" in capsys.readouterr().out
    assert run([*command, "--unit", "2"]) == 0
    assert "holds longest on the text" not in capsys.readouterr().out


def test_a_page_is_no_picture(models, tmp_path, capsys):
    assert (
        run(["inspect", "gates", str(models / "lstm"), "the student", "--page", str(tmp_path / "gates.png")])
        == 2
    )
    assert "a page's name ends in .html or .htm" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_models_of_one_name_are_told_apart_and_a_pipe_is_read_once(models, tmp_path, capsys, monkeypatch):
    for name, network in (("a", "rnn"), ("b", "lstm")):
        shutil.copytree(models / network, tmp_path / name / "m$^$")
    monkeypatch.chdir(tmp_path)
    text = (models / "text.txt").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    found = answer(
        capsys, "gradients", "a/m$^$", "b/m$^$", "--text", "-", "--distance", 6, "--places", 5,
        "--picture", "both.svg",
    )  # fmt: skip
    assert [each["model"] for each in found["models"]] == ["a/m$^$", "b/m$^$"]
    assert [list(each["states"]) for each in found["models"]] == [["h"], ["h", "c"]]
    assert run(["inspect", "gradients", "a/m$^$", "b/m$^$", "--text", str(models / "text.txt")]) == 0
    table = capsys.readouterr().out
    assert "a/m$^$, h" in table
    assert "b/m$^$, c" in table
    monkeypatch.chdir(tmp_path / "a" / "m$^$")
    assert run(["inspect", "gradients", ".", "--text", str(models / "text.txt")]) == 0
    assert "m$^$, h" in capsys.readouterr().out
    assert run(["inspect", "gradients", ".", "../m$^$", "--text", "-"]) == 2
    assert "each model is named once" in capsys.readouterr().err


def test_gradients_say_what_they_do_not_know_and_where_a_window_ends(models, capsys):
    command = [
        "inspect",
        "gradients",
        str(models / "window"),
        "--text",
        str(models / "text.txt"),
        "--distance",
        "9",
    ]
    assert run([*command, "--sentence", "the gnu is tall"]) == 0
    out, err = capsys.readouterr()
    assert "none beyond 5" in out
    assert "window: 1 of 4 tokens are words that the model does not know, as gnu" in err
    assert run([*command, "--sentence", "the <unk> is tall"]) == 3
    assert "--special-tokens keep" in capsys.readouterr().err
    assert run([*command, "--sentence", "the <unk> is tall", "--special-tokens", "keep"]) == 0


def test_what_exploded_is_null_in_json():
    reach = Reach("RNN", 3, np.array([1.0, 1e200, np.inf]), {"h": np.array([1.0, np.inf, np.inf])}, None)
    record = reach_record(Path("m"), reach)
    assert record["norms"] == [1.0, 1e200, None]
    assert record["states"]["h"]["decay"] is None
    json.dumps(record, allow_nan=False)
    assert "inf" in reach_table({"m": reach}, 3)


def test_pairs_are_judged_by_any_model(models, capsys):
    for name in ("ngram", "lstm"):
        found = answer(capsys, "pairs", models / name, models / "pairs.jsonl", "--by", "distance")
        assert found["pairs"] == 2
        assert found["groups"]["distance"]["0"]["pairs"] == 2
        assert found["unknown_words"] == {"zebras": 2}
        assert found["pairs_with_unknown"] == 1
    assert (
        run(["inspect", "pairs", str(models / "ngram"), str(models / "pairs.jsonl"), "--by", "distance"]) == 0
    )
    captured = capsys.readouterr()
    assert "by distance" in captured.out
    assert "unknown words: 2 of 16 (zebras 2)" in captured.out
    assert "1 of 2 pairs hold words" in captured.err


def test_special_tokens_inside_pairs_are_treated_as_asked(models, tmp_path, capsys):
    file = tmp_path / "pairs.tsv"
    file.write_text("the <unk> is tall\tthe student is tall\n")
    arguments = ["inspect", "pairs", str(models / "ngram"), str(file)]
    assert run(arguments) == 3
    err = capsys.readouterr().err
    assert "line 1" in err
    assert "--special-tokens keep" in err
    kept = answer(capsys, *arguments[1:], "--special-tokens", "keep")
    assert (kept["tokens"], kept["unknown_words"]) == (8, {"<unk>": 1})
    skipped = answer(capsys, *arguments[1:], "--special-tokens", "skip")
    assert (skipped["tokens"], skipped["unknown_words"]) == (7, {})


def test_a_language_replaces_no_file_unless_it_is_told_to(tmp_path, capsys):
    folder = tmp_path / "language"
    folder.mkdir()
    small = ["copy", "--write", folder, "--sentences", 5, "--pairs", 2, "--distances", 4]
    answer(capsys, *small)
    first = (folder / "train.txt").read_text()
    (folder / "train.txt").write_text("my own text")
    assert run(["inspect", *map(str, small)]) == 3
    err = capsys.readouterr().err
    assert f"{folder} holds files already (pairs.jsonl, train.txt); choose another name" in err
    assert "--overwrite" in err
    assert (folder / "train.txt").read_text() == "my own text"
    answer(capsys, *small, "--overwrite")
    assert (folder / "train.txt").read_text() == first


@pytest.mark.parametrize(
    "option",
    [
        ("--seeds", "2"),
        ("--systems", "RNN"),
        ("--epochs", "1"),
        ("--size", "8"),
        ("--processes", "1"),
        ("--picture", "a.png"),
    ],
)
def test_options_that_would_do_nothing_where_nothing_is_trained_are_refused(option, tmp_path, capsys):
    assert run(["inspect", "copy", "--write", str(tmp_path / "language"), *option]) == 2
    assert f"nothing for {option[0]} to change" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_language_is_written_and_judged_by_the_same_commands(tmp_path, capsys):
    found = answer(
        capsys,
        "agreement",
        "--write",
        tmp_path / "language",
        "--sentences",
        200,
        "--pairs",
        10,
        "--distances",
        0,
        3,
    )
    assert found["pairs"] == 20
    lines = (tmp_path / "language" / "train.txt").read_text().splitlines()
    assert len(lines) == 200
    save_model(train_on_lines(lines, order=3), tmp_path / "model")
    judged = answer(
        capsys, "pairs", tmp_path / "model", tmp_path / "language" / "pairs.jsonl", "--by", "distance"
    )
    assert judged["groups"]["distance"]["0"]["accuracy"] >= 0.7
    assert judged["groups"]["distance"]["3"]["accuracy"] == 0.5


@pytest.mark.parametrize("probe", ["agreement", "copy", "recall", "brackets"])
def test_every_probe_asks_every_system(probe, tmp_path, capsys):
    found = answer(
        capsys, probe, "--seeds", 1, "--sentences", 200, "--pairs", 4, "--distances", 4, 6, "--epochs", 1, "--size", 8,
        "--processes", 1, "--picture", tmp_path / "probe.png",
    )  # fmt: skip
    assert [system["system"] for system in found["systems"]] == [
        "trigram",
        "5-gram",
        "fixed window",
        "RNN",
        "LSTM",
    ]
    assert np.shape(found["systems"][0]["accuracy"]) == (1, 2)
    assert (tmp_path / "probe.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["gates", "rnn", "the"], 2, "the RNN has no gates"),
        (["gates", "ngram", "the"], 2, "no gates"),
        (["gates", "lstm", ""], 3, "no word"),
        (["gates", "lstm", "the", "--layer", "2"], 2, "layers 1 to 1, got 2"),
        (["gates", "lstm", "the", "--unit", "2"], 2, "--corpus"),
        (["gates", "lstm", "the", "--picture", "gates.jpg"], 2, "ends in .png"),
        (["gradients", "lstm"], 2, "--text FILE"),
        (["gradients", "--sentence", "a"], 2, "no model"),
        (["gradients", "ngram", "--sentence", "the student"], 2, "no gradients"),
        (["gradients", "lstm", "--sentence", "the", "--word", "4"], 2, "words 1 to 1, got 4"),
        (["gradients", "lstm", "--sentence", "the", "--picture", "a.png"], 2, "--text"),
        (["gradients", "lstm", "--text", "text.txt", "--word", "1"], 2, "--sentence"),
        (["gradients", "lstm", "--text", "text.txt", "--distance", "500"], 3, "shorter distance"),
        (["pairs", "lstm", "text.txt"], 3, "line 1"),
        (["pairs", "lstm", "pairs.jsonl", "--by", "UID"], 2, "no field 'UID'"),
        (["agreement", "--seeds", "0"], 2, "one seed"),
        (["agreement", "--systems", "transformer"], 2, "systems are"),
        (["agreement", "--processes", "0"], 2, "one process"),
        (["agreement", "--systems", "RNN", "RNN"], 2, "asked once each"),
        (["agreement", "--overwrite"], 2, "--write"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_an_exit_code(arguments, code, said, models, monkeypatch, capsys):
    monkeypatch.chdir(models)
    assert run(["inspect", *arguments]) == code
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
