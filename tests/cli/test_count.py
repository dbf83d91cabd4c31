"""``nextword count``: what people type."""

import gzip
import io
import sys
from pathlib import Path

import pytest

from nextword.store.counts import load_counts
from nextword.store.models import load_model


def same_files(one: str, other: str, name: str) -> bool:
    return Path(one, name).read_bytes() == Path(other, name).read_bytes()


@pytest.fixture
def halves(shell, text, lines):
    Path("one.txt").write_text("\n".join(lines[:100]) + "\n")
    Path("two.txt").write_text("\n".join(lines[100:]) + "\n")
    for half in ("one", "two"):
        shell(f"count {half}.txt -o {half} --order 4 -q")


@pytest.fixture
def counts(shell, text):
    shell(f"count {text} -o counts --order 4 -q")
    return "counts"


def test_count_says_what_it_counted(shell, text, lines):
    answer = shell.json(f"count {text} -o counts --order 3")
    counted = load_counts("counts")
    assert answer.pop("seconds") > 0
    assert answer == {
        "counts": "counts",
        "order": 3,
        "tokens": sum(len(line.split()) + 1 for line in lines),
        "vocabulary": len(counted.tokenizer),
        "ngrams": counted.ngrams,
    }
    assert "counts: order 3, " in shell(f"count {text} -o counts --order 3").out


def test_shards_merge_into_the_whole(shell, counts, halves):
    answer = shell.json("count merge two one -o all")
    assert answer["order"] == 4
    for name in ("counts.safetensors", "tokenizer.json", "tokenizer_config.json"):
        assert same_files("all", counts, name)
    shell("count merge one two -o one")  # a part may be replaced by the sum
    assert same_files("one", counts, "counts.safetensors")
    assert shell.json("count merge all -o three --order 3")["order"] == 3


def test_a_model_of_counts_is_the_model_of_the_text(shell, text, counts):
    for options in (
        "",
        "--order 2 --smoothing witten-bell",
        "--prune 0,1 --min-count 9",
        "--vocabulary few.txt",
    ):
        Path("few.txt").write_text("the cat zebra\n")
        order = "" if "--order" in options else "--order 4"
        shell(f"train ngram {text} -o direct -q {order} {options}")
        answer = shell.json(f"train ngram {counts} -o model -q {options}")
        assert answer["model"] == "model"
        for name in ("model.safetensors", "tokenizer.json"):
            assert same_files("model", "direct", name)
    assert shell.json("info model")["provenance"]["data"] == ["counts"]


def test_counts_can_be_limited_to_another_models_vocabulary(shell, text, counts):
    shell("train ngram other.txt -o other -q --order 2")
    shell(f"train ngram {counts} -o model -q --vocabulary other")
    assert load_model("model").tokenizer.tokens == load_model("other").tokenizer.tokens
    shell(f"count other.txt -o more -q --order 4 --vocabulary {counts}")
    assert load_counts("more").tokenizer.tokens == load_counts(counts).tokenizer.tokens


def test_a_round_trip_over_text(shell, counts):
    answer = shell.json(f"count export {counts} counts.txt.gz")
    assert answer == {"file": "counts.txt.gz", "ngrams": load_counts(counts).ngrams}
    assert b"\t" in gzip.decompress(Path("counts.txt.gz").read_bytes())
    assert shell.json("count import counts.txt.gz -o back")["restored"] == 0
    assert same_files("back", counts, "counts.safetensors")
    shell(f"count export {counts} long.txt --order 4")
    assert {line.count(" ") for line in Path("long.txt").read_text().splitlines()} == {3}
    out, err = shell("count import long.txt -o back")
    assert "n-grams had no line, though longer ones hold them" in err
    assert "order 4" in out


def test_standard_streams(shell, counts, monkeypatch):
    shell(f"count export {counts} counts.txt")
    stream = io.TextIOWrapper(io.BytesIO())
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", stream)
        shell(f"count export {counts} -")
    assert stream.buffer.getvalue() == Path("counts.txt").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stream.buffer.getvalue())))
    assert shell.json("count import - -o back")["order"] == 4


