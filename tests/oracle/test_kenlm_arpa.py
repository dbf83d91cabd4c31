"""KenLM reads our ARPA files, and scores every word as we do."""

import importlib
import math
import os
import random

import numpy as np
import pytest

from nextword.ngram.arpa import read_arpa, write_arpa
from nextword.ngram.estimation.smoothing import (
    Additive,
    JelinekMercer,
    Katz,
    ModifiedKneserNey,
    StupidBackoff,
)
from nextword.ngram.train import train_on_lines
from nextword.text.vocabulary import SENTENCE_END, UNKNOWN

# Continuous integration must have it; a newcomer without a C++ compiler may do without.
kenlm = importlib.import_module("kenlm") if os.environ.get("CI") else pytest.importorskip("kenlm")


def make_text(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    words = [f"{stem}{ending}" for stem in "abcdefgh" for ending in ("", "o", "é", "\u3000x", "\u0b95")]
    weights = [1 / (1 + place) for place in range(len(words))]
    return [" ".join(chance.choices(words, weights, k=chance.randrange(12))) for _ in range(count)]


def scores(model, sentence: str) -> list[tuple[float, bool]]:
    ids = np.append(model.tokenizer.encode(sentence), np.int32(SENTENCE_END))
    [log_probs] = model.token_log_probs([ids])
    return list(zip((log_probs / math.log(10)).tolist(), (ids == UNKNOWN).tolist(), strict=True))


def assert_equal(model, oracle, sentences):
    for sentence in sentences:
        own = scores(model, sentence)
        theirs = [(log10, unknown) for log10, _, unknown in oracle.full_scores(sentence)]
        assert [unknown for _, unknown in own] == [unknown for _, unknown in theirs]
        assert [log10 for log10, _ in own] == pytest.approx([log10 for log10, _ in theirs], abs=1e-5)
        assert model.score(sentence) / math.log(10) == pytest.approx(oracle.score(sentence), abs=1e-4)


@pytest.mark.parametrize("order", [2, 3, 4, 5])
@pytest.mark.parametrize(
    ("smoothing", "prune"),
    [
        (ModifiedKneserNey(), ()),
        (ModifiedKneserNey(), (0, 1)),
        (ModifiedKneserNey(interpolate_unigrams=False), ()),
        (Additive(delta=0.1), ()),
        (Katz(), (0, 1)),
        (JelinekMercer(), ()),
        (StupidBackoff(), (0, 1)),
    ],
)
def test_kenlm_scores_our_files_as_we_do(tmp_path, order, smoothing, prune):
    model = train_on_lines(make_text(400, seed=1), order, smoothing, prune=prune)
    path = str(tmp_path / "model.arpa")
    write_arpa(model, path)
    oracle = kenlm.Model(path)
    assert oracle.order == order
    sentences = [*make_text(100, seed=2), "unheard a", "a unheard b", "c unheard", "unheard", "x y z"]
    assert_equal(model, oracle, sentences)
    assert_equal(read_arpa(path), oracle, sentences)


def test_kenlm_skips_what_we_say_of_the_tokenizer(tmp_path):
    text = [f"{line.capitalize()}." for line in make_text(300, seed=6)]
    plain, model = (
        train_on_lines(text, 3, tokenizer=kind, lowercase=kind == "words") for kind in ("whitespace", "words")
    )
    path = tmp_path / "model.arpa"
    write_arpa(model, path)
    assert path.read_text().startswith('# nextword tokenizer {"kind": "words", "lowercase": true')
    read = read_arpa(path)
    for sentence in make_text(100, seed=7):
        # KenLM cuts at white space alone, so it is given the words apart.
        pieces = " ".join(model.tokenizer.cut(sentence))
        assert scores(read, sentence) == scores(read, pieces)
        assert_equal(read, kenlm.Model(str(path)), [pieces])
    write_arpa(plain, path)
    assert path.read_text().startswith("\\data\\")


def test_suffixes_that_are_left_out_cost_nothing(tmp_path):
    # Lines go at random, except those that longer n-grams begin with: KenLM reads files without suffixes only.
    model = train_on_lines(make_text(300, seed=3), 4)
    path = tmp_path / "model.arpa"
    write_arpa(model, path)
    chance = random.Random(4)
    sections = [section.splitlines() for section in path.read_text().split("\n\n")[1:5]]
    contexts: set[str] = set()
    for section in sections[:0:-1]:
        section[1:] = [
            line for line in section[1:] if line.split("\t")[1] in contexts or chance.random() < 0.5
        ]
        contexts = {line.split("\t")[1].rpartition(" ")[0] for line in section[1:]}
    counts = [f"ngram {order}={len(section) - 1}" for order, section in enumerate(sections, start=1)]
    parts = ["\n".join(part) for part in [["\\data\\", *counts], *sections, ["\\end\\"]]]
    path.write_text("\n\n".join(parts) + "\n")
    read = read_arpa(path)
    assert sum(read.automaton.ngrams) < 0.8 * sum(model.automaton.ngrams)
    assert_equal(read, kenlm.Model(str(path)), make_text(200, seed=5))


@pytest.mark.parametrize("order", [2, 3, 5])
def test_matched_orders_are_kenlms_ngram_lengths(order, tmp_path):
    lines = make_text(300, seed=order)
    model = train_on_lines(lines, order)
    write_arpa(model, tmp_path / "model.arpa")
    oracle = kenlm.Model(str(tmp_path / "model.arpa"))
    for line in [*lines[:60], *make_text(60, seed=99), "never seen words"]:
        ids = np.append(model.tokenizer.encode(line), np.int32(SENTENCE_END))
        (ours,) = model.matched_orders([ids])
        theirs = list(oracle.full_scores(line))
        for token, mine, (_, length, is_unknown) in zip(ids, ours, theirs, strict=True):
            assert is_unknown == (token == UNKNOWN)
            assert is_unknown or mine == length


def test_kenlm_scores_files_of_compact_models_as_we_do(tmp_path):
    model = train_on_lines(make_text(400, seed=1), 4, prune=(0, 0, 1)).compact()
    path = str(tmp_path / "compact.arpa")
    write_arpa(model, path)
    assert_equal(model, kenlm.Model(path), [*make_text(100, seed=2), "unheard a", "x y z"])
