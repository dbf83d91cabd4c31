"""`nextword classify`: learn, measure, answer, and say what is wrong in one line."""

import io
import json
import select
import subprocess
import sys

import pytest

QUICK = "--size 12 --hidden 8 --epochs 6 --batch 8 --rate 0.02 -q"
TEXTS = [
    (label, text.format(thing=thing))
    for thing in ("phone", "case", "charger", "headset", "screen")
    for label, text in (
        ("good", "A great {thing}!"),
        ("bad", "This {thing} is awful."),
        ("good", "lovely {thing}, works well"),
        ("bad", "The {thing} broke, terrible"),
    )
]


@pytest.fixture
def table(tmp_path):
    (tmp_path / "reviews.tsv").write_text("".join(f"{label}\t{text}\n" for label, text in TEXTS))
    for name in ("good", "bad"):
        texts = [text for label, text in TEXTS if label == name]
        (tmp_path / name).write_text("\n".join(texts) + "\n", encoding="latin-1")
    return "reviews.tsv"


@pytest.fixture
def model(shell, table):
    shell(f"classify train {table} -o model {QUICK}")
    return "model"


def test_training_tells_what_it_made(shell, table):
    content = shell.json(f"classify train {table} -o model {QUICK}")
    assert {"model": "model", "texts": 20, "labels": ["bad", "good"], "epochs": 6}.items() <= content.items()
    assert content["loss"] < 0.7
    assert "2 classes (bad, good) from 20 texts" in shell(f"classify train {table} -o model {QUICK}").out


def test_evaluation_of_a_model(shell, model, table):
    content = shell.json(f"classify evaluate {model} {table}")
    assert content["accuracy"] == 1
    assert content["confusion"] == [[10, 0], [0, 10]]
    assert content["precision"] == content["recall"] == {"bad": 1, "good": 1}
    out = shell(f"classify evaluate {model} {table}").out
    assert "20 texts: accuracy 100.00%, Matthews correlation 1.0000, macro F1 1.0000" in out


def test_cross_validation_prints_the_baselines_too(shell, table):
    content = shell.json(f"classify evaluate {table} --folds 2 --seeds 2 {QUICK}")
    names = [system["name"] for system in content["systems"]]
    assert names == ["classifier", "its LSTM alone", "its bag alone", "tf-idf, logistic regression", "NB-SVM"]
    assert (content["folds"], content["seeds"], content["texts"]) == (2, 2, 20)
    out = shell(f"classify evaluate --class good=good --class bad=bad --folds 2 {QUICK}").out
    assert all(name in out for name in names)
    assert "is, taken for" in out


def test_answers_line_by_line(shell, model, tmp_path):
    (tmp_path / "new.txt").write_text("well, lovely works\n\nit broke\n")
    rows = [line.split("\t") for line in shell(f"classify predict {model} new.txt").out.splitlines()]
    assert [(label, text) for label, _, text in rows] == [("good", "well, lovely works"), ("bad", "it broke")]
    content = shell.json(f"classify predict {model} new.txt --why")
    first = content["texts"][0]
    assert sum(first["probabilities"].values()) == pytest.approx(1)
    assert max(first["why"], key=lambda each: each["change"])["word"] in ("well", "lovely", "works")
    why = shell(f"classify predict {model} new.txt --why").out.splitlines()[1]
    assert why.startswith("\t\t")
    assert "lovely +" in why


def test_a_column_of_a_table_is_answered_row_by_row(shell, model, tmp_path):
    (tmp_path / "new.csv").write_text(
        'id,opinion,stars\n1,"lovely, works",5\n2,,1\n3,"it broke,\nterrible",1\n'
    )
    content = shell.json(f"classify predict {model} new.csv --text-column opinion")
    assert [each["text"] for each in content["texts"]] == ["lovely, works", "", "it broke,\nterrible"]
    assert [each["label"] for each in content["texts"]][::2] == ["good", "bad"]
    assert (
        len(shell(f"classify predict {model} new.csv --text-column 2").out.splitlines()) == 4
    )  # no header is known
    assert "there is no column 'opinions'" in shell.error(
        f"classify predict {model} new.csv --text-column opinions", 2
    )
    assert "goes with the --text-column" in shell.error(
        f"classify predict {model} new.csv --encoding latin-1", 2
    )
    (tmp_path / "odd.csv").write_text("id,opinion\n1,lovely,x\n")
    assert "there are 3 columns" in shell.error(f"classify predict {model} odd.csv --text-column opinion", 3)


