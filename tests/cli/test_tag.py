"""``nextword tag train``, ``evaluate`` and ``apply``: from the command line."""

import io
import json
import sys

import pytest

NAMES = ["Ann", "Bob", "Clara", "Eva"]
PLACES = ["Rome", "Oslo", "New York"]
SMALL = "--size 8 --hidden 8 --epochs 10 --batch 4 --rate 0.02 --threads 1"


def rows():
    for place in PLACES * 3:
        for name in NAMES:
            first, *others = place.split()
            inside = "".join(f"{word} I-LOC\n" for word in others)
            yield f"{name} B-PER\nlives O\nin O\n{first} B-LOC\n{inside}. O\n\n"


def conllu(sentences):
    for sentence in sentences:
        lines = [line.split() for line in sentence.strip().split("\n")]
        rows = [
            f"{n}\t{word}\t_\t{tag[-1]}\t{tag}" + "\t_" * 5 + "\n" for n, (word, tag) in enumerate(lines, 1)
        ]
        yield "# a comment\n" + "".join(rows) + "\n"


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "".join(rows())
    (tmp_path / "train.txt").write_text(text)
    (tmp_path / "train.conllu").write_text("".join(conllu(rows())))
    (tmp_path / "words.conll").write_text("".join(f"{line.split(' ')[0]}\n" for line in text.split("\n")))
    return tmp_path


@pytest.fixture
def tagger(shell, files):
    shell(f"tag train train.txt -o t --valid train.txt {SMALL} -q")
    return "t"


def typed(monkeypatch, text):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_train_evaluate_and_apply(shell, files, tagger, monkeypatch):
    out, _ = shell(f"tag evaluate {tagger} train.txt")
    assert "LOC" in out
    assert "100.00%" in out
    content = shell.json(f"tag evaluate {tagger} train.txt")
    assert content["f1"] == content["labels"]["PER"]["recall"] == 1.0
    assert content["words"] == 36 * 5 + 12
    assert content["unknown_tags"] == {}
    typed(monkeypatch, "Ann lives in New York.\n\nBob\n")
    assert shell(f"tag apply {tagger}").out == (
        "Ann\tB-PER\nlives\tO\nin\tO\nNew\tB-LOC\nYork\tI-LOC\n.\tO\n\nBob\tB-PER\n\n"
    )


def test_columns_come_out_as_they_came_in(shell, files, tagger):
    text = (files / "train.txt").read_text()
    assert shell(f"tag apply {tagger} train.txt --format columns").out == text
    # Without a column of tags there is one afterwards.
    assert shell(f"tag apply {tagger} words.conll").out.rstrip("\n") == text.rstrip("\n")


def test_conllu_comes_out_with_its_comments(shell, files):
    content = shell.json(f"tag train train.conllu -o u {SMALL} -q --column upos")
    assert (content["tags"], content["scheme"]) == (3, None)
    text = (files / "train.conllu").read_text()
    assert shell("tag apply u train.conllu").out == text
    blank = "".join("\t".join([*line.split("\t")[:3], "_", *line.split("\t")[4:]]) if "\t" in line else line
                    for line in text.splitlines(keepends=True))  # fmt: skip
    (files / "blank.conllu").write_text(blank)
    assert shell("tag apply u blank.conllu").out == text
    assert "tagged right: 100.00%" in shell("tag evaluate u train.conllu").out
    # Words alone in columns get a column of tags, though the training file had it elsewhere.
    words = (files / "words.conll").read_text()
    tagged = shell("tag apply u words.conll").out
    assert [line.split(" ")[0] for line in tagged.split("\n")] == words.split("\n")
    assert tagged.startswith("Ann R\n")
    # Another column, in which tags mark spans.
    assert shell.json(f"tag train train.conllu -o x {SMALL} -q --column xpos")["scheme"] == "bio"


def test_json_has_spans_and_probabilities(shell, tagger, monkeypatch):
    typed(monkeypatch, "Eva lives in New York .\n")
    (sentence,) = shell.json(f"tag apply {tagger} --probabilities --tokenizer whitespace")["sentences"]
    assert sentence["tags"] == ["B-PER", "O", "O", "B-LOC", "I-LOC", "O"]
    assert sentence["spans"][1] == {"label": "LOC", "begin": 3, "end": 5, "text": "New York"}
    assert len(sentence["probabilities"]) == 6
    assert all(0 < share <= 1 for share in sentence["probabilities"])
    assert "--json" in shell.error(f"tag apply {tagger} --probabilities", 2)


def test_features_are_columns_of_their_own(shell, files):
    text = (files / "train.txt").read_text().replace(" ", " X ")
    (files / "three.txt").write_text(text)
    shell(f"tag train three.txt -o f --features 2 {SMALL} -q")
    assert shell("tag apply f three.txt --format columns").out == text
    assert "column 2" in shell.error("tag apply f three.txt", 2)
    assert "line 1" in shell.error("tag evaluate f words.conll", 3)


