"""``nextword convert``: which names are files, and what becomes of the tokenizer."""

import io
import sys
from pathlib import Path

import pytest

WORDS = '# nextword tokenizer {"kind": "words", "lowercase": true, "special_tokens": "error"}\n'
SILENT = "says nothing of its tokenizer: text will be cut at white space"


@pytest.fixture
def marked(shell, lines):
    """A model of words in lower case, and a text that only such a model knows."""
    Path("marked.txt").write_text("".join(f"{line.capitalize()}, {line.upper()}!\n" for line in lines[:60]))
    shell("train ngram marked.txt -o marked -q --order 3 --tokenizer words --lowercase")
    return "marked"


def perplexity(shell, name: str) -> float:
    return shell.json(f"evaluate {name} marked.txt")["perplexity"]


def test_the_tokenizer_survives_a_round_trip(shell, marked):
    assert shell(f"convert {marked} marked.arpa.gz").err == ""
    assert "cut at" not in shell("convert marked.arpa.gz back").err
    assert perplexity(shell, "back") == pytest.approx(perplexity(shell, marked), rel=1e-5)


def test_a_silent_file_is_remarked_on_and_can_be_told(shell, marked):
    shell(f"convert {marked} marked.arpa")
    text = Path("marked.arpa").read_text()
    assert text.startswith(WORDS)
    Path("silent.arpa").write_text(text.removeprefix(WORDS))
    said = shell("convert silent.arpa guessed").err
    assert f"silent.arpa {SILENT}; give --tokenizer words --lowercase" in said
    assert SILENT not in shell("convert silent.arpa guessed --quiet").err
    assert SILENT in shell("convert silent.arpa guessed --special-tokens skip").err
    assert SILENT not in shell("convert silent.arpa told --tokenizer words --lowercase").err
    assert perplexity(shell, "told") == pytest.approx(perplexity(shell, marked), rel=1e-5)
    assert perplexity(shell, "guessed") > 1.5 * perplexity(shell, "told")
    tokenizer = shell.json("info guessed")["tokenizer"]
    assert tokenizer == {"kind": "whitespace", "lowercase": False, "special_tokens": "skip"}


def test_options_go_before_the_comment(shell, marked):
    shell(f"convert {marked} marked.arpa")
    assert SILENT not in shell("convert marked.arpa back --tokenizer whitespace --special-tokens keep").err
    tokenizer = shell.json("info back")["tokenizer"]
    assert tokenizer == {"kind": "whitespace", "lowercase": True, "special_tokens": "keep"}


def test_options_are_for_reading_arpa_alone(shell, five):
    for option in ("--tokenizer words", "--lowercase", "--special-tokens skip"):
        assert "how to read an ARPA file" in shell.error(f"convert {five} five.arpa {option}", 2)
        assert "how to read an ARPA file" in shell.error(f"convert {five} other {option}", 2)
    shell.error(f"convert {five} back --tokenizer bpe", 2)
    assert not Path("five.arpa").exists()


def test_pieces_of_words_are_remarked_on(shell, text):
    shell(f"train ngram {text} -o pieces -q --order 2 --tokenizer bpe --vocabulary-size 300")
    assert "no place for a bpe tokenizer" in shell("convert pieces pieces.arpa").err
    assert "bpe" not in shell("convert pieces pieces.arpa -q").err
    assert SILENT in shell("convert pieces.arpa back").err


@pytest.mark.parametrize(
    "name", ["WT.ARPA", "wt.lm", "wt.lm.gz", "wt.LM.BZ2", "wt.arpa.xz", "wt.lm.zst", "wt.Arpa.GZ"]
)
def test_names_of_arpa_files(shell, five, name):
    shell(f"convert {five} {name}")
    assert Path(name).is_file()
    packed = name.lower().endswith(("gz", "bz2", "xz", "zst"))
    assert Path(name).read_bytes().startswith(b"\\data\\") != packed
    assert shell.json(f"convert {name} back")["order"] == 5


@pytest.mark.parametrize(
    "name",
    [
        "x.txt", "x.bin", "wt.binary", "x.KLM", "x.json", "x.gz", "x.txt.gz", "x.bz2", "x.xz", "x.zst", "x.ZIP",
        "x.safetensors",
    ],
)  # fmt: skip
def test_names_of_other_files(shell, five, name):
    shell(f"convert {five} five.arpa")
    for source in (five, "five.arpa"):
        message = shell.error(f"convert {source} {name}", 2)
        assert name in message
        assert ".arpa or .lm" in message
        assert "folder" in message
        assert not Path(name).exists()