def test_how_text_was_cut_is_told(shell, text):
    shell(f"count {text} -o words -q --order 2 --tokenizer words --lowercase")
    err = shell("count export words words.txt").err
    assert "import them with --tokenizer words --lowercase --special-tokens error" in err
    shell("count import words.txt -o back --tokenizer words --lowercase --special-tokens error")
    assert same_files("back", "words", "counts.safetensors")
    assert same_files("back", "words", "tokenizer.json")
    shell(f"count {text} -o pieces -q --order 2 --tokenizer bpe --vocabulary-size 300")
    assert "no place for a bpe tokenizer" in shell("count export pieces pieces.txt").err


def test_counts_are_looked_up(shell, text, lines):
    shell(f"count {text} -o counts -q")
    wanted = sum(line.split().count("the") for line in lines)
    answer = shell.json('count of counts the "<s> zebra"')
    assert answer["seen"] == [{"ngram": "the", "count": wanted}, {"ngram": "<s> zebra", "count": 0}]
    assert shell("count of counts the").out == f"the\t{wanted}\n"


def test_info_shows_counts(shell, counts):
    answer = shell.json(f"info {counts}")
    assert answer["model_type"] == "ngram-counts"
    assert answer["ngrams"] == load_counts(counts).ngrams
    assert answer["settings"]["open_vocabulary"] is True
    assert "sentences" in shell(f"info {counts}").out


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        ("count -o x", 2, "no text to count"),
        ("count text.txt", 2, "--output is missing"),
        ("count missing.txt -o x", 3, "missing.txt"),
        ("count counts -o x", 2, "holds counts already; nextword count merge"),
        ("count text.txt -o x --order 0", 2, "got 0"),
        ("count text.txt -o x --ordr 3", 2, "unknown option --ordr"),
        ("count text.txt -o text.txt", 3, "in the way"),
        ("count text.txt -o model", 3, "holds a model, which counts do not replace"),
        ("count merge -o x", 2, "no counts to merge"),
        ("count merge counts text.txt -o x", 3, "text.txt is a file"),
        ("count merge counts model -o x", 3, "a model of type ngram, not counts"),
        ("count merge counts low -o x", 2, "counts has order 4 and low order 2; give --order 2"),
        ("count merge counts few -o x --order 2", 2, "few was counted with a limited vocabulary"),
        ("count merge counts low -o x --order 3", 2, "the counts go up to order 2"),
        ("count merge counts --bogus -o x", 2, "option: --bogus"),
        ("count export counts", 2, "is missing"),
        ("count export counts model", 3, "is a folder"),
        ("count export counts x --order 5", 2, "order 1 to 4, got order 5"),
        ("count export counts - --json", 2, "--json"),
        ("count export model x", 3, "not counts"),
        ("count import -o x", 2, "no counts to import"),
        ("count import counts -o x", 2, "a folder of counts already; nextword count merge"),
        ("count import text.txt -o x", 3, "text.txt: line 1: "),
        ("count import text.txt -o x --tokenizer bpe", 2, "bpe"),
        ("count of counts", 2, "no n-gram to look up"),
        ("count of counts 'a b c d e'", 2, "1 to 4 were counted in a row"),
        ("count of missing the", 3, "there are no counts at missing"),
        ("train ngram counts -o x --order 5", 2, "up to order 4, got order 5"),
        ("train ngram counts -o x --lowercase", 2, "--lowercase says how text is read"),
        ("train ngram counts -o x --tokenizer words", 2, "--tokenizer says how text is read"),
        ("train ngram counts -o x --special-tokens skip", 2, "--special-tokens says"),
        ("train ngram counts -o x --field body", 2, "--field says"),
        ("train ngram counts -o x --max-line-bytes 9", 2, "--max-line-bytes says"),
        ("train ngram counts text.txt -o x", 2, "the others are texts"),
        ("train ngram counts low -o x", 2, "nextword count merge counts low -o ALL"),
        ("train ngram text.txt -o counts", 3, "counts.safetensors"),
        ("evaluate counts text.txt", 3, "nextword train ngram counts -o MODEL"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_line(shell, text, counts, command, code, message):
    shell(f"train ngram {text} -o model -q --order 2")
    shell(f"count {text} -o low -q --order 2")
    shell(f"count {text} -o few -q --order 2 --vocabulary-size 5")
    assert message in shell.error(command, code)
    assert not Path("x").exists()
    assert load_counts("counts").order == 4


def test_help_has_an_example_of_each(shell):
    for name in ("", "merge", "export", "import", "of"):
        assert "Example: nextword count" in shell(f"count {name} --help").out
