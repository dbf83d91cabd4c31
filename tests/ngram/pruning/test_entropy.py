"""Entropy pruning against its definition, written out over dictionaries."""

import itertools
import math
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoff_reference import Backoff, needed
from nextword.errors import ModelFormatError, SettingError
from nextword.lm import check_language_model, evaluate
from nextword.ngram.arpa import read_arpa, write_arpa
from nextword.ngram.estimation.smoothing import SMOOTHINGS
from nextword.ngram.pruning import prune_by_entropy, prune_to_size
from nextword.ngram.pruning.entropy.changes import perplexity_changes
from nextword.ngram.pruning.rebuilding.masses import unseen_masses
from nextword.ngram.train import train_on_lines
from nextword.store.models import load_model, save_model
from nextword.text.corpus import encode_lines
from support import small_lines

smoothings = st.sampled_from(sorted(name for name, kind in SMOOTHINGS.items() if kind.is_distribution))
sources = st.sampled_from(["counts", "model"])
HUGE = 1e300


def ngrams_of(automaton) -> set[tuple[int, ...]]:
    return {tuple(automaton.path(node)) for node in range(1, len(automaton.words))}


def context_counts(model, lines) -> Counter:
    """How many tokens stand after each context, counted in the text itself."""
    counts = Counter()
    for line in lines:
        words = [1, *model.tokenizer.encode(line).tolist(), 2]
        for place in range(1, len(words)):
            counts.update(
                tuple(words[begin:place]) for begin in range(max(0, place - model.order + 1), place)
            )
            counts[()] += 1
    return counts


def definition(model, lines, source) -> dict[tuple[int, ...], float]:
    """exp(D) - 1 of every n-gram that could go."""
    reference = Backoff.of(model.automaton)
    counts = context_counts(model, lines)
    changes = {}
    for ngram in reference.seen:
        if len(ngram) > 1:
            by_counts = counts[ngram[:-1]] / counts[()]
            weight = by_counts if source == "counts" else reference.chain_rule(ngram[:-1])
            changes[ngram] = math.expm1(reference.divergence(ngram, weight))
    return changes


def assert_same_distributions(model, reference) -> None:
    """Every context that was ever one has the row of the reference."""
    for context in reference.contexts():
        state = model.read(context[1:]) if context[0] == 1 else model.read(context, model.empty_state())
        row = np.exp(model.log_probs(state)[0])
        assert row.sum() == pytest.approx(1, abs=1e-9)
        for word, probability in reference.row(context).items():
            assert row[word] == pytest.approx(probability, abs=1e-9)


@given(small_lines, st.integers(2, 4), smoothings, sources)
def test_the_change_is_the_relative_entropy(lines, order, smoothing, source):
    model = train_on_lines(lines, order, smoothing)
    automaton = model.automaton
    changes = perplexity_changes(automaton, unseen_masses(automaton), source)
    wanted = definition(model, lines, source)
    assert len(wanted) == sum(automaton.ngrams[1:])
    for node in range(1 + automaton.vocabulary_size, len(automaton.words)):
        assert changes[node] == pytest.approx(wanted[tuple(automaton.path(node))], abs=1e-9)
    assert np.all(np.isinf(changes[: 1 + automaton.vocabulary_size]))


@given(small_lines, st.integers(2, 4), smoothings, sources, st.floats(0, 1))
def test_what_costs_less_goes_unless_it_is_needed(lines, order, smoothing, source, part):
    model = train_on_lines(lines, order, smoothing)
    wanted = definition(model, lines, source)
    # A threshold in the middle of a gap, so that rounding decides nothing.
    values = sorted({0.0, *wanted.values()})
    gaps = [(low + high) / 2 for low, high in itertools.pairwise(values) if high - low > 1e-12] or [1.0]
    threshold = gaps[int(part * (len(gaps) - 1))]
    pruned = prune_by_entropy(model, threshold, context_probability=source)
    words = {(word,) for word in range(model.vocabulary_size)}
    kept = words | needed(ngram for ngram, change in wanted.items() if change >= threshold)
    assert ngrams_of(pruned.automaton) == kept
    reference = Backoff.of(model.automaton)
    assert_same_distributions(pruned, reference.without(set(wanted) - kept))
    check_language_model(pruned, contexts=4, tolerance=1e-9)