def test_iob1_is_said_and_answered(shell, files):
    text = (files / "train.txt").read_text().replace("B-", "I-")
    (files / "iob1.txt").write_text(text)
    _, err = shell(f"tag train iob1.txt -o i {SMALL}")
    assert "the tags are IOB1" in err
    assert shell("tag apply i iob1.txt --format columns").out == text


def test_tags_that_the_model_does_not_know_are_counted(shell, files, tagger):
    (files / "odd.txt").write_text("Ann B-PER\nand O\nACME B-ORG\n")
    _, err = shell(f"tag evaluate {tagger} odd.txt")
    assert "1 of 3 words have tags that the model does not know and never answers: ORG (1)" in err
    assert shell.json(f"tag evaluate {tagger} odd.txt")["unknown_tags"] == {"ORG": 1}


def test_tags_that_mark_no_spans_are_refused_by_a_tagger_of_spans(shell, files, tagger):
    (files / "plain.conll").write_text("Ann PROPN\nlives VERB\nwell ADV\n. O\n")
    for option in ("", " --json"):
        said = shell.error(f"tag evaluate {tagger} plain.conll{option}", 3)
        assert (
            "this tagger finds spans, and the sentences have tags that mark none, such as 'PROPN' and 'VERB'"
            in said
        )
    (files / "outside.conll").write_text("well O\n. O\n")
    assert shell.json(f"tag evaluate {tagger} outside.conll")["true"] == 0


def test_the_training_says_how_it_went(shell, files):
    out, err = shell(f"tag train train.txt -o t --valid train.txt {SMALL}")
    assert "whose weights are kept" in out
    assert "epoch 10 of 10: loss " in err
    content = shell.json("info t")
    assert content["model_type"] == "sequence-tagger"
    assert "B-LOC" in content["tags"]
    assert json.loads((files / "t" / "training.jsonl").read_text().split("\n")[0])["epoch"] == 1


@pytest.mark.parametrize(
    ("command", "code", "what"),
    [
        ("train nothing.txt -o t", 3, "nothing.txt does not exist"),
        ("train train.txt -o no/where", 3, "the folder no does not exist"),
        ("train train.txt -o t --epochs 0", 2, "epochs is a whole number"),
        ("train train.txt -o t --column 5", 3, "line 1: column 5 was asked for, and the file has 2"),
        ("train train.txt -o t --column upos", 2, "a column is a number from 1 or last"),
        ("train train.conllu -o t --column tag", 2, "a column is a number from 1 or one of ID"),
        ("train train.txt -o t --format conllu", 3, "line 1 has 1 column, and CoNLL-U has 10"),
        ("train broken.txt -o t", 3, "broken.txt: line 3: I-X begins a span"),
        ("train train.txt -o t --words 0", 2, "the column of words is a whole number from 1"),
        (
            "train train.txt -o t --words last",
            2,
            "--words takes the number of a column, the first is 1, got 'last'",
        ),
        ("train train.txt -o t --features last", 2, "--features takes the number of a column"),
        ("train train.txt -o t --features 0", 2, "a feature's column is a whole number from 1"),
        (
            "train train.txt -o t --valid three.txt",
            3,
            "three.txt: line 1 has 3 columns, and the training file 2",
        ),
        ("train three.txt -o t --valid train.txt --column 3", 3, "train.txt: line 1: column 3 was asked for"),
        ("train one.txt -o t", 3, "all words have the tag 'N'"),
        ("train - -o t --valid -", 2, "stdin can be read once"),
        ("apply nothing", 3, "there is no tagger at nothing"),
        ("evaluate nothing train.txt", 3, "there is no tagger at nothing"),
        ("paint x", 2, "unknown command 'paint'"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(shell, files, command, code, what):
    (files / "broken.txt").write_text("a B-X\nb O\nc I-X\n")
    (files / "three.txt").write_text("Ann X B-PER\n")
    (files / "one.txt").write_text("Ann N\nBob N\n")
    assert what in shell.error(f"tag {command}", code)
    assert not (files / "t").exists()


def test_a_development_file_may_have_more_columns_where_they_are_named(shell, files):
    (files / "wide.txt").write_text((files / "train.txt").read_text().replace("B-PER", "B-PER x"
        ).replace("LOC", "LOC x").replace("O\n", "O x\n"))  # fmt: skip
    out, _ = shell(f"tag train train.txt -o t --valid wide.txt --column 2 {SMALL} -q")
    assert "F1 of spans 100.00%" in out


def test_the_training_of_a_tagger_that_cannot_be_saved_stays(shell, files, monkeypatch):
    monkeypatch.setattr("nextword.store.tagger.LARGEST_SCORE", 1e-3)
    said = shell.error(f"tag train train.txt -o t {SMALL} -q", 2)
    assert "a lower rate, or with fewer hidden units; its training stays in t.training" in said
    assert (files / "t.training").exists()
    assert not (files / "t").exists()


def test_options_of_columns_are_refused_for_text(shell, files, tagger):
    assert "give --format columns" in shell.error(f"tag apply {tagger} train.txt --column 2", 2)
