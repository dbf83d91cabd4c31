"""Count pruning of a finished model, beside the same thresholds in training."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoff_reference import Backoff
from nextword.errors import NotADistributionError, SettingError
from nextword.lm import check_language_model
from nextword.ngram.arpa import read_arpa, write_arpa
from nextword.ngram.estimation.smoothing import SMOOTHINGS
from nextword.ngram.pruning import prune_by_counts, prune_by_entropy
from nextword.ngram.train import train_on_lines
from support import small_lines

smoothings = st.sampled_from(sorted(name for name, kind in SMOOTHINGS.items() if kind.is_distribution))
limits = st.lists(st.integers(0, 3), min_size=1, max_size=3).map(sorted).map(lambda found: [0, *found])


def ngrams_of(automaton) -> set[tuple[int, ...]]:
    return {tuple(automaton.path(node)) for node in range(1, len(automaton.words))}


@given(small_lines, st.integers(2, 4), smoothings, limits)
def test_what_is_rare_goes_and_the_rest_keeps_its_probability(lines, order, smoothing, limits):
    model = train_on_lines(lines, order, smoothing)
    automaton = model.automaton
    pruned = prune_by_counts(model, limits[:order])
    limit_of = [0, *limits[:order], *[limits[:order][-1]] * order]
    rare = {
        tuple(automaton.path(node))
        for node in range(1 + automaton.vocabulary_size, len(automaton.words))
        if automaton.counts[node] <= limit_of[automaton.order_of(node)]
    }
    assert ngrams_of(pruned.automaton) == ngrams_of(automaton) - rare
    wanted, found = Backoff.of(automaton).without(rare), Backoff.of(pruned.automaton)
    assert found.seen == wanted.seen
    for context in found.contexts():
        assert found.gammas[context] == pytest.approx(wanted.gammas[context], rel=1e-9)
    check_language_model(pruned, contexts=4, tolerance=1e-9)


@given(small_lines, st.integers(2, 4), smoothings, limits)
def test_the_same_ngrams_are_left_as_by_pruning_in_training(lines, order, smoothing, limits):
    pruned = prune_by_counts(train_on_lines(lines, order, smoothing), limits[:order])
    trained = train_on_lines(lines, order, smoothing, prune=limits[:order])
    assert ngrams_of(pruned.automaton) == ngrams_of(trained.automaton)


@given(small_lines, smoothings, st.integers(1, 2))
def test_a_threshold_for_words_drops_words(lines, smoothing, threshold):
    lines = [*lines, "f f f"]
    model = train_on_lines(lines, 3, smoothing)
    pruned = prune_by_counts(model, [threshold])
    counts = dict(zip(model.tokenizer.tokens, model.automaton.counts[1:].tolist(), strict=False))
    wanted = [word for word in model.tokenizer.tokens[3:] if counts[word] > threshold]
    assert pruned.tokenizer.tokens[3:] == wanted
    check_language_model(pruned, contexts=4, tolerance=1e-9)


def test_thresholds_of_zero_change_no_bit(model):
    pruned = prune_by_counts(model, [0])
    assert np.array_equal(pruned.automaton.backoffs, model.automaton.backoffs)
    assert np.array_equal(pruned.automaton.log_probs, model.automaton.log_probs)


def test_one_after_the_other(lines):
    """Counts stay with the n-grams, so both ways work on what the other leaves."""
    model = train_on_lines(lines, 4)
    both = prune_by_entropy(prune_by_counts(model, [0, 0, 1]), 1e-4)
    assert [step["by"] for step in both.settings["pruned"]] == ["counts", "entropy"]
    sizes = [step["ngrams_before"] for step in both.settings["pruned"]] + [both.automaton.ngrams]
    assert all(sum(more) > sum(fewer) for more, fewer in itertools.pairwise(sizes))
    check_language_model(both, contexts=20, tolerance=1e-9)
    once_more = prune_by_counts(both, [0, 0, 2])
    assert min(once_more.automaton.counts[once_more.automaton.starts[3] :], default=3) > 2


def test_a_model_without_counts_is_refused(model, tmp_path):
    write_arpa(model, tmp_path / "model.arpa")
    back = read_arpa(tmp_path / "model.arpa")
    with pytest.raises(SettingError, match=r"no counts.*prune it by entropy"):
        prune_by_counts(back, [0, 0, 1])
    with pytest.raises(SettingError, match=r"no counts to take context probabilities from.*take the model's"):
        prune_by_entropy(back, 1e-3, context_probability="counts")


@pytest.mark.parametrize("thresholds", [[0, 2, 1], [-1], [0, 0, 0, 0], [0.5]])
def test_thresholds_that_make_no_sense(model, thresholds):
    with pytest.raises(SettingError):
        prune_by_counts(model, thresholds)


def test_scores_are_no_distribution_to_prune():
    model = train_on_lines(["a b c", "a b"], 3, "stupid-backoff")
    with pytest.raises(NotADistributionError, match="pruning needs probabilities"):
        prune_by_counts(model, [0, 1])