def test_answers_come_as_lines_do(model):
    command = [
        sys.executable,
        "-c",
        "from nextword.cli.main import main; main()",
        "classify",
        "predict",
        model,
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        for line, label in ((b"a lovely case\n", b"good"), (b"\nit broke, terrible\r\n", b"bad")):
            child.stdin.write(line)
            child.stdin.flush()
            ready, _, _ = select.select([child.stdout], [], [], 60)
            assert ready, "no answer before the next line"
            assert child.stdout.readline().split(b"\t")[::2] == [label, line.strip() + b"\n"]
        child.stdin.close()
        assert child.stdout.read() == b""
    assert child.returncode == 0


def test_lines_without_a_word_are_no_text(shell, model, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n\n")))
    assert "standard input is empty" in shell.error(f"classify predict {model}", 3)


def test_blank_lines_get_no_answer_which_the_help_says(shell, model, tmp_path):
    (tmp_path / "gaps").write_text("a lovely case\n\n  \nan awful phone\n")
    assert len(shell(f"classify predict {model} gaps").out.splitlines()) == 2
    assert len(shell.json(f"classify predict {model} gaps")["texts"]) == 2
    assert "blank lines get no answer" in " ".join(
        shell("classify predict --help").out.replace("│", " ").split()
    )


def test_there_is_no_half_of_an_object(shell, model, tmp_path, monkeypatch):
    monkeypatch.setattr("nextword.text.readers.BLOCK_BYTES", 1000)
    (tmp_path / "late").write_bytes(b"a lovely case\n" * 600 + b"caf\xe9\n")
    assert "late: line 601" in shell.error(f"classify predict {model} late --json", 3)


def test_a_file_a_class_and_another_encoding(shell, table, tmp_path):
    (tmp_path / "good").write_bytes("a fiancée's phone, lovely\n".encode("cp1252") * 5)
    command = f"classify train -o model --class good=good --class bad=bad {QUICK}"
    assert "line 1" in shell.error(command, 3)
    assert shell.json(f"{command} --encoding cp1252")["texts"] == 15


def test_it_begins_from_vectors_and_from_a_language_model(shell, table, tmp_path):
    (tmp_path / "text").write_text("".join(f"{text}\n" for _, text in TEXTS) * 3)
    shell("train word2vec text -o vectors --size 6 --epochs 1 --tokenizer words --lowercase --threads 1 -q")
    begun = shell.json(f"classify train {table} -o a --vectors vectors --epochs 2 -q")
    assert begun["vocabulary"] > 10
    assert shell.json("info a")["settings"]["size"] == 6
    shell("train lstm text -o lm --size 6 --layers 1 --epochs 1 --tokenizer words --lowercase -q")
    shell(f"classify train {table} -o b --encoder lm --epochs 2 --unfreeze --layer-rate 0.4 -q")
    assert shell.json("info b")["settings"]["directions"] == 1


def test_what_is_wrong_is_said_in_one_line(shell, model, table, tmp_path):
    (tmp_path / "one").write_text("x\ta\nx\tb\nx\tc\n")
    (tmp_path / "ragged").write_text("x\ta\ny\tb\tc\n")
    (tmp_path / "unknown").write_text("good\ta\nworse\tb\nbad\tc\nbad\td\n")
    for code, command, part in (
        (3, "train one -o m", "all 3 texts are labelled 'x'"),
        (3, "train ragged -o m", "ragged: line 2"),
        (3, "train none -o m", "none does not exist"),
        (2, "train -o m", "there are no texts"),
        (2, f"train {table} -o m --class a=good", "one or the other"),
        (2, "train -o m --class good", "try --class good=good.txt"),
        (2, f"train {table} -o m --pooling sum", "pooling is one of"),
        (2, f"train {table} -o m --vectors v --size 3", "--size is taken from --vectors"),
        (2, f"train {table} -o m --vectors v --encoder e", "leave one of them out"),
        (3, f"train {table} -o {table}", "in the way"),
        (3, f"evaluate {model} unknown", "unknown: line 2: the classifier does not know the label 'worse'"),
        (2, f"evaluate {model} {table} --hidden 3", "go with --folds"),
        (2, f"evaluate {model} {table} --vectors nothere", "go with --folds"),
        (2, f"evaluate {model} {table} --encoder nothere", "go with --folds"),
        (2, f"evaluate {model} {table} --threads 5", "go with --folds"),
        (2, "train --bogus -o m", "unknown option --bogus"),
        (2, f"predict {model} --bogus", "unknown option --bogus"),
        (2, f"evaluate {model} --bogus", "unknown option --bogus"),
        (2, f"evaluate {table}", "got 1 names"),
        (2, f"evaluate {model} {table} --folds 2", "leave out the model"),
        (2, f"evaluate {table} --folds 1", "at least 2 folds"),
        (2, f"evaluate {table} --folds 2 --seeds 0", "at least 1 seed"),
        (3, f"evaluate {table} --folds 11", "give --folds 10"),
        (3, "predict none good", "there is no classifier at none"),
        (3, f"predict {model} none", "none does not exist"),
        (3, f"next {model} word", "predicts no next word"),
        (2, f"trin {table} -o m", "did you mean train?"),
    ):
        prefix = "" if command.startswith("next") else "classify "
        assert part in shell.error(prefix + command, code), command


def test_json_is_one_object(shell, model):
    assert json.loads(shell(f"classify predict {model} good --json").out)["texts"]


def test_a_bag_alone_is_trained_saved_and_measured(shell, table):
    content = shell.json(f"classify train {table} -o bag --bag 1 {QUICK}")
    assert content["loss"] is None
    assert "parameters, " in shell(f"classify train {table} -o bag --bag 1 {QUICK}").out
    assert shell.json(f"classify evaluate bag {table}")["accuracy"] == 1
    assert shell.json(f"classify evaluate {table} --folds 2 --bag 1 {QUICK}")["systems"][1][
        "name"
    ].startswith("tf-idf")
