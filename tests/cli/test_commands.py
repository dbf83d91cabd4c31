import io
import json
import math
import sys

import pytest

from nextword.ngram.train import train_on_lines
from nextword.store.models import load_model
from support import sign


def test_train_says_what_it_made(shell, text, lines):
    answer = shell.json(f"train ngram {text} -o model --order 3 --prune 0,0,1")
    model = train_on_lines(lines, 3, prune=[0, 0, 1])
    assert answer["ngrams"] == model.automaton.ngrams
    assert answer["order"] == 3
    assert answer["model"] == "model"
    assert answer["vocabulary"] == model.vocabulary_size
    assert answer["tokens"] == sum(len(line.split()) + 1 for line in lines)
    assert answer["seconds"] > 0
    assert load_model(shell.folder / "model").score(lines[0]) == model.score(lines[0])


@pytest.mark.parametrize("options", ["--smoothing mle", "--smoothing additive --delta 0.1", "--lowercase"])
@pytest.mark.parametrize("tokenizer", ["whitespace", "words", "characters", "bpe"])
def test_train_takes_every_tokenizer_and_smoothing(shell, text, tokenizer, options):
    size = "--vocabulary-size 280" if tokenizer == "bpe" else ""
    shell(f"train ngram {text} -o model --order 2 --tokenizer {tokenizer} {options} {size}")
    answer = shell.json("evaluate model other.txt")
    assert answer["sentences"] == 41
    assert answer["perplexity"] is None or answer["perplexity"] > 1
    assert answer["zero_probability"] == 0 or "mle" in options


def test_small_data_falls_back_and_says_so(shell):
    (shell.folder / "small.txt").write_text("a b\n")
    _, err = shell("train ngram small.txt -o model --order 2")
    assert "too few counts to determine the discounts of order 1, 2: using 0.5, 1, 1.5" in err
    assert not shell("train ngram small.txt -o model --order 2 --quiet").err


def test_a_word_list_is_the_vocabulary(shell, text):
    (shell.folder / "words.txt").write_text("the\ncat zebra\n")
    shell(f"train ngram {text} -o model --vocabulary words.txt")
    assert set(load_model(shell.folder / "model").tokenizer.tokens[3:]) == {"the", "cat", "zebra"}


def test_evaluate_counts_what_it_measures(shell, five):
    answer = shell.json(f"evaluate {five} other.txt")
    model = load_model(shell.folder / five)
    lines = (shell.folder / "other.txt").read_text().splitlines()
    total = sum(model.score(line) for line in lines)
    tokens = sum(len(line.split()) + 1 for line in lines)
    assert answer["tokens"] == tokens
    assert answer["oov"] == 1
    assert answer["perplexity"] == pytest.approx(math.exp(-total / tokens))
    assert answer["bits_per_token"] == pytest.approx(-total / tokens / math.log(2))
    assert answer["perplexity_without_oov"] < answer["perplexity"]
    assert "perplexity" in shell(f"evaluate {five} other.txt").out


def test_an_impossible_word_is_named(shell, text):
    shell(f"train ngram {text} -o mle --smoothing mle --order 2")
    out, err = shell("evaluate mle other.txt")
    assert "have probability zero, so the perplexity is infinite" in err
    assert "inf" in out


def test_compare_makes_one_table_and_the_best_mixture(shell, five, text):
    shell(f"train ngram {text} -o one --order 1")
    answer = shell.json(f"compare one {five} --on other.txt --tune {text}")
    assert [row["model"] for row in answer["models"]] == ["one", "five"]
    assert sum(answer["mixture"]["weights"]) == pytest.approx(1)
    assert "mixture" in shell(f"compare one {five} --on other.txt --tune {text}").out
    assert shell.json(f"compare one {five} --on other.txt")["mixture"] is None


def test_models_of_different_vocabularies_are_compared_but_not_mixed(shell, five, text):
    shell(f"train ngram {text} -o few --min-count 100")
    assert "vocabularies differ" in shell(f"compare few {five} --on other.txt").err
    assert "do not mix" in shell(f"compare few {five} --on other.txt --tune {text}", 2).err


def test_mix_saves_a_model_that_everything_else_takes(shell, five, text):
    shell(f"train ngram {text} -o one --order 1")
    answer = shell.json(f"mix one {five} --tune other.txt -o mixed")
    assert answer["weights"] == pytest.approx(load_model(shell.folder / "mixed").weights)
    best = shell.json(f"compare one {five} mixed --on other.txt")["models"]
    assert best[2]["perplexity"] <= min(best[0]["perplexity"], best[1]["perplexity"]) * 1.0001
    assert shell.json("next mixed the -k 3")["next"]
    assert shell.json("info mixed")["model_type"] == "mixture"


def test_score_gives_a_line_for_a_line(shell, five):
    answer = shell.json(f"score {five} other.txt --per-token")
    model = load_model(shell.folder / five)
    lines = (shell.folder / "other.txt").read_text().splitlines()
    assert [line["text"] for line in answer["lines"]] == lines
    for line in answer["lines"]:
        assert line["log_prob"] == pytest.approx(model.score(line["text"]))
        assert line["log10_prob"] == pytest.approx(line["log_prob"] / math.log(10))
        assert all(1 <= factor["matched_order"] <= 5 for factor in line["factors"])
        assert line["tokens"] == len(line["factors"]) == len(line["text"].split()) + 1
    assert answer["lines"][-1]["oov"] == 1


