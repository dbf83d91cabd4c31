"""Fewer words: every kept word keeps its probability, and ``<unk>`` has that of all the others."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoff_reference import Backoff
from nextword.errors import SettingError, VocabularyError
from nextword.lm import check_language_model
from nextword.ngram.arpa import read_arpa, write_arpa
from nextword.ngram.estimation.smoothing import SMOOTHINGS
from nextword.ngram.pruning import prune_by_entropy, prune_vocabulary
from nextword.ngram.train import train_on_lines
from nextword.store.models import load_model, save_model
from nextword.text.vocabulary import VocabularyLimits
from support import small_lines

smoothings = st.sampled_from(sorted(name for name, kind in SMOOTHINGS.items() if kind.is_distribution))
some_words = st.sets(st.sampled_from(["a", "b", "c", "d", "e"]), min_size=1)


def with_unknown(lines):
    """A text with <unk> and all words in it, so that <unk> is seen after some contexts."""
    return [*lines, "a <unk> b", "c d e", "b <unk> <unk>"]


@given(small_lines, st.integers(1, 4), smoothings, some_words, st.booleans())
def test_every_kept_word_keeps_its_probability(lines, order, smoothing, words, unknown):
    lines = with_unknown(lines) if unknown else [*lines, "a b c d e"]
    model = train_on_lines(lines, order, smoothing, special_tokens="keep")
    pruned = prune_vocabulary(model, VocabularyLimits(words=tuple(words)))
    kept = [0, 1, 2, *(model.tokenizer.ids[word] for word in model.tokenizer.tokens[3:] if word in words)]
    assert pruned.tokenizer.tokens == [model.tokenizer.tokens[word] for word in kept]
    before, after = Backoff.of(model.automaton), Backoff.of(pruned.automaton)
    contexts = {(), *((new,) for new in range(len(kept))), *after.contexts(), *after.seen}
    for context in contexts:
        if 2 in context or len(context) >= order:
            continue
        # After <unk>, which is many words now, the model goes on as after the old <unk>.
        old_row = before.row(tuple(kept[word] for word in context))
        row = after.row(context)
        for new, old in enumerate(kept):
            if new > 1:
                assert row[new] == pytest.approx(old_row[old], rel=1e-12)
        others = math.fsum(p for old, p in old_row.items() if old not in kept[1:])
        assert row[0] == pytest.approx(others, abs=1e-12)


@given(small_lines, st.integers(1, 4), smoothings, some_words)
def test_it_is_a_distribution_and_a_closed_tree(lines, order, smoothing, words):
    model = train_on_lines(with_unknown(lines), order, smoothing, special_tokens="keep")
    pruned = prune_vocabulary(model, VocabularyLimits(words=tuple(words)))
    check_language_model(pruned, contexts=4, tolerance=1e-9)
    automaton = pruned.automaton
    for node in range(1, len(automaton.words)):
        path = automaton.path(node)
        assert automaton.path(int(automaton.suffixes[node])) == path[1:]
        assert automaton.find(automaton.parent(node), path[-1]) == node


@given(small_lines, st.integers(1, 4), some_words)
def test_counts_of_dropped_words_add_up(lines, order, words):
    """What <unk> counts is what it would count in the text with the dropped words replaced."""
    lines = with_unknown(lines)
    model = train_on_lines(lines, order, special_tokens="keep")
    pruned = prune_vocabulary(model, VocabularyLimits(words=tuple(words))).automaton
    replaced = [" ".join(word if word in words else "<unk>" for word in line.split()) for line in lines]
    limits = VocabularyLimits(words=tuple(words))
    wanted = train_on_lines(replaced, order, special_tokens="keep", limits=limits)
    ids = {
        token: wanted.tokenizer.ids[token]
        for token in model.tokenizer.tokens
        if token in wanted.tokenizer.ids
    }
    tokens = [token for token in model.tokenizer.tokens if token in ids]
    for node in range(1, len(pruned.words)):
        path = [tokens[word] for word in pruned.path(node)]
        if "<unk>" in path[:-1]:
            continue
        other = 0
        for token in path:
            other = wanted.automaton.find(other, ids[token])
        assert pruned.counts[node] == wanted.automaton.counts[other]


def test_a_smaller_model_is_saved_and_loaded(lines, tmp_path):
    model = train_on_lines(lines, 3)
    pruned = prune_vocabulary(model, VocabularyLimits(max_size=6))
    assert pruned.tokenizer.tokens == model.tokenizer.tokens[:9]
    save_model(pruned, tmp_path / "small")
    loaded = load_model(tmp_path / "small")
    check_language_model(loaded, contexts=20, tolerance=1e-9)
    assert loaded.settings["pruned"] == [
        {"by": "vocabulary", "words_before": 17, "words": 9, "ngrams_before": model.automaton.ngrams}
    ]
    dropped = model.tokenizer.tokens[-1]
    assert loaded.score(f"the {dropped}") == loaded.score("the qwerty")
    smaller = prune_by_entropy(loaded, 1e-3)
    assert sum(smaller.automaton.ngrams) < sum(loaded.automaton.ngrams)
    check_language_model(smaller, contexts=20, tolerance=1e-9)


def test_a_model_from_arpa_loses_words_too(lines, tmp_path):
    model = train_on_lines(lines, 3)
    write_arpa(model, tmp_path / "model.arpa")
    back = read_arpa(tmp_path / "model.arpa")
    words = tuple(model.tokenizer.tokens[3:9])
    pruned = prune_vocabulary(back, VocabularyLimits(words=words))
    ours = prune_vocabulary(model, VocabularyLimits(words=words))
    for line in lines[:50]:
        assert pruned.score(line) == pytest.approx(ours.score(line), abs=1e-4)
    with pytest.raises(SettingError, match="no counts"):
        prune_vocabulary(back, VocabularyLimits(min_count=2))


def test_a_vocabulary_that_is_there_changes_nothing(model):
    assert prune_vocabulary(model, VocabularyLimits(max_size=14)) is model


def test_vocabularies_that_make_no_sense(model):
    with pytest.raises(VocabularyError, match="none of the 14 words would be left"):
        prune_vocabulary(model, VocabularyLimits(words=("xyz", "<unk>")))
    with pytest.raises(SettingError, match="keep every word"):
        prune_vocabulary(model, VocabularyLimits())
    pieces = train_on_lines(["a b c"], 2, tokenizer="bpe", limits=VocabularyLimits(max_size=300))
    with pytest.raises(SettingError, match="byte-pair vocabulary cannot lose tokens; prune by entropy"):
        prune_vocabulary(pieces, VocabularyLimits(words=("a",)))


def test_characters_can_go(lines):
    model = train_on_lines(lines, 4, tokenizer="characters")
    pruned = prune_vocabulary(model, VocabularyLimits(max_size=8))
    assert pruned.vocabulary_size == 11
    check_language_model(pruned, contexts=20, tolerance=1e-9)
    assert np.isfinite(pruned.score(lines[0]))