def test_other_names_are_folders(shell, five):
    shell(f"convert {five} five.arpa")
    for name in ("model-v1.2", "arpa", "txt", "five.model"):
        shell(f"convert five.arpa {name}")
        assert Path(name, "config.json").is_file()


def test_standard_output_has_no_place_for_json(shell, five):
    assert "--json" in shell.error(f"convert {five} - --json", 2)


def test_standard_streams(shell, five, monkeypatch):
    shell(f"convert {five} five.arpa")
    arpa = Path("five.arpa").read_bytes()
    stream = io.TextIOWrapper(io.BytesIO())
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", stream)
        shell(f"convert {five} -")
    assert stream.buffer.getvalue() == arpa
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(arpa)))
    assert shell.json("convert - back")["order"] == 5
    shell.error("convert - back.arpa", 2)


def contents(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def test_the_source_is_not_the_target(shell, five):
    shell(f"convert {five} five.arpa")
    Path("same").symlink_to("five.arpa")
    Path("link").symlink_to(five)
    Path("plain").write_bytes(Path("five.arpa").read_bytes())
    before, arpa = contents(five), Path("five.arpa").read_bytes()
    for source, target in (
        (five, five), (five, "./five/"), (five, "link"), ("five.arpa", "five.arpa"), ("five.arpa", "same"),
        ("plain", "plain"),
    ):  # fmt: skip
        assert "the source and the target" in shell.error(f"convert {source} {target}", 2)
    assert contents(five) == before
    assert Path("five.arpa").read_bytes() == arpa == Path("plain").read_bytes()


def test_targets_that_are_in_the_way(shell, five):
    Path("taken.arpa").mkdir()
    Path("taken.arpa", "note").write_text("kept")
    assert "taken.arpa is a folder" in shell.error(f"convert {five} taken.arpa", 3)
    assert contents("taken.arpa") == {"note": b"kept"}
    shell(f"convert {five} five.arpa")
    Path("note").write_text("kept")
    assert "in the way" in shell.error("convert five.arpa note", 3)
    assert Path("note").read_text() == "kept"
    assert "a file already" in shell.error("convert five.arpa other.arpa", 2)
    assert "unknown option" in shell.error(f"convert {five} --loud", 2)
    shell.error("convert missing missing.arpa", 3)
    shell.error("convert missing.arpa back", 3)


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt(), 130), (OSError(28, "No space left on device"), 3)]
)
def test_a_failure_leaves_the_old_target(shell, five, monkeypatch, error, code):
    Path("old.arpa").write_text("old")
    before = sorted(Path().iterdir())

    def fail(*_):
        raise error

    monkeypatch.setattr("os.fsync", fail)
    shell.error(f"convert {five} old.arpa", code)
    assert Path("old.arpa").read_text() == "old"
    assert sorted(Path().iterdir()) == before


def test_a_compact_model_answers_every_command(shell, text):
    """`train --compact` and `convert --compact` write the same arrays."""
    shell(f"train ngram {text} -o exact -q --order 3")
    shell(f"train ngram {text} -o one -q --order 3 --compact")
    shell("convert exact two --compact")
    assert Path("one/model.safetensors").read_bytes() == Path("two/model.safetensors").read_bytes()
    assert shell.json("info one")["settings"]["form"] == "compact"
    exact, one = (shell.json(f"evaluate {name} {text}")["perplexity"] for name in ("exact", "one"))
    assert one == pytest.approx(exact, rel=1e-3)
    assert "cat" in shell('next one "the" -k 17').out
    assert shell("generate one --seed 1").out
    shell(f"mix one exact --tune {text} -o mixed")
    shell("convert one one.arpa")
    shell("convert one.arpa three --compact")
    assert shell.json(f"evaluate three {text}")["perplexity"] == pytest.approx(one, rel=1e-3)
    shell("convert one four")
    assert Path("four/model.safetensors").read_bytes() == Path("one/model.safetensors").read_bytes()


def test_compact_where_it_means_nothing_is_a_usage_error(shell, text):
    shell(f"train ngram {text} -o one -q --order 2 --compact")
    assert "--compact is a form of model folders" in shell.error("convert one one.arpa --compact", 2)
    assert "compact already" in shell.error("convert one two --compact", 2)
    assert not Path("two").exists()