@given(small_lines, st.integers(1, 4), smoothings)
def test_a_threshold_of_zero_changes_no_bit(lines, order, smoothing):
    model = train_on_lines(lines, order, smoothing)
    pruned = prune_by_entropy(model, 0)
    for name in ("starts", "words", "children", "suffixes", "counts", "log_probs", "backoffs"):
        assert np.array_equal(getattr(pruned.automaton, name), getattr(model.automaton, name))
    assert pruned.automaton.order == model.order


def test_orders_without_ngrams_go_once_something_goes():
    model = train_on_lines(["a"], 4)
    assert model.automaton.ngrams == [4, 2, 1, 0]
    assert prune_by_entropy(model, 1e-9).automaton is model.automaton
    assert prune_by_entropy(model, 0.05).automaton.ngrams == [4, 2]


@pytest.mark.parametrize("smoothing", ["mle", "witten-bell", "absolute-discounting"])
def test_a_huge_threshold_leaves_the_unigram_model(lines, smoothing):
    pruned = prune_by_entropy(train_on_lines(lines, 4, smoothing), HUGE)
    unigrams = train_on_lines(lines, 1, smoothing)
    assert pruned.automaton.ngrams == unigrams.automaton.ngrams
    assert pruned.order == pruned.settings["order"] == 1
    stream = encode_lines(lines[:50], unigrams.tokenizer)
    wanted = evaluate(unigrams, [stream]).perplexity
    assert evaluate(pruned, [stream]).perplexity == pytest.approx(wanted, rel=1e-12)


@given(small_lines, smoothings, st.lists(st.floats(1e-6, 1), min_size=2, max_size=2))
def test_a_larger_threshold_leaves_a_subset(lines, smoothing, thresholds):
    model = train_on_lines(lines, 3, smoothing)
    more, fewer = (
        ngrams_of(prune_by_entropy(model, threshold).automaton) for threshold in sorted(thresholds)
    )
    assert fewer <= more <= ngrams_of(model.automaton)


def test_the_perplexity_rises_as_predicted_when_one_ngram_goes(lines):
    """Over the whole model: the mean over all its contexts, each as probable as it is."""
    model = train_on_lines(lines, 2, "witten-bell")
    automaton = model.automaton
    reference = Backoff.of(automaton)
    changes = perplexity_changes(automaton, unseen_masses(automaton), "counts")
    node = int(np.argmin(changes))
    ngram = tuple(automaton.path(node))
    smaller = reference.without([ngram])
    counts = context_counts(model, lines)

    def cross_entropy(other):
        return -sum(
            counts[context] / counts[()] * p * math.log(other.probability(context, word))
            for context in reference.contexts()
            for word, p in reference.row(context).items()
        )

    rise = math.exp(cross_entropy(smaller) - cross_entropy(reference)) - 1
    assert rise == pytest.approx(changes[node], abs=1e-12)


def test_threads_change_nothing(monkeypatch):
    lines = [f"w{number % 5000} w{number * 7 % 3000} w{number * 11 % 400}" for number in range(40_000)]
    model = train_on_lines(lines, 4)
    results = []
    for threads in ("1", "3"):
        monkeypatch.setenv("NEXTWORD_THREADS", threads)
        results.append(prune_by_entropy(model, 2e-5).automaton)
    one, three = results
    assert sum(one.ngrams) < sum(model.automaton.ngrams)
    assert np.array_equal(one.words, three.words)
    assert np.array_equal(one.backoffs, three.backoffs)


def test_a_pruned_model_is_saved_and_loaded(model, tmp_path):
    pruned = prune_by_entropy(model, 1e-3)
    save_model(pruned, tmp_path / "small")
    loaded = load_model(tmp_path / "small")
    check_language_model(loaded, contexts=20, tolerance=1e-9)
    assert loaded.settings == pruned.settings
    [step] = loaded.settings["pruned"]
    assert step == {
        "by": "entropy",
        "threshold": 1e-3,
        "context_probability": "counts",
        "ngrams_before": model.automaton.ngrams,
    }
    assert np.array_equal(loaded.automaton.backoffs, pruned.automaton.backoffs)


