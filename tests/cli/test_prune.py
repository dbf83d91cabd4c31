import json
from pathlib import Path

import pytest

from nextword.cli.prune_ways import FILE_BYTES, parse_size
from nextword.errors import SettingError
from nextword.ngram.pruning import prune_by_counts, prune_by_entropy, prune_to_size, prune_vocabulary
from nextword.store.models import load_model
from nextword.text.vocabulary import VocabularyLimits


def size_of(folder: str) -> int:
    return sum(path.stat().st_size for path in Path(folder).iterdir())


def test_prune_says_what_it_left(shell, five):
    answer = shell.json(f"prune {five} -o small --entropy 1e-4 --on other.txt")
    wanted = prune_by_entropy(load_model(five), 1e-4)
    assert answer["model"] == "small"
    assert answer["ngrams"] == wanted.automaton.ngrams == load_model("small").automaton.ngrams
    assert answer["ngrams_before"] == load_model(five).automaton.ngrams
    assert sum(answer["ngrams"]) < sum(answer["ngrams_before"])
    assert answer["perplexity"] == shell.json("evaluate small other.txt")["perplexity"]
    assert answer["perplexity_before"] == shell.json(f"evaluate {five} other.txt")["perplexity"]
    assert (answer["bytes"], answer["bytes_before"]) == (size_of("small"), size_of(five))
    assert answer["threshold"] == 1e-4


def test_a_table_for_people(shell, five):
    table = shell(f"prune {five} -o small --counts 0,0,1 --on other.txt text.txt").out
    rows = [line.split() for line in table.splitlines()]
    assert rows[0] == ["before", "after"]
    model = prune_by_counts(load_model(five), [0, 0, 1])
    assert ["3-grams", *(f"{m.automaton.ngrams[2]:,}" for m in (load_model(five), model))] in rows
    assert [row[0] for row in rows[-3:]] == ["all", "on", "perplexity"]
    shell(f"prune {five} -o tiny --entropy 1000")
    assert "by entropy, threshold 1000" in shell("info tiny").out
    assert "5-grams" in shell(f"prune {five} -o tiny --entropy 1000").out
    assert json.loads(Path("tiny", "config.json").read_text())["model"]["order"] == 1


def test_each_way_is_the_library_s(shell, five):
    model = load_model(five)
    Path("words.txt").write_text("the\ncat sat\n")
    ways = {
        "--target-ngrams 200": prune_to_size(model, ngrams=200),
        "--entropy 1e-4 --context-probability model": prune_by_entropy(
            model, 1e-4, context_probability="model"
        ),
        "--vocabulary-size 9": prune_vocabulary(model, VocabularyLimits(max_size=9)),
        "--vocabulary words.txt": prune_vocabulary(model, VocabularyLimits(words=("the", "cat", "sat"))),
        "--counts 0,0,1 --entropy 1e-4": prune_by_entropy(prune_by_counts(model, [0, 0, 1]), 1e-4),
    }
    for options, wanted in ways.items():
        answer = shell.json(f"prune {five} -o small {options}")
        assert answer["ngrams"] == wanted.automaton.ngrams
        assert answer["perplexity"] is None
        loaded = load_model("small")
        assert loaded.settings == wanted.settings
        assert loaded.tokenizer.tokens == wanted.tokenizer.tokens
        assert loaded.score("the cat sat on the mat") == wanted.score("the cat sat on the mat")


@pytest.mark.parametrize("size", ["30kB", "0.025MB", "40000"])
def test_a_folder_of_a_size(shell, five, size):
    assert size_of(five) > parse_size(size)
    answer = shell.json(f"prune {five} -o small --target-size {size}")
    assert answer["bytes"] == size_of("small") <= parse_size(size)
    assert sum(answer["ngrams"]) > 17