def test_score_writes_no_half_of_an_object_where_there_is_no_text(shell, five):
    assert "does not exist" in shell.error(f"score {five} nowhere.txt --json", 3)


def test_score_writes_the_chain_rule_of_stdin(shell, five, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"the cat sat\n")))
    out, _ = shell(f"score {five} --per-token")
    assert "P(the cat sat) = P(the) P(cat | the) P(sat | the cat) P(</s> | the cat sat)" in out


def test_next_shows_words_probabilities_and_reasons(shell, five):
    answer = shell.json(f'next {five} "the cat" -k 3')
    assert len(answer["next"]) == 3
    assert answer["why"] == answer["next"][0]["why"]
    assert 'saw "' in answer["why"]
    assert answer["next"][0]["token"] in shell(f'next {five} "the cat"').out


def test_generate_is_the_same_for_a_seed(shell, five):
    command = f"generate {five} --prompt the --seed 3 -n 2 --length 8 --temperature 0.7 --top-k 5"
    assert shell.json(command) == shell.json(command)
    assert shell(command).out.startswith("the")
    assert len(shell.json(f"generate {five} --beams 4 -n 2 --length 5")["texts"]) == 2


def test_convert_goes_to_arpa_and_back(shell, five):
    shell(f"convert {five} five.arpa.gz")
    shell("convert five.arpa.gz back")
    one, two = (shell.json(f"evaluate {name} other.txt") for name in (five, "back"))
    assert two["perplexity"] == pytest.approx(one["perplexity"], rel=1e-5)


def test_a_word_of_ones_own_can_be_asked_for(shell, five):
    answer = shell.json(f"next {five} the cat --word dog --word xyz")
    model = load_model(shell.folder / five)
    everything = dict(model.next_words("the cat", model.vocabulary_size))
    assert [row["token"] for row in answer["next"]] == ["dog", "xyz"]
    assert answer["next"][0]["probability"] == pytest.approx(everything["dog"])
    assert answer["next"][1]["probability"] == pytest.approx(everything["<unk>"])


def test_a_second_text_can_be_read_with_the_vocabulary_of_the_first(shell, five):
    shell("train ngram other.txt -o other --vocabulary five")
    assert sum(shell.json(f"mix {five} other --tune text.txt -o mixed")["weights"]) == pytest.approx(1)


def test_special_tokens_can_be_let_through_afterwards(shell, five):
    (shell.folder / "masked.txt").write_text("the <unk> sat\n")
    assert "--special-tokens" in shell.error(f"evaluate {five} masked.txt", 3)
    assert shell.json(f"evaluate {five} masked.txt --special-tokens keep")["oov"] == 1
    assert shell.json(f"evaluate {five} masked.txt --special-tokens skip")["tokens"] == 3
    assert shell.json(f"score {five} masked.txt --special-tokens keep")["lines"][0]["oov"] == 1
    (shell.folder / "masked.txt").write_text("the cat\nthe <unk> sat\n")
    assert "line 2: the special token" in shell(f"score {five} masked.txt", 3).err


def test_words_of_a_stranger_cannot_command_the_terminal(shell):
    (shell.folder / "bad.txt").write_text("the \x1b[31mred \u202eword\n" * 3)
    shell("train ngram bad.txt -o bad --order 2 -q")
    out, _ = shell("next bad the")
    assert "\x1b" not in out
    assert "\\x1b[31mred" in out


def test_info_verifies_all_of_a_model(shell, five, monkeypatch):
    assert shell.json(f"info {five} --verify")["verified"] is True
    assert "verified" not in shell.json(f"info {five}")
    # As if the model were large: what is not read on loading is read on demand.
    monkeypatch.setattr("nextword.store.files.SMALL_FILE", 100)
    monkeypatch.setattr("nextword.store.ngram.SMALL_FILE", 100)
    path = shell.folder / five / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(data)
    shell.json(f"info {five}")
    assert "not as it was saved" in shell.error(f"info {five} --verify", 3)
    assert "not as it was saved" in shell.error(f"convert {five} copy", 3)
    sign(shell.folder / five)
    assert "damaged" in shell.error(f"info {five} --verify", 3)


def test_what_a_file_says_is_no_command_to_the_terminal(shell, five):
    path = shell.folder / five / "config.json"
    path.write_text(path.read_text().replace('"order"', '"\\u001b[2J\\u202e"'))
    assert "\\x1b[2J" in shell.error(f"info {five}", 3)


def test_info_says_what_is_in_a_model(shell, five):
    answer = shell.json(f"info {five}")
    assert answer["settings"]["smoothing"]["name"] == "modified-kneser-ney"
    assert answer["provenance"]["command"].startswith("nextword train ngram")
    assert "modified-kneser-ney" in shell(f"info {five}").out


def test_json_is_one_object_and_nothing_else(shell, five, text):
    for command in (
        f"train ngram {text} -o again",
        f"evaluate {five} {text}",
        f"score {five} {text}",
        f"next {five}",
        f"generate {five}",
        f"info {five}",
    ):
        out = shell(f"{command} --json").out
        assert isinstance(json.loads(out), dict)
        assert out.count("\n") == 1


def test_text_comes_from_stdin_too(shell, monkeypatch, lines):
    data = ("\n".join(lines) + "\n").encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert shell.json("train ngram - -o model")["tokens"] == len(data.split()) + len(lines)