@given(small_lines, st.floats(1e-6, 0.1))
def test_a_model_from_arpa_is_as_much_a_distribution_as_before(tmp_path_factory, lines, threshold):
    path = tmp_path_factory.mktemp("arpa") / "model.arpa"
    write_arpa(train_on_lines(lines, 3), path)
    pruned = prune_by_entropy(read_arpa(path), threshold)
    assert pruned.settings["pruned"][0]["context_probability"] == "model"
    check_language_model(pruned, contexts=4, tolerance=1e-5)


def test_a_damaged_record_is_an_error(model, tmp_path):
    save_model(prune_by_entropy(model, 1e-3), tmp_path / "small")
    path = tmp_path / "small" / "config.json"
    for damage in ('"pruned": "much"', '"pruned": [1]'):
        path.write_text(re.sub(r'"pruned": \[.*?\}\s*\]', damage, path.read_text(), flags=re.DOTALL))
        with pytest.raises(ModelFormatError, match="must be a list of steps"):
            load_model(tmp_path / "small")
        path.write_text(path.read_text().replace(damage, '"pruned": [{}]'))


def test_reasons_do_not_claim_what_they_cannot_know(lines):
    model = train_on_lines(lines, 3)
    pruned = prune_by_entropy(model, 1e-3)
    words = model.tokenizer.tokens
    reasons = [
        pruned.why(f"{one} {two}", word) for one in words[3:] for two in words[3:] for word in words[3:]
    ]
    assert any("was kept" in reason for reason in reasons)
    assert any("kept none with" in reason for reason in reasons)
    assert not any("never" in reason for reason in reasons)


@pytest.mark.parametrize("threshold", [-1e-9, float("nan"), float("inf")])
def test_thresholds_that_make_no_sense(model, threshold):
    with pytest.raises(SettingError, match=r"from 0 up, got .*; try 1e-8"):
        prune_by_entropy(model, threshold)


def test_context_probabilities_that_make_no_sense(model):
    with pytest.raises(SettingError, match="counts or model, got 'text'"):
        prune_by_entropy(model, 1e-8, context_probability="text")


@given(small_lines, st.integers(1, 4), smoothings, st.integers(0, 60))
def test_a_size_keeps_all_that_fits(lines, order, smoothing, room):
    model = train_on_lines(lines, order, smoothing)
    limit = model.vocabulary_size + room
    pruned = prune_to_size(model, ngrams=limit)
    size = sum(pruned.automaton.ngrams)
    assert size <= limit
    [step] = pruned.settings["pruned"]
    same = prune_by_entropy(model, step["threshold"])
    assert ngrams_of(same.automaton) == ngrams_of(pruned.automaton)
    if step["threshold"] > 0:  # the next smaller threshold keeps too much
        larger = prune_by_entropy(model, math.nextafter(step["threshold"], 0))
        assert sum(larger.automaton.ngrams) > limit
    else:
        assert size == sum(model.automaton.ngrams)


@given(small_lines, st.integers(1, 4), st.integers(0, 2000))
def test_a_size_in_bytes_is_that_of_the_arrays(lines, order, room):
    model = train_on_lines(lines, order)
    limit = 500 + room
    automaton = prune_to_size(model, array_bytes=limit).automaton
    arrays = (automaton.words, automaton.suffixes, automaton.counts, automaton.log_probs, automaton.backoffs)
    assert sum(array.nbytes for array in (*arrays, automaton.children)) <= limit + 64


def test_sizes_that_make_no_sense(model):
    with pytest.raises(SettingError, match="one of the two"):
        prune_to_size(model)
    with pytest.raises(SettingError, match="one of the two"):
        prune_to_size(model, ngrams=100, array_bytes=100)
    with pytest.raises(SettingError, match="the words alone take 17 n-grams of the 16"):
        prune_to_size(model, ngrams=16)