def test_a_model_from_arpa(shell, five):
    shell(f"convert {five} five.arpa")
    shell("convert five.arpa back")
    answer = shell.json("prune back -o small --entropy 1e-4")
    assert sum(answer["ngrams"]) < sum(answer["ngrams_before"])
    assert load_model("small").settings["pruned"][0]["context_probability"] == "model"
    assert "no counts" in shell.error("prune back -o other --counts 0,0,1", 2)
    assert "no counts" in shell.error("prune back -o other --entropy 1e-4 --context-probability counts", 2)
    assert not Path("other").exists()


def test_remarks(shell, five):
    Path("words.txt").write_text("the cat zebra unicorn\n")
    assert (
        "2 of the 4 words in words.txt are not in the model"
        in shell(f"prune {five} -o small --vocabulary words.txt").err
    )
    assert "nothing was dropped" in shell(f"prune {five} -o small --entropy 0").err
    assert not shell(f"prune {five} -o small --entropy 0 -q").err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("", "nothing says what to drop"),
        ("--entropy 1e-8 --target-ngrams 300", "one threshold"),
        ("--entropy=-1", "from 0 up, got -1.0"),
        ("--entropy nan", "from 0 up, got nan"),
        ("--entropy tiny", "tiny"),
        ("--target-ngrams 5", "the words alone take 17 n-grams of the 5"),
        ("--target-size 9PB", "got '9PB'; try 500kB"),
        ("--target-size 1kB", "the tokenizer alone takes"),
        ("--counts 0,x", "--counts takes whole numbers"),
        ("--counts 0,2,1", "never fall"),
        ("--vocabulary words.txt --vocabulary-size 5", "without --vocabulary-size"),
        ("--vocabulary five", "a folder"),
        ("--vocabulary-size 0", "at least 1"),
        ("--counts 0,1 --context-probability model", "--context-probability belongs to"),
        ("--counts 0,1 --lowercase", "--lowercase"),
        ("--counts 0,1 --field x", "give it too"),
        ("--counts 0,1 --on=-", "standard input comes once"),
        ("--counts 0,1 -o five", "the model and the output"),
    ],
)
def test_what_makes_no_sense(shell, five, options, message):
    before = {path.name: path.read_bytes() for path in Path(five).iterdir()}
    output = "" if "-o" in options.split() else "-o small"
    assert message in shell.error(f"prune {five} {output} {options}", 2)
    assert not Path("small").exists()
    assert {path.name: path.read_bytes() for path in Path(five).iterdir()} == before


def test_a_size_too_small_for_the_words(shell, five):
    room = len(load_model(five).tokenizer.to_json().encode()) + FILE_BYTES + 100
    message = shell.error(f"prune {five} -o small --target-size {room}", 2)
    assert "the words alone take 544 bytes of the 100" in message


def test_what_cannot_be_pruned(shell, five):
    shell(f"mix {five} {five} --tune other.txt -o mixed -q")
    assert "only n-gram models" in shell.error("prune mixed -o small --entropy 1e-8", 2)
    shell("train ngram text.txt -o pieces -q --order 2 --tokenizer bpe --vocabulary-size 300")
    assert "cannot lose tokens" in shell.error("prune pieces -o small --vocabulary-size 270", 2)
    shell.json("prune pieces -o small --entropy 1e-4")
    shell.error("prune missing -o small --entropy 1e-8", 3)
    Path("taken").mkdir()
    Path("taken", "note").write_text("kept")
    assert "choose another name" in shell.error(f"prune {five} -o taken --entropy 1e-8", 3)


def test_sizes():
    assert [parse_size(text) for text in ("12", "3kB", "3K", "1.5 MB", "2g")] == [
        12, 3000, 3000, 1_500_000, 2_000_000_000,
    ]  # fmt: skip
    assert parse_size("9" * 400 + "kB") == 10**21
    for text in ("", "MB", "-3", "1e3", "3 kMB", "٣MB"):
        with pytest.raises(SettingError):
            parse_size(text)
